"""Intents: predictions, training examples, model versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

OUT_OF_SCOPE = "oos"
"""The intent label of utterances that no intent covers."""
FROM_CONVERSATION = "feedback"
"""The origin of examples that a visitor wrote: no copy of their text may outlive the conversation."""


class IntentScore(NamedTuple):
    """An intent and its calibrated probability, 0 to 1. A tuple, since every message creates one per intent."""

    intent: str
    probability: float


@dataclass(frozen=True, slots=True)
class IntentPrediction:
    """The intent model's prediction for one message.

    `ranked` holds the intents, most probable first. `in_scope` is the calibrated probability, 0 to 1, that the message
    belongs to any of them; below `out_of_scope_below` the message counts as out of scope. An intent is trusted if the
    other three thresholds are reached as well. All thresholds are the model's own, fitted on held-out data.
    """

    ranked: tuple[IntentScore, ...]
    in_scope: float
    min_in_scope: float = 0.5
    min_confidence: float = 0.5
    min_margin: float = 0.0
    out_of_scope_below: float = 0.5
    model_version: str = ""

    @property
    def best(self) -> IntentScore | None:
        """The most probable intent, or None for a model without intents."""
        return self.ranked[0] if self.ranked else None

    @property
    def margin(self) -> float:
        """Difference between the two highest probabilities."""
        if len(self.ranked) < 2:
            return self.ranked[0].probability if self.ranked else 0.0
        return self.ranked[0].probability - self.ranked[1].probability


@dataclass(frozen=True, slots=True)
class NearestUtterance:
    """A training utterance close to a message. `similarity` is the cosine, -1 to 1; `text` is empty if not stored."""

    text: str
    intent: str
    similarity: float
    from_conversation: bool = False


@dataclass(frozen=True, slots=True)
class LabelledExample:
    """One utterance with its intent (`oos` = out of scope)."""

    text: str
    intent: str
    lang: str = ""
    origin: str = "csv"


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One version in the model registry.

    `parent` is the version that was live when it was trained, `data_hash` the hash of its training data, `verdict` the
    result of the gate; `promoted_by` and `promoted_at` describe its last promotion.
    """

    kind: str
    version: str
    status: str
    created_at: dt.datetime
    metrics: Mapping[str, Any] = field(default_factory=dict)
    parent: str | None = None
    data_hash: str = ""
    promoted_at: dt.datetime | None = None
    promoted_by: str = ""
    verdict: Mapping[str, Any] = field(default_factory=dict)
