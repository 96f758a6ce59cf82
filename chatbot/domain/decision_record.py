"""The stored record of a decision: one typed value, and its form as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from chatbot.domain.decisions import Check, Offer, Reason, Route, RouteDecision, RoutingPolicy
from chatbot.domain.intents import IntentPrediction, IntentScore
from chatbot.domain.knowledge import FaqHit

MOST_RANKED = 5
"""Number of intents of a prediction that are stored and shown."""
_SHARE, _NATS, _CHECKED = 4, 2, 6
"""Decimal places of probabilities, of nats, and of values compared with thresholds, which need more to show the side.
"""
_OFFERED_A_PERSON = frozenset(
    {Reason.NO_MATCH, Reason.LOW_CONFIDENCE, Reason.AMBIGUOUS_INTENT, Reason.UNGROUNDED, Reason.UNAVAILABLE}
)
"""Fallbacks whose sentence offers an agent; records of versions before 0.2 do not say what was offered."""
_Member = TypeVar("_Member", Route, Reason, Offer)


@dataclass(frozen=True, slots=True)
class StoredHit:
    """A hit: its score, and the raw score and the nats of its dense, lexical and answer similarity.

    A raw score or its nats is None if the version that stored the record did not have it.
    """

    id: str
    score: float = 0.0
    dense: float | None = None
    lexical: float | None = None
    dense_part: float | None = None
    lexical_part: float | None = None
    answer: float | None = None
    answer_part: float | None = None
    phrasing: str = ""

    @classmethod
    def of(cls, hit: FaqHit) -> StoredHit:
        """The stored form of a hit, rounded."""
        return cls(
            hit.entry.id,
            round(hit.score, _SHARE),
            round(hit.dense, _SHARE),
            round(hit.lexical, _SHARE),
            round(hit.dense_part, _NATS),
            round(hit.lexical_part, _NATS),
            round(hit.answer, _SHARE),
            round(hit.answer_part, _NATS),
            hit.phrasing,
        )

    def to_json(self) -> dict[str, Any]:
        """The hit as JSON; unknown values are left out."""
        every = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in every if value is not None}


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A threshold and the value compared with it; `reached` was decided before rounding."""

    name: str
    value: float
    needed: float
    reached: bool

    @classmethod
    def of(cls, check: Check) -> StoredCheck:
        """The stored form of a check, rounded."""
        return cls(check.name, round(check.value, _CHECKED), round(check.needed, _CHECKED), check.reached)

    def to_json(self) -> dict[str, Any]:
        """The check as JSON."""
        return {"name": self.name, "value": self.value, "needed": self.needed, "reached": self.reached}


@dataclass(frozen=True, slots=True)
class StoredPrediction:
    """The intent model's prediction: the most probable intents, and the model's own thresholds."""

    ranked: tuple[IntentScore, ...]
    in_scope: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """`out_of_scope_below`, `min_in_scope`, `min_confidence`, `min_margin`; those that a record does not have are
    missing."""

    @classmethod
    def of(cls, prediction: IntentPrediction) -> StoredPrediction:
        """The stored form of a prediction, rounded."""
        ranked = (IntentScore(one.intent, round(one.probability, _SHARE)) for one in prediction.ranked[:MOST_RANKED])
        thresholds = {name: round(float(getattr(prediction, name)), _SHARE) for name in _THRESHOLDS}
        return cls(tuple(ranked), round(prediction.in_scope, _SHARE), thresholds)

    def to_json(self) -> dict[str, Any]:
        """The prediction as JSON."""
        return {"ranked": [list(one) for one in self.ranked], "in_scope": self.in_scope, **self.thresholds}


