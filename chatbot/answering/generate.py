"""Route `generate`: small talk, or text grounded in hits, streamed.

The generator it gets is guarded: it stops before a fact that is not in its sources. What was shown of such a reply is
replaced by the fallback.
"""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.answering.draft import Brief, Draft
from chatbot.answering.phrases import phrase
from chatbot.domain import Reason, Route
from chatbot.errors import UngroundedReply


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
    except UngroundedReply:
        yield Draft(phrase("no_match", brief.lang), Route.FALLBACK, Reason.UNGROUNDED)
        return
    if not text.strip():
        yield Draft(phrase("no_match", brief.lang), Route.FALLBACK, Reason.NOTHING_SAID)
