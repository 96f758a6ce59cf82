"""One line of a conversation as a file has it, before anything is known about its speaker.

Knows: nothing. Does not know: layouts, roles.
"""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.domain import RowProblem


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said. `row` counts as in the file; `turn` is None where the order of the file counts.

    `conversation` may be empty where the file does not number its conversations; `group` then tells them apart.
    `problem` is set where the line cannot be used.
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
