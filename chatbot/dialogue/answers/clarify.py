"""Route `clarify`: "did you mean", with the questions of the hits and "none of these"."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, choice


def answer(brief: Brief) -> Iterator[PartialReply]:
    """One reply; every choice but the last is a stored question, so that choosing it leads to its answer."""
    yield choice(brief.decision, brief.lang)
