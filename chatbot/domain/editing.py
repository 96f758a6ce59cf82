"""Maintenance of knowledge: import policies, entries as the team sees them, their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chatbot.domain.knowledge import FaqEntry


class Duplicates(StrEnum):
    """What an import does with a question that is stored with other content."""

    UPDATE = "update"
    SKIP = "skip"
    KEEP = "keep"


class Action(StrEnum):
    """What happened to an entry."""

    IMPORT = "import"
    UNDO = "undo"
    CREATE = "create"
    EDIT = "edit"
    ENABLE = "enable"
    DISABLE = "disable"
    REVIEW = "review"
    DELETE = "delete"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry as the team sees it. `answered` counts the replies that gave its answer."""

    entry: FaqEntry
    enabled: bool
    review_by: dt.date | None
    updated_at: dt.datetime
    answered: int = 0
    last_answered: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One change in an entry's history; `before` is None for a creation, `after` for a deletion."""

    number: int
    entry_id: str
    at: dt.datetime
    actor: str
    action: str
    before: FaqEntry | None
    after: FaqEntry | None
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class UndoConflict:
    """An entry that an undo left unchanged because it was edited after the import."""

    entry_id: str
    question: str
    at: dt.datetime
    actor: str
    action: str


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did: the number of entries that it restored, and the ones it left unchanged."""

    import_id: str
    put_back: int
    conflicts: tuple[UndoConflict, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import in the log, in its current state."""

    id: str
    kind: str
    file: str
    encoding: str
    counts: Mapping[str, int]
    created_at: dt.datetime
    undone_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class InterruptedImport:
    """An import whose process ended before it was stored: none of it is in the knowledge base."""

    file: str
    started_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list. Empty text matches all; every word of `search` must occur somewhere in an entry."""

    search: str = ""
    lang: str = ""
    tag: str = ""
    enabled: bool | None = None
    review_due: dt.date | None = None
    """Only entries whose review date is this day or earlier."""
    never_used: bool = False
    unused_since: dt.datetime | None = None


class EntryOrder(StrEnum):
    """How a list of entries is sorted."""

    POSITION = "position"
    QUESTION = "question"
    UPDATED = "updated"
    ANSWERED = "answered"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of a list of entries, and the length of the whole list."""

    entries: tuple[KeptEntry, ...]
    total: int