_THRESHOLDS = ("out_of_scope_below", "min_in_scope", "min_confidence", "min_margin")


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the guard removed from a generated reply: the rule, and the words that broke it."""

    rule: str
    said: str


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """How one message was decided and answered, as stored beside the reply."""

    route: Route
    """The route that the customer got; `decided` is the one chosen before the reply was made."""
    reason: Reason | None = None
    decided: Route | None = None
    intent: str | None = None
    confidence: float = 0.0
    prediction: StoredPrediction | None = None
    hits: tuple[StoredHit, ...] = ()
    checks: tuple[StoredCheck, ...] = ()
    policy: Mapping[str, float] | None = None
    """The thresholds of the policy by name; None if a step failed before anything was compared."""
    versions: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    """Ids of the entries that the reply was taken from."""
    choices: tuple[str, ...] = ()
    """What the customer was asked to choose from; "none of these" is the last choice."""
    offer: Offer = Offer.NOTHING
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    held_back: HeldBack | None = None
    topic: str = ""
    """The earlier topic that the message was read with; empty if its own words decided."""
    searched: str = ""
    """The question that was searched instead of the message that chose it; empty if the message itself was searched."""
    stored_reply: str = ""
    """The reply as the team wrote it, if the customer was shown it in another script; else empty."""
    stored_choices: tuple[str, ...] = ()
    """The same for the choices, in their order."""

    @classmethod
    def of(
        cls,
        decision: RouteDecision,
        *,
        prediction: IntentPrediction | None,
        hits: Sequence[FaqHit],
        policy: RoutingPolicy | None,
        versions: Mapping[str, str],
    ) -> DecisionRecord:
        """The record of a decision before anything is answered."""
        return cls(
            decision.route,
            decision.reason,
            decision.route,
            decision.intent,
            round(decision.confidence, _SHARE),
            StoredPrediction.of(prediction) if prediction is not None else None,
            tuple(map(StoredHit.of, hits)),
            tuple(map(StoredCheck.of, decision.checks)),
            policy.thresholds() if policy is not None else None,
            dict(versions),
            choices=decision.choices,
        )

    @property
    def offered(self) -> tuple[str, ...]:
        """What the customer could choose from; empty if the reply left nothing to choose."""
        return self.choices if self.route in (Route.CLARIFY, Route.SUGGEST) else ()

    @property
    def offered_as_stored(self) -> tuple[str, ...]:
        """The questions of entries behind `offered`, in the same order."""
        return (self.stored_choices or self.choices) if self.offered else ()

    def to_json(self) -> dict[str, Any]:
        """The record as JSON."""
        record: dict[str, Any] = {
            "route": self.route.value,
            "reason": self.reason.value if self.reason is not None else "",
            "decided": self.decided.value if self.decided is not None else None,
            "intent": self.intent,
            "confidence": self.confidence,
            "prediction": self.prediction.to_json() if self.prediction is not None else None,
            "hits": [hit.to_json() for hit in self.hits],
            "checks": [check.to_json() for check in self.checks],
            "policy": dict(self.policy) if self.policy is not None else None,
            "versions": dict(self.versions),
            "sources": list(self.sources),
            "choices": list(self.choices),
            "offer": self.offer.value,
            "timings_ms": dict(self.timings_ms),
        }
        if self.held_back is not None:
            record["held_back"] = {"rule": self.held_back.rule, "said": self.held_back.said}
        if self.stored_choices:
            record["stored_choices"] = list(self.stored_choices)
        rare = (("topic", self.topic), ("searched", self.searched), ("stored_reply", self.stored_reply))
        return record | {name: text for name, text in rare if text}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> DecisionRecord | None:
        """The record stored by this or an earlier version; None for nothing and for anything that is not a record."""
        route = _member(Route, (stored or {}).get("route"))
        if stored is None or route is None:
            return None
        reason = _member(Reason, stored.get("reason"))
        offer = _member(Offer, stored.get("offer")) or _offer_before(route, reason)
        held = stored.get("held_back")
        predicted = stored.get("prediction")
        return cls(
            route,
            reason,
            _member(Route, stored.get("decided")),
            str(stored["intent"]) if stored.get("intent") else None,
            float(stored.get("confidence") or 0.0),
            _prediction(predicted) if predicted else None,
            tuple(StoredHit(**_known_fields(StoredHit, one)) for one in stored.get("hits") or ()),
            tuple(StoredCheck(**_known_fields(StoredCheck, one)) for one in stored.get("checks") or ()),
            stored.get("policy"),
            stored.get("versions") or {},
            tuple(map(str, stored.get("sources") or ())),
            tuple(map(str, stored.get("choices") or ())),
            offer,
            stored.get("timings_ms") or {},
            HeldBack(str(held["rule"]), str(held["said"])) if held else None,
            str(stored.get("topic") or ""),
            str(stored.get("searched") or ""),
            str(stored.get("stored_reply") or ""),
            tuple(map(str, stored.get("stored_choices") or ())),
        )


def _prediction(stored: Mapping[str, Any]) -> StoredPrediction:
    ranked = tuple(IntentScore(str(intent), float(share)) for intent, share in stored.get("ranked") or ())
    thresholds = {name: float(stored[name]) for name in _THRESHOLDS if name in stored}
    return StoredPrediction(ranked, stored.get("in_scope"), thresholds)


def _known_fields(kind: type[StoredHit | StoredCheck], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a kind that a stored value has; extra fields of other versions are left out."""
    return {one.name: stored[one.name] for one in fields(kind) if one.name in stored}


def _member(kind: type[_Member], value: object) -> _Member | None:
    return next((member for member in kind if member.value == value), None)


def _offer_before(route: Route, reason: Reason | None) -> Offer:
    if route is Route.CLARIFY:
        return Offer.CHOICES
    return Offer.PERSON if route is Route.FALLBACK and reason in _OFFERED_A_PERSON else Offer.NOTHING
