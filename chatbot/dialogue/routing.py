"""Where a message goes: pure functions of what was understood, what was found, and the policy.

Every `RouteDecision` of the project is made here, with its reason and with the thresholds that were looked at; those of
the common intents in `chatbot/dialogue/common_routing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.dialogue.short_replies import LastReply, ShortReply
from chatbot.domain import (
    Check,
    FaqHit,
    IntentPrediction,
    Offer,
    ReadyReply,
    Reason,
    Route,
    RouteDecision,
    RoutingPolicy,
)

PERSON = "person"
"""The kind of small talk that asks for a person."""
_PHRASES = {
    ShortReply.YES: "glad",
    ShortReply.NO: "not_that",
    ShortReply.NOTED: "noted",
    ShortReply.DONE: "done",
}
_PHRASES_AFTER = {
    (Offer.QUESTION, ShortReply.YES): "go_on",
    (Offer.QUESTION, ShortReply.NO): "done",
    (Offer.PERSON, ShortReply.NO): "noted",
    (Offer.CLOSEST, ShortReply.NOTED): "glad",
}
"""The sentence for a short reply to what the assistant's last reply offered."""


def decide(prediction: IntentPrediction | None, hits: Sequence[FaqHit] | None, policy: RoutingPolicy) -> RouteDecision:
    """Choose the route of one message by its intent and what was found; name the rule that fired and what it compared.

    Of the checks, `in_scope`, `trusted_in_scope`, `confidence` and `margin` are the intent model's: below the first a
    message is out of scope, and an intent is trusted where all are reached. The others are the policy's and compare
    the best hit: `certain` overrules an intent's own route, and rivals; `answer`, `answer_unjudged` or
    `answer_out_of_scope` is what an answer takes; `rival_margin` compares the distance to the closest hit with another
    answer; `suggest` is what showing the closest entry takes, `clarify` what asking back takes. A threshold that was
    not looked at is missing.

    Args:
        prediction: the intent model's view, or None when there is no intent model.
        hits: FAQ hits by falling score, or None when there is no knowledge base.
        policy: thresholds and the route each intent prefers.
    """
    found = tuple(hits or ())
    checks = _checks_of(prediction)
    decision = _by_intent_or_hits(prediction, found, policy, checks)
    if decision is None:
        decision = _nothing_found(prediction, found[0] if found else None, has_knowledge=hits is not None)
    return replace(decision, checks=tuple(checks))


def by_offer(short: ShortReply, last: LastReply) -> RouteDecision:
    """What "yes", "ok" or "no" gets, which says nothing to search for: it answers what the last reply offered."""
    if last.offer is Offer.PERSON and short is ShortReply.YES:
        return RouteDecision(Route.HANDOFF, Reason.SHORT_REPLY, 1.0)
    if last.offer is Offer.CHOICES:
        return RouteDecision(Route.CLARIFY, Reason.SHORT_REPLY, 1.0, phrase="which_one", choices=last.choices)
    offer = last.offer if last.exists else None
    phrase = "hello" if offer is None else _PHRASES_AFTER.get((offer, short), _PHRASES[short])
    return RouteDecision(Route.CANNED, Reason.SHORT_REPLY, 1.0, phrase=phrase)


def none_chosen() -> RouteDecision:
    """What "none of these" gets."""
    return RouteDecision(Route.FALLBACK, Reason.NO_MATCH, 1.0, phrase="none_chosen")


def commanded(decision: RouteDecision) -> RouteDecision:
    """What a message gets that tries to command the assistant: a refusal; what entries answer in it is only offered."""
    if decision.route is Route.FALLBACK:
        return replace(decision, route=Route.CANNED, reason=Reason.COMMAND, phrase="command_alone")
    if decision.route not in (Route.FAQ, Route.SUGGEST, Route.CLARIFY):
        return decision
    return replace(decision, route=Route.CLARIFY, reason=Reason.COMMAND, phrase="command")


