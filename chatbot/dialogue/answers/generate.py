"""Route `generate`: small talk, or text grounded in hits, streamed.

The generator it gets is guarded: it stops before a sentence that its sources do not support. The source's own words
take the place of that sentence; where there are none, the customer is asked back or offered a person.
"""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.dialogue.answers.phrases import phrase
from chatbot.domain import Reason, Route
from chatbot.errors import GeneratorUnavailable, UngroundedReply

_CHOICES = 3
_LIKELY = 0.2
"""Least score of an entry to be offered as what was meant, as in routing."""


def answer(brief: Brief) -> Iterator[Draft]:
    """Growing drafts; the last one is final and never empty."""
    decision = brief.decision
    if brief.generator is None:
        yield Draft(phrase("no_match", brief.lang), Route.FALLBACK, Reason.NO_MATCH)
        return
    text = ""
    try:
        for piece in brief.generator.stream(brief.history(), decision.hits, lang=brief.lang):
            text += piece
            if text.strip():  # else a customer who stops now would be left with an empty bubble
                yield Draft(text.strip(), Route.GENERATE, decision.reason, decision.hits)
    except UngroundedReply as refused:
        yield _in_place_of(refused, text, brief)
        return
    except GeneratorUnavailable:
        yield Draft(phrase("no_match", brief.lang), Route.FALLBACK, Reason.UNAVAILABLE)
        return
    if not text.strip():
        yield Draft(phrase("no_match", brief.lang), Route.FALLBACK, Reason.NOTHING_SAID)


def _in_place_of(refused: UngroundedReply, text: str, brief: Brief) -> Draft:
    """What was said goes on in the words of a source, or is replaced by a question back or the offer of a person."""
    held_back = (refused.rule, refused.fact)
    kept = (text + refused.instead).strip()
    if kept and (refused.instead or refused.enough or refused.rule in ("unrelated", "unsure", "language")):
        return Draft(kept, Route.GENERATE, Reason.REWRITTEN, brief.decision.hits, held_back=held_back)
    likely = {hit.entry.answer: hit.entry.question for hit in reversed(brief.hits) if hit.score >= _LIKELY}
    questions = tuple(reversed(likely.values()))[:_CHOICES]
    if len(questions) > 1:
        choices = (*questions, phrase("none_of_these", brief.lang))
        return Draft(
            phrase("clarify", brief.lang), Route.CLARIFY, Reason.UNGROUNDED, choices=choices, held_back=held_back
        )
    return Draft(phrase("no_match", brief.lang), Route.FALLBACK, Reason.UNGROUNDED, held_back=held_back)
