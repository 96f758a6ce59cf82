"""Route `faq`: curated answers, word for word, each with its source; what it cannot do is said before, by itself."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, introduced


def answer(brief: Brief) -> Iterator[PartialReply]:
    """Exactly one reply: what the team wrote, for each of the questions in the message, in paragraphs of their own."""
    hits = brief.decision.hits
    answers = "\n\n".join(hit.entry.answer for hit in hits)
    yield PartialReply(introduced(brief.decision, answers, brief.lang), brief.decision, hits)