def may_be_small_talk(decision: RouteDecision) -> bool:
    """Whether small talk may answer: nothing else does, or only a weak match."""
    return decision.route is Route.FALLBACK or decision.reason in (Reason.WEAK_MATCH, Reason.CLOSEST_MATCH)


def small_talk(decision: RouteDecision, reply: ReadyReply) -> RouteDecision:
    """What small talk gets: its reply, or a person where it asks for one."""
    if reply.kind == PERSON:
        return replace(decision, route=Route.HANDOFF, reason=Reason.SMALL_TALK)
    return replace(decision, route=Route.CANNED, reason=Reason.SMALL_TALK, reply=reply)


def may_be_several(decision: RouteDecision) -> bool:
    """Whether the parts of a message are looked at: something was found, and no intent has a route of its own."""
    return decision.route in (Route.FAQ, Route.SUGGEST, Route.CLARIFY) and bool(decision.hits)


def several(hits: Sequence[FaqHit], policy: RoutingPolicy, whole: RouteDecision) -> RouteDecision:
    """What two questions in one message get: the answers of both.

    Args:
        hits: the best hit of each part, in the order of the message, with different answers.
        policy: the thresholds.
        whole: the decision about the whole message; its checks stay.
    """
    weakest = min(hit.score for hit in hits)
    check = Check("part", weakest, policy.min_part)
    return replace(
        whole,
        route=Route.FAQ,
        reason=Reason.SEVERAL_QUESTIONS,
        confidence=weakest,
        hits=tuple(hits),
        checks=(*whole.checks, check),
    )


def not_generated(decision: RouteDecision, reason: Reason) -> RouteDecision:
    """What takes the place of a generated reply that says nothing."""
    return replace(decision, route=Route.FALLBACK, reason=reason, hits=())


def completed(decision: RouteDecision) -> RouteDecision:
    """A generated reply whose unsupported end was replaced by the words of a source."""
    return replace(decision, reason=Reason.REWRITTEN)


def ungrounded(decision: RouteDecision, hits: Sequence[FaqHit], policy: RoutingPolicy) -> RouteDecision:
    """What takes the place of a generated reply that nothing supports: several likely entries to choose from."""
    likely = _distinct([hit for hit in hits if hit.score >= policy.min_clarify])[: policy.max_choices]
    if len({hit.entry.question for hit in likely}) > 1:
        return replace(decision, route=Route.CLARIFY, reason=Reason.UNGROUNDED, hits=likely)
    return not_generated(decision, Reason.UNGROUNDED)


def failed() -> RouteDecision:
    """What a message gets when a step failed."""
    return RouteDecision(Route.FALLBACK, Reason.STEP_FAILED, 0.0, phrase="failed")


def with_agent() -> RouteDecision:
    """What the sender learns of a message that went to the agent who has the conversation."""
    return RouteDecision(Route.HANDOFF, Reason.WITH_PERSON, 1.0, phrase="with_person")


def in_scope(prediction: IntentPrediction | None) -> bool:
    """Whether the message may be about something the intents cover; without an intent model nobody says otherwise."""
    return prediction is None or prediction.in_scope >= prediction.out_of_scope_below


def own_route(intent: str | None, policy: RoutingPolicy) -> Route | None:
    """The route that an intent takes by itself, whatever was found; None where the hits decide."""
    route = policy.routes.get(intent) if intent is not None else None
    return route if route in (Route.HANDOFF, Route.GENERATE) else None


def trusted_intent(prediction: IntentPrediction | None) -> str | None:
    """The best intent when it clears the model's own thresholds, else None."""
    if prediction is None or prediction.best is None:
        return None
    return prediction.best.intent if all(check.reached for check in _checks_of(prediction)) else None


