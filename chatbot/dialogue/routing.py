"""Where a message goes: a pure function of what was understood, what was found, and the policy.

What the rules compare has functions of its own, so that `chatbot.dialogue.explanation` compares the same.

Knows: the domain. Does not know: models, storage, wording.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.domain import FaqHit, IntentPrediction, Reason, Route, RouteDecision, RoutingPolicy


def decide(prediction: IntentPrediction | None, hits: Sequence[FaqHit] | None, policy: RoutingPolicy) -> RouteDecision:
    """Choose the route of one message and name the rule that fired.

    Args:
        prediction: the intent model's view, or None when there is no intent model.
        hits: FAQ hits by falling score, or None when there is no knowledge base.
        policy: thresholds and the route each intent prefers.
    """
    intent = trusted_intent(prediction)
    preferred = own_route(intent, policy)
    found = tuple(hits or ())
    best = found[0] if found else None
    certain = best is not None and best.score >= policy.min_answer_out_of_scope
    if preferred is not None and not certain:
        sources = _sources(found, policy) if preferred is Route.GENERATE else ()
        return RouteDecision(preferred, Reason.INTENT_ROUTE, _probability(prediction), intent, sources)
    if best is not None:
        by_hits = _by_hits(prediction, intent, found, policy)
        if by_hits is not None:
            return by_hits
    return _nothing_found(prediction, best, has_knowledge=hits is not None)


def _by_hits(
    prediction: IntentPrediction | None, intent: str | None, hits: tuple[FaqHit, ...], policy: RoutingPolicy
) -> RouteDecision | None:
    """The decision that the hits allow, or None when they are too weak for any."""
    best = hits[0]
    agrees = intent is not None and intent == best.entry.intent
    _, needed = answer_threshold(prediction, best, policy)
    named = best.entry.intent if best.entry.intent is not None else intent
    if best.score >= needed:
        rivals = _rivals(hits, policy)
        if not rivals or best.score >= policy.min_answer_out_of_scope:
            reason = Reason.INTENT_AND_MATCH if agrees else Reason.CONFIDENT_MATCH
            return RouteDecision(Route.FAQ, reason, best.score, named, (best,))
        choices = _distinct((best, *rivals))[: policy.max_choices]
        return RouteDecision(Route.CLARIFY, Reason.AMBIGUOUS_MATCH, best.score, named, choices)
    if in_scope(prediction) and best.score >= policy.min_clarify:
        choices = _choices(hits, policy)
        return RouteDecision(Route.CLARIFY, Reason.WEAK_MATCH, best.score, named, choices)
    return None


def _nothing_found(prediction: IntentPrediction | None, best: FaqHit | None, *, has_knowledge: bool) -> RouteDecision:
    confidence = 1.0 - (best.score if best is not None else 0.0)
    if prediction is not None and not in_scope(prediction):
        return RouteDecision(Route.FALLBACK, Reason.OUT_OF_SCOPE, 1.0 - prediction.in_scope)
    if not has_knowledge:
        return RouteDecision(Route.FALLBACK, Reason.EMPTY_KNOWLEDGE, 1.0)
    if prediction is not None and prediction.best is not None:
        if prediction.best.probability < prediction.min_confidence:
            return RouteDecision(Route.FALLBACK, Reason.LOW_CONFIDENCE, confidence)
        if prediction.margin < prediction.min_margin:
            return RouteDecision(Route.FALLBACK, Reason.AMBIGUOUS_INTENT, confidence)
        return RouteDecision(Route.FALLBACK, Reason.NO_MATCH, confidence, prediction.best.intent)
    return RouteDecision(Route.FALLBACK, Reason.NO_MATCH, confidence)


def in_scope(prediction: IntentPrediction | None) -> bool:
    """Whether the message may be about something the intents cover; without an intent model nobody says otherwise."""
    return prediction is None or prediction.in_scope >= prediction.out_of_scope_below


def own_route(intent: str | None, policy: RoutingPolicy) -> Route | None:
    """The route that an intent takes by itself, whatever was found; None where the hits decide."""
    route = policy.routes.get(intent) if intent is not None else None
    return route if route in (Route.HANDOFF, Route.GENERATE) else None


def answer_threshold(prediction: IntentPrediction | None, best: FaqHit, policy: RoutingPolicy) -> tuple[str, float]:
    """What the best hit needs to be answered word for word: which threshold, and its value."""
    if prediction is None or in_scope(prediction):
        return "answer", policy.min_answer
    if any(score.intent == best.entry.intent for score in prediction.ranked):
        return "answer_out_of_scope", policy.min_answer_out_of_scope
    return "answer_unjudged", policy.min_answer_unjudged


def other_answers(hits: Sequence[FaqHit], policy: RoutingPolicy) -> tuple[FaqHit, ...]:
    """Hits that are strong enough to rival the best; the same answer twice is no rivalry."""
    return tuple(
        hit for hit in hits[1:] if hit.score >= policy.min_clarify and hit.entry.answer != hits[0].entry.answer
    )


def trusted_intent(prediction: IntentPrediction | None) -> str | None:
    """The best intent when it clears the model's own thresholds, else None."""
    if prediction is None or prediction.best is None:
        return None
    clear = (
        in_scope(prediction)
        and prediction.in_scope >= prediction.min_in_scope
        and prediction.best.probability >= prediction.min_confidence
        and prediction.margin >= prediction.min_margin
    )
    return prediction.best.intent if clear else None


def _sources(hits: tuple[FaqHit, ...], policy: RoutingPolicy) -> tuple[FaqHit, ...]:
    """What a generated reply may draw on: hits likelier right than not."""
    return tuple(hit for hit in hits if hit.score >= policy.min_answer)


def _probability(prediction: IntentPrediction | None) -> float:
    return prediction.best.probability if prediction is not None and prediction.best is not None else 0.0


def _rivals(hits: tuple[FaqHit, ...], policy: RoutingPolicy) -> tuple[FaqHit, ...]:
    """Other answers too close to the best to choose between."""
    return tuple(hit for hit in other_answers(hits, policy) if hits[0].score - hit.score < policy.min_margin)


def _choices(hits: tuple[FaqHit, ...], policy: RoutingPolicy) -> tuple[FaqHit, ...]:
    """Those strong enough to offer, and never fewer than two where two were found."""
    distinct = _distinct(hits)
    strong = sum(1 for hit in distinct if hit.score >= policy.min_clarify)
    return distinct[: max(2, min(policy.max_choices, strong))]


def _distinct(hits: Sequence[FaqHit]) -> tuple[FaqHit, ...]:
    """The best hit of each answer, in order: two choices with one answer would be no choice."""
    found: dict[str, FaqHit] = {}
    for hit in hits:
        found.setdefault(hit.entry.answer, hit)
    return tuple(found.values())
