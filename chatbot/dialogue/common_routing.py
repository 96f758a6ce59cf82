"""Where a message goes by its common intent: a wish for a person, a complaint, an order to do something.

Pure functions of what was decided so far and of what the model of common intents says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.dialogue.routing import trusted_intent
from chatbot.domain import (
    Check,
    CommonIntent,
    CommonReading,
    CustomerMessage,
    FaqHit,
    IntentPrediction,
    Reason,
    Route,
    RouteDecision,
)
from chatbot.text import normalise

_COMMON_TALK = {
    CommonIntent.BOT: "a_program",
    CommonIntent.INSULT: "no_help",
    CommonIntent.COMPLAINT: "sorry",
    CommonIntent.THANKS: "welcome",
    CommonIntent.PRAISE: "praised",
    CommonIntent.GREETING: "hello",
    CommonIntent.GOODBYE: "done",
}
"""The sentence for common intents that ask nothing of the FAQ."""
_OWN_MATTER = {CommonIntent.ACTION: "cannot_act", CommonIntent.OWN_CASE: "cannot_look"}


OUTSIDE, OUTSIDE_BELOW = 0.3, 0.7
"""From which probability of `out_of_scope` on, and below which score, nothing is suggested. On six businesses that
neither model has seen (2026-12-01): out-of-scope messages with a suggestion 0.33 to 0.17, questions 0.942 to 0.942."""


def may_be_heard(message: CustomerMessage, prediction: IntentPrediction | None, hits: Sequence[FaqHit] | None) -> bool:
    """Whether the common intents have a say: not against a stored question, nor a trusted intent of the team's."""
    return trusted_intent(prediction) is None and not is_stored(message, hits)


def is_stored(message: CustomerMessage, hits: Sequence[FaqHit] | None) -> bool:
    """Whether one of the hits stores the message word for word."""
    return message.normalised in (normalise(phrasing) for hit in hits or () for phrasing in hit.entry.phrasings)


def person_wanted(decision: RouteDecision, reading: CommonReading) -> RouteDecision | None:
    """The handoff of a message that wants a person, whatever was found; None for any other."""
    person = CommonIntent.PERSON
    refused = reading.probabilities[CommonIntent.NO_PERSON] > reading.probabilities[person]
    if refused or not reading.counts(person):
        return None
    decided = replace(decision, route=Route.HANDOFF, reason=Reason.PERSON_WANTED, hits=())
    return _by_common(decided, reading, person)


def common_talk(decision: RouteDecision, reading: CommonReading) -> RouteDecision | None:
    """The fixed sentence for what asks nothing of the FAQ; None for any other message.

    Whoever wants no person may have asked something in the same breath, which a weak match may answer.
    """
    no_person = CommonIntent.NO_PERSON
    if reading.counts(no_person) and decision.route is Route.FALLBACK:
        return _by_common(_canned(decision, "stays"), reading, no_person)
    found = next((intent for intent in _COMMON_TALK if reading.counts(intent)), None)
    return _by_common(_canned(decision, _COMMON_TALK[found]), reading, found) if found is not None else None


def outside(decision: RouteDecision, reading: CommonReading) -> RouteDecision:
    """What a weak match gets for a message that no support chat is there for: no suggestion."""
    probability = reading.probabilities[CommonIntent.OUT_OF_SCOPE]
    weak = decision.route in (Route.SUGGEST, Route.CLARIFY) and decision.confidence < OUTSIDE_BELOW
    if not weak or probability < OUTSIDE:
        return decision
    check = Check("common_out_of_scope", probability, OUTSIDE)
    return replace(
        decision, route=Route.FALLBACK, reason=Reason.OUT_OF_SCOPE, hits=(), checks=(*decision.checks, check)
    )


def own_matter(decision: RouteDecision, reading: CommonReading) -> RouteDecision:
    """What an order to do something, or a question about one's own case gets.

    It is told that nothing is done or seen here, and then what was found; if nothing was, a person is offered.
    """
    intent = next((one for one in _OWN_MATTER if reading.counts(one)), None)
    if intent is None:
        return decision
    sentence = _OWN_MATTER[intent]
    if decision.route in (Route.FAQ, Route.SUGGEST, Route.CLARIFY):
        return _by_common(replace(decision, preamble=f"{sentence}_but"), reading, intent)
    if decision.route is not Route.FALLBACK or decision.reason is Reason.EMPTY_KNOWLEDGE:
        return decision
    return _by_common(replace(decision, reason=Reason.CANNOT_ACT, phrase=sentence), reading, intent)


def _canned(decision: RouteDecision, phrase: str) -> RouteDecision:
    return replace(decision, route=Route.CANNED, reason=Reason.COMMON_TALK, phrase=phrase, hits=())


def _by_common(decision: RouteDecision, reading: CommonReading, intent: CommonIntent) -> RouteDecision:
    """The decision with the check of the common intent that decided, or had a say in it."""
    check = Check(f"common_{intent}", reading.probabilities[intent], reading.needed[intent])
    return replace(decision, checks=(*decision.checks, check))
