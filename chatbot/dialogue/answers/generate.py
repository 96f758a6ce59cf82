"""Route `generate`: small talk, or text grounded in hits, streamed.

The generator it gets is guarded: it stops before a sentence that its sources do not support. The source's own words
take the place of that sentence; where there are none, the customer is asked back or offered a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.dialogue import routing
from chatbot.dialogue.answers.partial import Brief, PartialReply, choice, fixed
from chatbot.dialogue.short_replies import is_question
from chatbot.domain import HeldBack, Offer, Reason, Route
from chatbot.errors import GeneratorUnavailable, UngroundedReply

_OFFERS_PERSON = re.compile(
    r"\bcan (?:pass|put|connect|transfer|bring) (?:you|in)\b|\bcolleague can (?:help|take over)\b"
    r"|\brather talk to a person\b|(?:帮|为|给)您转(?:接|给)?(?:人工|同事)"
    r"|让我转接|转接(?:人工|同事)|需要人工的话|想找真人",
    re.I,
)
"""How a language model words the offer of a person. Fixed sentences say by their key what they offer."""
_HARMLESS = ("unrelated", "unsure", "language")
"""Rules of the guard after which what was said before may stand: nothing in it was wrong."""


def answer(brief: Brief) -> Iterator[PartialReply]:
    """Growing replies; the last one is final and never empty."""
    decision = brief.decision
    if brief.generator is None:
        yield fixed(routing.not_generated(decision, Reason.NO_MATCH), "no_match", brief.lang)
        return
    text = ""
    try:
        for piece in brief.generator.stream(brief.history(), decision.hits, lang=brief.lang):
            text += piece.text
            if text.strip():  # else a customer who stops now would be left with an empty bubble
                yield PartialReply(text.strip(), decision, decision.hits, offer=_offer_in(text))
    except UngroundedReply as refused:
        yield _in_place_of(refused, text, brief)
        return
    except GeneratorUnavailable:
        yield fixed(routing.not_generated(decision, Reason.UNAVAILABLE), "no_match", brief.lang)
        return
    if not text.strip():
        yield fixed(routing.not_generated(decision, Reason.NOTHING_SAID), "no_match", brief.lang)


def _in_place_of(refused: UngroundedReply, text: str, brief: Brief) -> PartialReply:
    """What was said goes on in the words of a source, or is replaced by a question back or the offer of a person."""
    held_back = HeldBack(refused.rule, refused.fact)
    kept = (text + refused.instead).strip()
    if kept and (refused.instead or refused.enough or refused.rule in _HARMLESS):
        completed = routing.completed(brief.decision)
        return PartialReply(kept, completed, brief.decision.hits, offer=_offer_in(kept), held_back=held_back)
    instead = routing.ungrounded(brief.decision, brief.hits, brief.policy)
    if instead.route is Route.CLARIFY:
        return choice(instead, brief.lang, held_back)
    return fixed(instead, "no_match", brief.lang, held_back)


def _offer_in(text: str) -> Offer:
    """What a generated text leaves open, as it is worded."""
    if _OFFERS_PERSON.search(text):
        return Offer.PERSON
    return Offer.QUESTION if is_question(text) else Offer.NOTHING
