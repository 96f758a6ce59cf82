"""The rules of routing, one by one, at and around their thresholds."""

from __future__ import annotations

import dataclasses

import pytest

from chatbot.dialogue.routing import decide
from chatbot.domain import (
    OUT_OF_SCOPE,
    FaqEntry,
    FaqHit,
    IntentPrediction,
    IntentScore,
    Reason,
    Route,
    RouteDecision,
    RoutingPolicy,
)

POLICY = RoutingPolicy(
    min_answer=0.6,
    min_answer_unjudged=0.75,
    min_answer_out_of_scope=0.9,
    min_suggest=0.4,
    min_clarify=0.2,
    min_margin=0.1,
    max_choices=3,
    routes={"return_item": Route.FAQ, "complaint": Route.HANDOFF, "greeting": Route.GENERATE},
)


def hit(score: float, key: str = "a", *, intent: str | None = None, answer: str | None = None) -> FaqHit:
    entry = FaqEntry(key, f"Question {key}?", answer or f"Answer {key}.", intent=intent)
    return FaqHit(entry, score)


def sees(
    intent: str = "return_item", probability: float = 0.9, *, second: float = 0.05, in_scope: float = 0.95
) -> IntentPrediction:
    ranked = (IntentScore(intent, probability), IntentScore("other", second))
    return IntentPrediction(ranked, in_scope, min_in_scope=0.5, min_confidence=0.5, min_margin=0.2)


OUTSIDE = sees(OUT_OF_SCOPE, 0.9, in_scope=0.1)


def test_an_intent_may_be_in_scope_and_still_not_be_trusted() -> None:
    doubtful = dataclasses.replace(sees("complaint"), min_in_scope=0.96)
    assert outcome(decide(doubtful, [], POLICY)) == (Route.FALLBACK, Reason.NO_MATCH)
    assert outcome(decide(dataclasses.replace(doubtful, in_scope=0.96), [], POLICY))[1] is Reason.INTENT_ROUTE


def outcome(decision: RouteDecision) -> tuple[Route, Reason]:
    return decision.route, decision.reason


