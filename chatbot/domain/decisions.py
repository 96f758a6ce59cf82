"""Routing decisions and replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from chatbot.domain.intents import IntentPrediction
from chatbot.domain.knowledge import FaqHit

if TYPE_CHECKING:
    from chatbot.domain.conversation import Message


class Route(StrEnum):
    """What the assistant does with a message."""

    FAQ = "faq"
    SUGGEST = "suggest"
    """The closest entry, shown as such: it may not be what was asked."""
    CLARIFY = "clarify"
    GENERATE = "generate"
    CANNED = "canned"
    """One of the assistant's own fixed sentences: small talk, or the answer to "yes", "ok" and commands."""
    HANDOFF = "handoff"
    FALLBACK = "fallback"


class Reason(StrEnum):
    """Why a route was taken: the rule that fired."""

    CONFIDENT_MATCH = "confident_match"
    INTENT_AND_MATCH = "intent_and_match"
    CLOSEST_MATCH = "closest_match"
    SEVERAL_QUESTIONS = "several_questions"
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
    REWRITTEN = "rewritten"
    UNAVAILABLE = "unavailable"
    STEP_FAILED = "step_failed"
    SHORT_REPLY = "short_reply"
    COMMAND = "command"
    SMALL_TALK = "small_talk"
    WITH_PERSON = "with_person"
    PERSON_WANTED = "person_wanted"
    COMMON_TALK = "common_talk"
    CANNOT_ACT = "cannot_act"


class Offer(StrEnum):
    """What a reply offers the customer, to which "yes" or "no" would be an answer."""

    NOTHING = "nothing"
    QUESTION = "question"
    """It ends with a question."""
    CHOICES = "choices"
    """It asks which of the choices the customer meant."""
    CLOSEST = "closest"
    """It shows the closest entry and offers others to choose from."""
    PERSON = "person"
    """It offers a handoff to an agent."""


class Check(NamedTuple):
    """A threshold of a decision and the value compared with it."""

    name: str
    value: float
    needed: float

    @property
    def reached(self) -> bool:
        """Whether the value is at or above the threshold."""
        return self.value >= self.needed


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """Thresholds on calibrated probabilities and the preferred route of each intent."""

    min_answer: float = 0.5
    """A hit at or above this is answered word for word: it is then more likely than all alternatives together."""
    min_answer_unjudged: float = 0.75
    """The same if the intent model says that the message is out of scope but does not know the hit's intent."""
    min_answer_out_of_scope: float = 0.9
    """The same if the intent model says that the message is out of scope and knows the hit's intent."""
    min_part: float = 0.65
    """Of the two parts of a message, each with an entry of its own, the weaker hit must reach this for both to be
    answered. On six businesses (2026-12-01) half of the double questions were, and 3 of 396 single ones wrongly."""
    min_suggest: float = 0.2
    """A hit at or above this may be shown as the closest entry."""
    min_beside: float = 0.02
    """Hits at or above this may be offered beside the closest entry."""
    min_clarify: float = 0.2
    """Hits at or above this may be offered as "did you mean"."""
    min_margin: float = 0.1
    """Two hits of different entries closer than this are ambiguous."""
    max_choices: int = 3
    suggests: bool = True
    """Whether the closest entry is shown at all; if not, the customer is asked back."""
    routes: Mapping[str, Route] = field(default_factory=dict)

    def thresholds(self) -> dict[str, float]:
        """The thresholds by name, without the routes of intents."""
        return {
            "min_answer": self.min_answer,
            "min_answer_unjudged": self.min_answer_unjudged,
            "min_answer_out_of_scope": self.min_answer_out_of_scope,
            "min_part": self.min_part,
            "min_suggest": self.min_suggest,
            "min_beside": self.min_beside,
            "min_clarify": self.min_clarify,
            "min_margin": self.min_margin,
            "max_choices": self.max_choices,
        }

    def answering_from(self, needed: float) -> RoutingPolicy:
        """The same policy, but with no hit below `needed` answered word for word."""
        return replace(
            self,
            min_answer=max(self.min_answer, needed),
            min_answer_unjudged=max(self.min_answer_unjudged, needed),
            min_answer_out_of_scope=max(self.min_answer_out_of_scope, needed),
        )


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """The outcome of routing: a route, the rule that fired, the comparisons, and what the answer may use."""

    route: Route
    reason: Reason
    confidence: float
    intent: str | None = None
    hits: tuple[FaqHit, ...] = ()
    checks: tuple[Check, ...] = ()
    """The thresholds in the order in which they were checked."""
    phrase: str = ""
    """Key of the fixed sentence that answers; empty if the route has its own."""
    preamble: str = ""
    """Key of the fixed sentence that stands before what the route says; empty for none."""
    reply: ReadyReply | None = None
    """The whole reply, for small talk that has one."""
    choices: tuple[str, ...] = ()
    """What the customer is asked to choose from; empty if it is the questions of the hits."""


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """The reply to one kind of small talk, and whether it offers an agent."""

    kind: str
    text: str
    offers_person: bool = False


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
    message: Message
    """The stored reply with the record of its decision; the customer's message if an agent answers it."""
    prediction: IntentPrediction | None = None
    candidates: tuple[FaqHit, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def stored_reply(self) -> str:
        """The reply as the team wrote it; empty if `text` is that."""
        return self.message.decision.stored_reply if self.message.decision is not None else ""

    @property
    def conversation_id(self) -> str:
        """The conversation that the reply belongs to."""
        return self.message.conversation_id

    @property
    def message_id(self) -> int:
        """The id of the stored message."""
        return self.message.id

    @property
    def model_versions(self) -> Mapping[str, str]:
        """The model and index versions that decided; empty if nothing was decided."""
        return self.message.decision.versions if self.message.decision is not None else {}


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """A streamed part of a reply.

    `text` is the whole reply so far, not the increment: a later part may replace an earlier one (a guarded reply that
    turns out to be unsupported). The last part carries `reply`.
    """

    text: str
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class IntentDefinition:
    """An intent, its preferred route and its meaning."""

    intent: str
    route: Route
    description: str = ""
