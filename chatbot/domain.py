"""The words of the product, as frozen values.

Knows: nothing but the standard library. Does not know: storage, models, pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

OUT_OF_SCOPE = "oos"
"""The intent label of utterances that no intent covers."""
FROM_CONVERSATION = "feedback"
"""The origin of examples that a visitor wrote: no copy of their text may outlive the conversation."""


class Role(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"


class Route(StrEnum):
    """What the assistant does with a message."""

    FAQ = "faq"
    CLARIFY = "clarify"
    GENERATE = "generate"
    HANDOFF = "handoff"
    FALLBACK = "fallback"


class Reason(StrEnum):
    """Why a route was taken: the rule that fired."""

    CONFIDENT_MATCH = "confident_match"
    INTENT_AND_MATCH = "intent_and_match"
    AMBIGUOUS_MATCH = "ambiguous_match"
    WEAK_MATCH = "weak_match"
    INTENT_ROUTE = "intent_route"
    OUT_OF_SCOPE = "out_of_scope"
    LOW_CONFIDENCE = "low_confidence"
    AMBIGUOUS_INTENT = "ambiguous_intent"
    NO_MATCH = "no_match"
    EMPTY_KNOWLEDGE = "empty_knowledge"
    NOTHING_SAID = "nothing_said"
    UNGROUNDED = "ungrounded"
    STEP_FAILED = "step_failed"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. `id` is 0 until storage has assigned one."""

    role: Role
    text: str
    id: int = 0
    conversation_id: str = ""
    created_at: dt.datetime | None = None
    decision: Mapping[str, Any] | None = None
    helpful: bool | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of one visitor."""

    id: str
    visitor_id: str
    lang: str
    started_at: dt.datetime
    origin: str = "chat"
    message_count: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One curated answer and every phrasing that asks for it."""

    id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    intent: str | None = None
    lang: str = "en"
    tags: tuple[str, ...] = ()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question first, then the variants."""
        return (self.question, *self.variants)


@dataclass(frozen=True, slots=True)
class FaqHit:
    """One entry found for a query.

    `score` is the calibrated probability, 0 to 1, that the entry answers the query; `phrasing` is its best-matching
    phrasing. To explain: the raw scores of the two legs, and the nats that each adds to the entry's strength.
    """

    entry: FaqEntry
    score: float
    phrasing: str = ""
    dense: float = 0.0
    lexical: float = 0.0
    dense_part: float = 0.0
    lexical_part: float = 0.0


class IntentScore(NamedTuple):
    """One intent with its calibrated probability, 0 to 1. A tuple, since every message makes one for each intent."""

    intent: str
    probability: float


@dataclass(frozen=True, slots=True)
class IntentPrediction:
    """What the intent model says of one message.

    `ranked` holds the intents, most probable first. `in_scope` is the calibrated probability, 0 to 1, that the message
    belongs to any of them; below `out_of_scope_below` the message counts as out of scope. An intent is trusted when the
    other three thresholds are reached as well. All are the model's own, fitted on held-out data.
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
        """Distance between the two most probable intents."""
        if len(self.ranked) < 2:
            return self.ranked[0].probability if self.ranked else 0.0
        return self.ranked[0].probability - self.ranked[1].probability


@dataclass(frozen=True, slots=True)
class NearestUtterance:
    """A training utterance close to a message. `similarity` is the cosine, -1 to 1; `text` is empty where not kept."""

    text: str
    intent: str
    similarity: float
    from_conversation: bool = False


class Check(NamedTuple):
    """A threshold of a decision beside the value that was compared with it."""

    name: str
    value: float
    needed: float

    @property
    def reached(self) -> bool:
        """Whether the value is at or above the threshold."""
        return self.value >= self.needed


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """Thresholds on calibrated probabilities and the route each intent prefers."""

    min_answer: float = 0.5
    """A hit at or above this is answered word for word: it is then likelier than all other readings together."""
    min_answer_unjudged: float = 0.75
    """The same when the intent model says the message is out of scope but does not know the hit's intent."""
    min_answer_out_of_scope: float = 0.9
    """The same when the intent model says the message is out of scope and knows the hit's intent."""
    min_clarify: float = 0.2
    """Hits at or above this may be offered as "did you mean"."""
    min_margin: float = 0.1
    """Two hits of different entries closer than this are ambiguous."""
    max_choices: int = 3
    routes: Mapping[str, Route] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """The outcome of routing: a route, the rule that fired, and what the answer may use."""

    route: Route
    reason: Reason
    confidence: float
    intent: str | None = None
    hits: tuple[FaqHit, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished reply as the customer sees it, with everything that led to it."""

    text: str
    route: Route
    reason: Reason
    confidence: float
    intent: str | None
    sources: tuple[FaqHit, ...]
    choices: tuple[str, ...]
    timings_ms: Mapping[str, float]
    conversation_id: str
    message_id: int
    prediction: IntentPrediction | None = None
    candidates: tuple[FaqHit, ...] = ()
    model_versions: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """A streamed piece of a reply.

    `text` is the whole reply so far, not the increment: a later part may replace an earlier one (a guarded reply that
    turns out to be unsupported). The last part carries `reply`.
    """

    text: str
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class LabelledExample:
    """One utterance with its intent (`oos` = out of scope)."""

    text: str
    intent: str
    lang: str = ""
    origin: str = "csv"


@dataclass(frozen=True, slots=True)
class IntentDefinition:
    """An intent, the route it prefers and what it means."""

    intent: str
    route: Route
    description: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptTurn:
    """One turn of an imported conversation."""

    conversation_id: str
    turn: int
    speaker: Role
    text: str
    timestamp: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row of an imported file was not taken. `row` counts from 1 for the header line's successor."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `read == inserted + updated + skipped + failed`, always."""

    file: str
    encoding: str
    read: int
    inserted: int
    updated: int
    skipped: int
    failed: int
    problems: tuple[RowProblem, ...] = ()
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One version in the model registry."""

    kind: str
    version: str
    status: str
    created_at: dt.datetime
    metrics: Mapping[str, Any] = field(default_factory=dict)
