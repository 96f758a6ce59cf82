"""Everything a reply uses, as one value. Knows the ports; does not know who builds it."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.domain import RoutingPolicy
from chatbot.ports import Encoder, Generator, IntentModel, Retriever


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable state of models, index and policy: a reply sees one snapshot from start to end."""

    encoder: Encoder
    intent_model: IntentModel | None
    retriever: Retriever | None
    generator: Generator | None
    policy: RoutingPolicy

    def versions(self) -> dict[str, str]:
        """Which model and index versions decided."""
        return {
            "encoder": self.encoder.id,
            "intent": self.intent_model.version if self.intent_model else "",
            "index": self.retriever.fingerprint if self.retriever else "",
            "generator": self.generator.version if self.generator else "",
        }