@pytest.mark.parametrize(
    ("prediction", "hits", "expected"),
    [
        # No intent model: the hits alone decide.
        (None, [hit(0.95)], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (None, [hit(0.6)], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (None, [hit(0.5999)], (Route.SUGGEST, Reason.CLOSEST_MATCH)),
        (None, [hit(0.4)], (Route.SUGGEST, Reason.CLOSEST_MATCH)),
        (None, [hit(0.3999)], (Route.CLARIFY, Reason.WEAK_MATCH)),
        (None, [hit(0.2)], (Route.CLARIFY, Reason.WEAK_MATCH)),
        (None, [hit(0.1999)], (Route.FALLBACK, Reason.NO_MATCH)),
        (None, [], (Route.FALLBACK, Reason.NO_MATCH)),
        # No knowledge base either, or nothing but an intent.
        (None, None, (Route.FALLBACK, Reason.EMPTY_KNOWLEDGE)),
        (sees(), None, (Route.FALLBACK, Reason.EMPTY_KNOWLEDGE)),
        (OUTSIDE, None, (Route.FALLBACK, Reason.OUT_OF_SCOPE)),
        # The intent names the hit's own: the reason says so. Its weight is in the score already.
        (sees(), [hit(0.6, intent="return_item")], (Route.FAQ, Reason.INTENT_AND_MATCH)),
        (sees(), [hit(0.5999, intent="return_item")], (Route.SUGGEST, Reason.CLOSEST_MATCH)),
        # It names another, or the entry has none.
        (sees(), [hit(0.5, intent="refund_status")], (Route.SUGGEST, Reason.CLOSEST_MATCH)),
        (sees(), [hit(0.6, intent="refund_status")], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (sees(), [hit(0.5)], (Route.SUGGEST, Reason.CLOSEST_MATCH)),
        # An intent that is not trusted counts for nothing.
        (sees(probability=0.4999), [hit(0.6, intent="return_item")], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (sees(probability=0.5), [hit(0.6, intent="return_item")], (Route.FAQ, Reason.INTENT_AND_MATCH)),
        (sees(second=0.75), [hit(0.6, intent="return_item")], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        # Out of scope: only a hit that is nearly certain is answered, and nothing is offered.
        (OUTSIDE, [hit(0.9, intent="other")], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (OUTSIDE, [hit(0.8999, intent="other")], (Route.FALLBACK, Reason.OUT_OF_SCOPE)),
        (OUTSIDE, [hit(0.3, intent="other")], (Route.FALLBACK, Reason.OUT_OF_SCOPE)),
        # Out of scope to a model that does not know the entry's intent: the entry may be newer than the model.
        (OUTSIDE, [hit(0.75)], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (OUTSIDE, [hit(0.75, intent="newer")], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (OUTSIDE, [hit(0.7499)], (Route.FALLBACK, Reason.OUT_OF_SCOPE)),
        (sees(in_scope=0.5), [hit(0.6)], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (sees(in_scope=0.4999), [hit(0.6, intent="other")], (Route.FALLBACK, Reason.OUT_OF_SCOPE)),
        # Intents with a route of their own.
        (sees("complaint"), [], (Route.HANDOFF, Reason.INTENT_ROUTE)),
        (sees("complaint"), None, (Route.HANDOFF, Reason.INTENT_ROUTE)),
        (sees("complaint"), [hit(0.8999)], (Route.HANDOFF, Reason.INTENT_ROUTE)),
        (sees("complaint"), [hit(0.9)], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (sees("greeting"), [hit(0.5)], (Route.GENERATE, Reason.INTENT_ROUTE)),
        (sees("greeting"), None, (Route.GENERATE, Reason.INTENT_ROUTE)),
        (sees("greeting"), [hit(0.9)], (Route.FAQ, Reason.CONFIDENT_MATCH)),
        (sees("complaint", 0.49), [], (Route.FALLBACK, Reason.LOW_CONFIDENCE)),
        (sees("complaint", 0.6, second=0.5), [], (Route.FALLBACK, Reason.AMBIGUOUS_INTENT)),
        (sees("complaint", in_scope=0.49), [], (Route.FALLBACK, Reason.OUT_OF_SCOPE)),
        # Nothing found: the reason says what is known.
        (sees(), [], (Route.FALLBACK, Reason.NO_MATCH)),
        (sees(), [hit(0.1)], (Route.FALLBACK, Reason.NO_MATCH)),
        (IntentPrediction((), 0.9), [], (Route.FALLBACK, Reason.NO_MATCH)),
    ],
)
def test_each_rule_decides_and_names_itself(
    prediction: IntentPrediction | None, hits: list[FaqHit] | None, expected: tuple[Route, Reason]
) -> None:
    assert outcome(decide(prediction, hits, POLICY)) == expected


def test_an_intent_without_a_route_is_answered_from_the_faq() -> None:
    decision = decide(sees("new_intent"), [hit(0.6, intent="new_intent")], POLICY)
    assert outcome(decision) == (Route.FAQ, Reason.INTENT_AND_MATCH)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (0.701, (Route.CLARIFY, Reason.AMBIGUOUS_MATCH)),
        (0.699, (Route.FAQ, Reason.CONFIDENT_MATCH)),
    ],
)
def test_a_second_entry_closer_than_the_margin_is_a_rival(second: float, expected: tuple[Route, Reason]) -> None:
    decision = decide(None, [hit(0.8, "a"), hit(second, "b")], POLICY)
    assert outcome(decision) == expected


def test_a_distance_of_exactly_the_margin_is_no_rivalry() -> None:
    policy = RoutingPolicy(min_answer=0.5, min_margin=0.25)
    assert decide(None, [hit(0.75, "a"), hit(0.5, "b")], policy).route is Route.FAQ


def test_the_same_answer_twice_is_no_rivalry() -> None:
    decision = decide(None, [hit(0.8, "a", answer="Yes."), hit(0.79, "b", answer="Yes.")], POLICY)
    assert outcome(decision) == (Route.FAQ, Reason.CONFIDENT_MATCH)
    assert [h.entry.id for h in decision.hits] == ["a"]


def test_a_rival_behind_a_twin_of_the_best_is_still_offered() -> None:
    hits = [hit(0.8, "a", answer="Yes."), hit(0.79, "b", answer="Yes."), hit(0.78, "c", answer="No.")]
    decision = decide(None, hits, POLICY)
    assert outcome(decision) == (Route.CLARIFY, Reason.AMBIGUOUS_MATCH)
    assert [h.entry.id for h in decision.hits] == ["a", "c"]


def test_a_nearly_certain_hit_has_no_rivals() -> None:
    decision = decide(None, [hit(0.95, "a"), hit(0.94, "b")], POLICY)
    assert outcome(decision) == (Route.FAQ, Reason.CONFIDENT_MATCH)


def test_rivals_too_weak_to_offer_do_not_count() -> None:
    policy = RoutingPolicy(min_answer=0.2, min_clarify=0.3, min_margin=0.5)
    assert decide(None, [hit(0.31, "a"), hit(0.29, "b")], policy).route is Route.FAQ


def test_an_ambiguous_match_offers_no_more_than_the_policy_allows() -> None:
    decision = decide(None, [hit(0.8 - i / 100, f"e{i}") for i in range(5)], POLICY)
    assert [h.entry.id for h in decision.hits] == ["e0", "e1", "e2"]


def test_a_weak_match_offers_those_strong_enough() -> None:
    decision = decide(None, [hit(0.39, "a"), hit(0.35, "b"), hit(0.3, "c"), hit(0.25, "d"), hit(0.1, "e")], POLICY)
    assert [h.entry.id for h in decision.hits] == ["a", "b", "c"]


def test_up_to_three_others_stand_beside_the_closest_entry() -> None:
    hits = [hit(0.5, "a"), hit(0.3, "b"), hit(0.1, "c"), hit(0.05, "d"), hit(0.04, "e")]
    assert [h.entry.id for h in decide(None, hits, POLICY).hits] == ["a", "b", "c", "d"]
    assert [h.entry.id for h in decide(None, [hit(0.5, "a"), hit(0.01, "b")], POLICY).hits] == ["a"]


def test_a_weak_match_offers_a_second_choice_even_if_it_is_weaker_still() -> None:
    decision = decide(None, [hit(0.3, "a"), hit(0.05, "b"), hit(0.04, "c")], POLICY)
    assert [h.entry.id for h in decision.hits] == ["a", "b"]


def test_a_weak_match_alone_is_offered_alone() -> None:
    decision = decide(None, [hit(0.3, "a")], POLICY)
    assert outcome(decision) == (Route.CLARIFY, Reason.WEAK_MATCH)
    assert [h.entry.id for h in decision.hits] == ["a"]


def test_a_team_that_wants_no_suggestions_asks_back_instead() -> None:
    policy = dataclasses.replace(POLICY, suggests=False)
    decision = decide(None, [hit(0.5, "a"), hit(0.3, "b")], policy)
    assert outcome(decision) == (Route.CLARIFY, Reason.WEAK_MATCH)
    assert "suggest" not in {check.name for check in decision.checks}


@pytest.mark.parametrize(
    ("prediction", "hits", "confidence", "intent"),
    [
        (None, [hit(0.7, intent="return_item")], 0.7, "return_item"),
        (sees(), [hit(0.7)], 0.7, "return_item"),
        (sees(), [hit(0.7, intent="refund_status")], 0.7, "refund_status"),
        (None, [hit(0.3)], 0.3, None),
        (sees("complaint", 0.8), [], 0.8, "complaint"),
        (OUTSIDE, [hit(0.3)], 0.9, None),
        (None, None, 1.0, None),
        (None, [], 1.0, None),
        (sees(), [hit(0.1)], 0.9, "return_item"),
    ],
)
def test_the_decision_carries_its_confidence_and_intent(
    prediction: IntentPrediction | None, hits: list[FaqHit] | None, confidence: float, intent: str | None
) -> None:
    decision = decide(prediction, hits, POLICY)
    assert decision.confidence == pytest.approx(confidence)
    assert decision.intent == intent


def test_an_answer_comes_from_one_hit() -> None:
    decision = decide(None, [hit(0.8, "a"), hit(0.3, "b")], POLICY)
    assert [h.entry.id for h in decision.hits] == ["a"]


def test_two_choices_never_have_one_answer() -> None:
    hits = (hit(0.4, "a", answer="same"), hit(0.35, "b", answer="same"), hit(0.3, "c"))
    decision = decide(sees(), hits, POLICY)
    assert decision.route is Route.SUGGEST
    assert [chosen.entry.id for chosen in decision.hits] == ["a", "c"]
