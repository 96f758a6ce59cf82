"""Route `suggest`: the closest entry under its own question, not claimed to be the answer, and others to choose."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, suggestion


def answer(brief: Brief) -> Iterator[PartialReply]:
    """One reply; the entry's question and its answer stand in it word for word, each in a paragraph of its own."""
    yield suggestion(brief.decision, brief.lang)
