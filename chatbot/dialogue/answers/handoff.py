"""Route `handoff`: a person takes over, and the customer is told."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, fixed


def answer(brief: Brief) -> Iterator[PartialReply]:
    """One reply."""
    yield fixed(brief.decision, brief.decision.phrase or "handoff", brief.lang)
