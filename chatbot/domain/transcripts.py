"""Past conversations: what taking an import of them back did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation that an undo left as it is, since a later import continued it. `number` is its own in files."""

    number: str
    continued_by: str
    """Id of that import."""


@dataclass(frozen=True, slots=True)
class DraftOfImport:
    """A draft that was mined from conversations that are gone now; it stays."""

    id: int
    question: str
    status: str


@dataclass(frozen=True, slots=True)
class TranscriptUndo:
    """What an undo removed: whole conversations, messages altogether and labels of them; and what it kept."""

    import_id: str
    conversations: int
    messages: int
    labels: int
    kept: tuple[KeptConversation, ...] = ()
    drafts: tuple[DraftOfImport, ...] = ()
