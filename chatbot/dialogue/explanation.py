"""Why a decision was taken: every threshold beside its value, the nearest utterances, and how all of it is stored.

Knows: the domain and the rules of routing. Does not know: models, storage, wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from chatbot.dialogue.routing import answer_threshold, in_scope, other_answers, own_route, trusted_intent
from chatbot.domain import (
    Check,
    FaqEntry,
    FaqHit,
    IntentPrediction,
    NearestUtterance,
    Route,
    RouteDecision,
    RoutingPolicy,
)
from chatbot.text import normalise

RANKED = 5
"""How many intents are logged and shown."""
_PLACES = 6
"""Decimal places of stored probabilities: few enough to read, enough to show on which side of a threshold they are."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would be decided for a message, and everything that leads to it."""

    prediction: IntentPrediction | None
    hits: tuple[FaqHit, ...]
    decision: RouteDecision
    policy: RoutingPolicy
    checks: tuple[Check, ...] = ()
    nearest: tuple[NearestUtterance, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The decision in the form in which those of replies are stored."""
        decision = self.decision
        return {"route": decision.route.value, "reason": decision.reason.value} | decision_record(
            self.prediction, self.hits, decision, self.policy, self.checks, self.versions
        )


def checks(
    prediction: IntentPrediction | None, hits: Sequence[FaqHit] | None, policy: RoutingPolicy
) -> tuple[Check, ...]:
    """The thresholds in the order in which `decide` looks at them; one that it does not look at is missing.

    `in_scope`, `trusted_in_scope`, `confidence` and `margin` are the intent model's: below the first a message is out
    of scope, and an intent is trusted where all are reached. The others are the policy's and compare the best hit:
    `certain` overrules an intent's own route, and rivals; `answer`, `answer_unjudged` or `answer_out_of_scope` is what
    an answer takes; `rival_margin` compares the distance to the closest hit with another answer; `clarify` is what
    asking back takes.
    """
    found = []
    if prediction is not None:
        found.append(Check("in_scope", prediction.in_scope, prediction.out_of_scope_below))
        if prediction.best is not None:
            found.append(Check("trusted_in_scope", prediction.in_scope, prediction.min_in_scope))
            found.append(Check("confidence", prediction.best.probability, prediction.min_confidence))
            found.append(Check("margin", prediction.margin, prediction.min_margin))
    if not hits:
        return tuple(found)
    best = hits[0]
    certain = Check("certain", best.score, policy.min_answer_out_of_scope)
    has_own_route = own_route(trusted_intent(prediction), policy) is not None
    if has_own_route:
        found.append(certain)
        if not certain.reached:
            return tuple(found)
    name, needed = answer_threshold(prediction, best, policy)
    answer = Check(name, best.score, needed)
    found.append(answer)
    if answer.reached:
        rivals = [hit.score for hit in other_answers(hits, policy)]
        if rivals:
            found.append(Check("rival_margin", best.score - max(rivals), policy.min_margin))
            if not found[-1].reached and not has_own_route:
                found.append(certain)
    elif in_scope(prediction):
        found.append(Check("clarify", best.score, policy.min_clarify))
    return tuple(found)


def decision_record(
    prediction: IntentPrediction | None,
    hits: Sequence[FaqHit],
    decision: RouteDecision,
    policy: RoutingPolicy | None,
    looked_at: Sequence[Check],
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """What is stored of a decision, as JSON has it."""
    return {
        "decided": decision.route.value,
        "intent": decision.intent,
        "confidence": round(decision.confidence, 4),
        "prediction": _prediction_record(prediction),
        "hits": [hit_record(hit) for hit in hits],
        "checks": [check_record(check) for check in looked_at],
        "policy": _policy_record(policy) if policy is not None else None,
        "versions": dict(versions),
    }


def check_record(check: Check) -> dict[str, Any]:
    """A check as JSON has it; `reached` was decided before rounding."""
    value, needed = round(check.value, _PLACES), round(check.needed, _PLACES)
    return {"name": check.name, "value": value, "needed": needed, "reached": check.reached}


def nearest_record(utterance: NearestUtterance) -> dict[str, Any]:
    """A training utterance as JSON has it; `text` is null where it is not kept."""
    return {
        "text": utterance.text or None,
        "intent": utterance.intent,
        "similarity": round(utterance.similarity, 4),
        "from_conversation": utterance.from_conversation,
    }


def shares(value: float, needed: float) -> tuple[str, str]:
    """Two probabilities as percentages, with as many places as it takes to tell them apart."""
    shown = [(f"{value * 100:.{places}f} %", f"{needed * 100:.{places}f} %") for places in range(1, _PLACES - 1)]
    return next((pair for pair in shown if pair[0] != pair[1]), shown[0])


def _prediction_record(prediction: IntentPrediction | None) -> dict[str, Any] | None:
    if prediction is None:
        return None
    return {
        "ranked": [[s.intent, round(s.probability, 4)] for s in prediction.ranked[:RANKED]],
        "in_scope": round(prediction.in_scope, 4),
        "out_of_scope_below": round(prediction.out_of_scope_below, 4),
        "min_in_scope": round(prediction.min_in_scope, 4),
        "min_confidence": round(prediction.min_confidence, 4),
        "min_margin": round(prediction.min_margin, 4),
    }


def missing_phrasing(text: str, hits: Sequence[FaqHit], route: Route) -> FaqEntry | None:
    """The entry that would answer the message if it had it among its phrasings: the best one, if it is the right one.

    None when the message is answered from the FAQ, or the entry says it already but for capitals and signs.
    """
    if route is Route.FAQ or not hits:
        return None
    best = hits[0].entry
    return None if normalise(text) in {normalise(phrasing) for phrasing in best.phrasings} else best


def hit_record(hit: FaqHit) -> dict[str, Any]:
    """An entry that was found, as JSON has it: its score, what each leg says of it and adds to its strength (nats)."""
    return {
        "id": hit.entry.id,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "lexical": round(hit.lexical, 4),
        "dense_part": round(hit.dense_part, 2),
        "lexical_part": round(hit.lexical_part, 2),
        "answer": round(hit.answer, 4),
        "answer_part": round(hit.answer_part, 2),
        "phrasing": hit.phrasing,
    }


def _policy_record(policy: RoutingPolicy) -> dict[str, Any]:
    # Not `asdict`: it copies the routes of every intent only to have them dropped.
    return {one.name: getattr(policy, one.name) for one in fields(policy) if one.name != "routes"}
