"""The checks of a decision: what they compare, and that they never say anything else than the decision itself."""

from __future__ import annotations

import itertools
import json

import pytest

from chatbot.dialogue.decide import Decided
from chatbot.dialogue.explanation import Explanation, shares
from chatbot.dialogue.routing import decide
from chatbot.domain import (
    Check,
    DecisionRecord,
    FaqEntry,
    FaqHit,
    IntentPrediction,
    IntentScore,
    NearestUtterance,
    Reason,
    Route,
    RoutingPolicy,
    StoredCheck,
)

POLICY = RoutingPolicy(
    min_answer=0.5,
    min_answer_unjudged=0.75,
    min_answer_out_of_scope=0.9,
    min_suggest=0.45,
    min_clarify=0.2,
    min_margin=0.1,
    routes={"complaint": Route.HANDOFF, "greeting": Route.GENERATE, "returns": Route.FAQ},
)
SCORES = (0.1, 0.1999, 0.2, 0.45, 0.4999, 0.5, 0.7, 0.75, 0.81, 0.8999, 0.9, 0.95, 1.0)
LIMITS = (0.4, 0.6, 0.2, 0.3)
"""In-scope probability, confidence and margin that an intent is trusted from, and where out of scope begins."""
ANSWER_CHECKS = ("answer", "answer_unjudged", "answer_out_of_scope")


def predictions() -> list[IntentPrediction | None]:
    """No model, a model without intents, and every side of the model's own thresholds."""
    found: list[IntentPrediction | None] = [None, IntentPrediction((), 0.9), IntentPrediction((), 0.1)]
    for intent, first, second, in_scope in itertools.product(
        ("complaint", "greeting", "returns", "other"), (0.59, 0.6, 0.9), (0.05, 0.4, 0.5), (0.29, 0.3, 0.39, 0.4, 0.95)
    ):
        ranked = (IntentScore(intent, first), IntentScore("returns" if intent != "returns" else "other", second))
        found.append(IntentPrediction(ranked, in_scope, *LIMITS))
    return found


def found_hits() -> list[tuple[FaqHit, ...] | None]:
    """No knowledge, nothing found, one hit, and two with the same or another answer."""
    found: list[tuple[FaqHit, ...] | None] = [None, ()]
    for score, intent in itertools.product(SCORES, (None, "returns", "unheard_of")):
        best = FaqHit(FaqEntry("a", "A?", "Answer.", intent=intent), score)
        found.append((best,))
        for behind, answer in itertools.product((0.0, 0.0999, 0.1, 0.3), ("Answer.", "Another.")):
            found.append((best, FaqHit(FaqEntry("b", "B?", answer), max(0.0, score - behind))))
    return found


def told_by(
    looked_at: dict[str, Check], hits: tuple[FaqHit, ...] | None, prediction: IntentPrediction | None
) -> set[tuple[Route, Reason]]:
    """The decisions that the checks alone leave possible."""
    reached = {name: check.reached for name, check in looked_at.items()}
    answer = next((reached[name] for name in ANSWER_CHECKS if name in reached), None)
    if hits and answer is None:  # nobody asked for an answer: the intent took its own route
        return {(Route.HANDOFF, Reason.INTENT_ROUTE), (Route.GENERATE, Reason.INTENT_ROUTE)}
    if answer and (reached.get("rival_margin", True) or reached["certain"]):
        return {(Route.FAQ, Reason.CONFIDENT_MATCH), (Route.FAQ, Reason.INTENT_AND_MATCH)}
    if answer:
        return {(Route.CLARIFY, Reason.AMBIGUOUS_MATCH)}
    if reached.get("suggest"):
        return {(Route.SUGGEST, Reason.CLOSEST_MATCH)}
    if reached.get("clarify"):
        return {(Route.CLARIFY, Reason.WEAK_MATCH)}
    trusted = all(reached.get(name, False) for name in ("trusted_in_scope", "confidence", "margin"))
    if not hits and trusted and prediction is not None and prediction.ranked[0].intent in ("complaint", "greeting"):
        return {(POLICY.routes[prediction.ranked[0].intent], Reason.INTENT_ROUTE)}
    if not reached.get("in_scope", True):
        return {(Route.FALLBACK, Reason.OUT_OF_SCOPE)}
    if hits is None:
        return {(Route.FALLBACK, Reason.EMPTY_KNOWLEDGE)}
    if not reached.get("confidence", True):
        return {(Route.FALLBACK, Reason.LOW_CONFIDENCE)}
    if not reached.get("margin", True):
        return {(Route.FALLBACK, Reason.AMBIGUOUS_INTENT)}
    return {(Route.FALLBACK, Reason.NO_MATCH)}