def _checks_of(prediction: IntentPrediction | None) -> list[Check]:
    """The intent model's thresholds beside its values."""
    if prediction is None:
        return []
    checks = [Check("in_scope", prediction.in_scope, prediction.out_of_scope_below)]
    if prediction.best is not None:
        checks.append(Check("trusted_in_scope", prediction.in_scope, prediction.min_in_scope))
        checks.append(Check("confidence", prediction.best.probability, prediction.min_confidence))
        checks.append(Check("margin", prediction.margin, prediction.min_margin))
    return checks


def _by_intent_or_hits(
    prediction: IntentPrediction | None, hits: tuple[FaqHit, ...], policy: RoutingPolicy, checks: list[Check]
) -> RouteDecision | None:
    """The decision that an intent's own route or the hits allow; None where neither does. Adds to `checks`."""
    intent = trusted_intent(prediction)
    preferred = own_route(intent, policy)
    certain = Check("certain", hits[0].score, policy.min_answer_out_of_scope) if hits else None
    if preferred is not None:
        if certain is not None:
            checks.append(certain)
        if certain is None or not certain.reached:
            # A generated reply may draw on hits that are likelier right than not.
            sources = tuple(hit for hit in hits if hit.score >= policy.min_answer)
            used = sources if preferred is Route.GENERATE else ()
            return RouteDecision(preferred, Reason.INTENT_ROUTE, _probability(prediction), intent, used)
    if certain is None:
        return None
    best = hits[0]
    named = best.entry.intent if best.entry.intent is not None else intent
    answer = _answer_check(prediction, best, policy)
    checks.append(answer)
    if not answer.reached:
        if not in_scope(prediction):
            return None
        if policy.suggests:
            suggest = Check("suggest", best.score, policy.min_suggest)
            checks.append(suggest)
            if suggest.reached:
                others = [hit for hit in hits if hit is best or hit.score >= policy.min_beside]
                shown = _distinct(others)[: 1 + policy.max_choices]
                return RouteDecision(Route.SUGGEST, Reason.CLOSEST_MATCH, best.score, named, shown)
        choices = _choices(hits, policy)
        clarify = Check("clarify", best.score, policy.min_clarify)
        checks.append(clarify)
        return RouteDecision(Route.CLARIFY, Reason.WEAK_MATCH, best.score, named, choices) if clarify.reached else None
    rivals = _rivals(hits, policy, checks)
    if rivals and preferred is None:
        checks.append(certain)
    if rivals and not certain.reached:
        choices = _distinct((best, *rivals))[: policy.max_choices]
        return RouteDecision(Route.CLARIFY, Reason.AMBIGUOUS_MATCH, best.score, named, choices)
    agrees = intent is not None and intent == best.entry.intent
    reason = Reason.INTENT_AND_MATCH if agrees else Reason.CONFIDENT_MATCH
    return RouteDecision(Route.FAQ, reason, best.score, named, (best,))


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


def _answer_check(prediction: IntentPrediction | None, best: FaqHit, policy: RoutingPolicy) -> Check:
    """The best hit's score beside what an answer takes: more where the intent model doubts that it is in scope."""
    if prediction is None or in_scope(prediction):
        return Check("answer", best.score, policy.min_answer)
    if any(score.intent == best.entry.intent for score in prediction.ranked):
        return Check("answer_out_of_scope", best.score, policy.min_answer_out_of_scope)
    return Check("answer_unjudged", best.score, policy.min_answer_unjudged)


def _rivals(hits: tuple[FaqHit, ...], policy: RoutingPolicy, checks: list[Check]) -> tuple[FaqHit, ...]:
    """Hits with other answers that are too close to the best to choose between; the same answer twice is no rivalry."""
    best = hits[0]
    others = [hit for hit in hits[1:] if hit.score >= policy.min_clarify and hit.entry.answer != best.entry.answer]
    if others:
        checks.append(Check("rival_margin", best.score - max(hit.score for hit in others), policy.min_margin))
    return tuple(hit for hit in others if best.score - hit.score < policy.min_margin)


def _probability(prediction: IntentPrediction | None) -> float:
    return prediction.best.probability if prediction is not None and prediction.best is not None else 0.0


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
