"""Route `faq`: the curated answer, word for word, with its source; what it cannot do is said in a paragraph before."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, introduced


def answer(brief: Brief) -> Iterator[PartialReply]:
    """Exactly one reply: what the team wrote."""
    hit = brief.decision.hits[0]
    yield PartialReply(introduced(brief.decision, hit.entry.answer, brief.lang), brief.decision, (hit,))