def test_the_checks_never_disagree_with_the_decision() -> None:
    seen = set()
    for prediction, hits in itertools.product(predictions(), found_hits()):
        decision = decide(prediction, hits, POLICY)
        looked_at = decision.checks
        names = [check.name for check in looked_at]
        assert len(names) == len(set(names)), names
        possible = told_by({check.name: check for check in looked_at}, hits, prediction)
        assert (decision.route, decision.reason) in possible, (prediction, hits, looked_at, decision)
        seen.add(decision.reason)
    unseen = {
        Reason.NOTHING_SAID,
        Reason.SEVERAL_QUESTIONS,
        Reason.UNGROUNDED,
        Reason.REWRITTEN,
        Reason.UNAVAILABLE,
        Reason.STEP_FAILED,
        Reason.SHORT_REPLY,
        Reason.COMMAND,
        Reason.SMALL_TALK,
        Reason.WITH_PERSON,
        Reason.PERSON_WANTED,
        Reason.COMMON_TALK,
        Reason.CANNOT_ACT,
    }  # no rule of routing
    assert seen == set(Reason) - unseen


@pytest.mark.parametrize(
    ("prediction", "hit", "expected"),
    [
        (None, FaqHit(FaqEntry("a", "A?", "A."), 0.6), [("answer", 0.6, 0.5, True)]),
        (
            IntentPrediction((IntentScore("returns", 0.9), IntentScore("other", 0.05)), 0.1, *LIMITS),
            FaqHit(FaqEntry("a", "A?", "A.", intent="returns"), 0.8),
            [
                ("in_scope", 0.1, 0.3, False),
                ("trusted_in_scope", 0.1, 0.4, False),
                ("confidence", 0.9, 0.6, True),
                ("margin", pytest.approx(0.85), 0.2, True),
                ("answer_out_of_scope", 0.8, 0.9, False),
            ],
        ),
        (
            IntentPrediction((IntentScore("complaint", 0.9),), 0.9, *LIMITS),
            FaqHit(FaqEntry("a", "A?", "A."), 0.8),
            [
                ("in_scope", 0.9, 0.3, True),
                ("trusted_in_scope", 0.9, 0.4, True),
                ("confidence", 0.9, 0.6, True),
                ("margin", 0.9, 0.2, True),
                ("certain", 0.8, 0.9, False),
            ],
        ),
    ],
    ids=["no intent model", "out of scope", "a route of its own"],
)
def test_the_threshold_that_applied_is_the_one_that_is_shown(
    prediction: IntentPrediction | None, hit: FaqHit, expected: list[tuple[object, ...]]
) -> None:
    assert [(*check, check.reached) for check in decide(prediction, [hit], POLICY).checks] == expected


def test_nothing_understood_and_nothing_found_leaves_nothing_to_compare() -> None:
    assert decide(None, None, POLICY).checks == ()


@pytest.mark.parametrize(
    ("value", "needed", "shown"),
    [
        (0.934, 0.5, ("93.4 %", "50.0 %")),
        (0.5, 0.5, ("50.0 %", "50.0 %")),
        (0.4999, 0.5, ("49.99 %", "50.00 %")),
        (0.49996, 0.5, ("49.996 %", "50.000 %")),
        (0.4999999, 0.5, ("50.0 %", "50.0 %")),
    ],
)
def test_shares_are_shown_so_that_their_order_can_be_seen(value: float, needed: float, shown: tuple[str, str]) -> None:
    assert shares(value, needed) == shown


def test_whether_a_threshold_was_reached_is_stored_as_it_was_decided() -> None:
    assert StoredCheck.of(Check("answer", 0.4999999, 0.5)).to_json() == {
        "name": "answer",
        "value": 0.5,
        "needed": 0.5,
        "reached": False,
    }


def test_a_record_is_json_and_keeps_no_routes() -> None:
    prediction = IntentPrediction(tuple(IntentScore(f"i{n}", 0.1) for n in range(9)), 0.9)
    hits = (FaqHit(FaqEntry("a", "A?", "A."), 0.8),)
    nearest = (NearestUtterance("hello", "greeting", 0.5),)
    decision = decide(prediction, hits, POLICY)
    explained = Explanation(Decided(decision, prediction, hits, POLICY), nearest, {"a": "1"})
    stored = explained.record().to_json()
    record = json.loads(json.dumps(stored, allow_nan=False))
    assert record == stored
    assert DecisionRecord.from_json(record) == explained.record()
    assert len(record["prediction"]["ranked"]) == 5
    assert "routes" not in record["policy"]
