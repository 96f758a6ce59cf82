"""The outcome of undoing an import of transcripts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation that an undo kept because a later import continued it. `number` is its id in the files."""

    number: str
    continued_by: str
    """Id of the later import."""


@dataclass(frozen=True, slots=True)
class DraftOfImport:
    """A draft that was mined from conversations that are now deleted; it stays."""

    id: int
    question: str
    status: str


@dataclass(frozen=True, slots=True)
class TranscriptUndo:
    """What an undo removed (whole conversations, messages in total, their labels), and what it kept."""

    import_id: str
    conversations: int
    messages: int
    labels: int
    kept: tuple[KeptConversation, ...] = ()
    drafts: tuple[DraftOfImport, ...] = ()
