"""Route `faq`: the curated answer, word for word, with its source."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply


def answer(brief: Brief) -> Iterator[PartialReply]:
    """Exactly one reply: what the team wrote."""
    hit = brief.decision.hits[0]
    yield PartialReply(hit.entry.answer, brief.decision, (hit,))
