"""Everything a reply uses, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatbot.domain import ReadyReply, RoutingPolicy
from chatbot.ports import CommonIntents, Encoder, Generator, IntentModel, Retriever


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable state of models, index and policy: a reply sees one snapshot from start to end."""

    encoder: Encoder
    intent_model: IntentModel | None
    retriever: Retriever | None
    generator: Generator | None
    policy: RoutingPolicy
    tolerated_wrong: float | None = None
    """Share of wrong answers that the team tolerates; None leaves the thresholds of the policy as they are."""
    small_talk: Callable[[str, str, bool], ReadyReply | None] | None = None
    """By text, language and whether nothing else answers: the reply to what is small talk by its wording."""
    common_intents: CommonIntents | None = None
    """Reads what customers of any business say; None leaves that to the wording alone."""

    def policy_for(self, lang: str) -> RoutingPolicy:
        """The policy with the score that an answer in the language of a message needs.

        It was learned from the search alone. Where an intent model weighs the hits as well, scores tell right from
        wrong better than the search could know, and the model's thresholds are fitted to the tolerance already.
        """
        if self.tolerated_wrong is None or self.retriever is None or self.intent_model is not None:
            return self.policy
        return self.policy.answering_from(self.retriever.answer_from(lang, self.tolerated_wrong))

    def versions(self) -> dict[str, str]:
        """Which model and index versions decided."""
        return {
            "encoder": self.encoder.id,
            "intent": self.intent_model.version if self.intent_model else "",
            "index": self.retriever.fingerprint if self.retriever else "",
            "generator": self.generator.version if self.generator else "",
            "common": self.common_intents.version if self.common_intents else "",
        }
