"""One line of a conversation as in the file, before its speaker has a role."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.domain import RowProblem


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a conversation. `row` counts as in the file; `turn` is None if the order of the file counts.

    `conversation` may be empty if the file has no conversation ids; `group` then separates conversations. `problem` is
    set if the line cannot be used.
    """

    row: int
    conversation: str
    speaker: str
    text: str
    time: str = ""
    turn: int | None = None
    group: int = 0
    hidden: bool = False
    """An internal note, not for customers."""
    problem: RowProblem | None = None
