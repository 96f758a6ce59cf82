"""Stores of conversations, knowledge, model versions, audit log and state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from chatbot.domain import (
    Conversation,
    DecisionRecord,
    Duplicates,
    FaqEntry,
    ImportRecord,
    ImportReport,
    IntentDefinition,
    InterruptedImport,
    LabelledExample,
    Message,
    ModelRecord,
    Role,
    TranscriptTurn,
    TranscriptUndo,
    UndoReport,
)
from chatbot.types import Progress

ReportOf: TypeAlias = ImportReport | Callable[[], ImportReport]
"""The report on a file that was read, or a function that returns it once the last row was taken."""


def no_progress(step: str, done: float) -> None:
    """Ignore reports of progress."""


class ConversationStore(Protocol):
    """Append-only conversations and messages. Each call is one short transaction."""

    def start(self, visitor_id: str, lang: str) -> Conversation: ...

    def add_message(
        self,
        conversation_id: str,
        role: Role,
        text: str,
        *,
        decision: DecisionRecord | None = None,
        author: str = "",
    ) -> Message:
        """Append a message; `author` is the agent who wrote it.

        Raises NotFoundError for an unknown conversation, HeldError for a reply by anybody but the one who has the
        conversation: the agent who has taken it, otherwise the assistant. The check and the message are one
        transaction.
        """

    def get(self, conversation_id: str) -> Conversation:
        """The conversation. Raises NotFoundError."""

    def messages(self, conversation_id: str, *, last: int | None = None) -> list[Message]:
        """The messages in order; with `last`, only that many of the newest. Feedback is included."""

    def messages_of(self, conversation_ids: Sequence[str]) -> dict[str, list[Message]]:
        """The messages of several conversations, each in order; the conversations in the order requested."""

    def of_visitor(self, visitor_id: str, *, limit: int = 50) -> list[Conversation]:
        """A visitor's conversations that have messages, newest first."""

    def list(
        self, *, limit: int = 50, offset: int = 0, search: str = "", origin: str = ""
    ) -> Sequence[Conversation]: ...

    def count(self, *, search: str = "", origin: str = "") -> int: ...

    def route_counts(self, *, newest: int) -> tuple[Mapping[str, int], int]:
        """Number of the assistant's answers by route in the `newest` newest conversations, and number of those."""

    def add_feedback(self, message_id: int, visitor_id: str, helpful: bool, reason: str = "") -> None:
        """Store or change a thumb. Raises NotFoundError if the message is not in this visitor's conversations."""

    def add_transcripts(self, turns: Iterable[TranscriptTurn], report: ImportReport) -> ImportReport:
        """Store imported conversations all or nothing; known ones are skipped, continued ones get their new turns.

        All turns are read before anything is written; if the process is killed, `interrupted_imports` reports it.
        """

    def preview_transcripts(self, turns: Iterable[TranscriptTurn], report: ImportReport) -> ImportReport:
        """What `add_transcripts` would report, without an import id and without changing anything."""

    def undo_transcripts(self, import_id: str, *, dry_run: bool = False) -> TranscriptUndo:
        """Remove what an import of transcripts added; conversations that later imports continued stay and are listed.

        Raises NotFoundError for an unknown import, StorageError if there is nothing to undo.
        """

    def erase(self, visitor_id: str) -> int:
        """Delete a visitor's conversations, messages and feedback; returns the number of conversations."""


class KnowledgeStore(Protocol):
    """FAQ entries, intents and labelled examples, with undoable imports."""

    def entries(self) -> list[FaqEntry]:
        """All enabled entries in import order."""

    def revision(self) -> str:
        """A value that changes whenever entries or live models change; cheap enough to read for every message."""

    def apply_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        actor: str = "",
        duplicates: Duplicates = Duplicates.UPDATE,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Insert or update entries by id all or nothing and log the import; returns the report with counts and id.

        An entry with the id of an earlier one adds its phrasings to that one. `report` may be called at the end.
        """

    def preview_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        duplicates: Duplicates = Duplicates.UPDATE,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """What `apply_faq` would report, without changing anything."""

    def undo_import(self, import_id: str, *, actor: str = "", overwrite: bool = False) -> UndoReport:
        """Restore the entries to their state before the import; those changed later are kept, unless `overwrite`.

        Raises NotFoundError for an unknown import, StorageError if it was already undone.
        """

    def imports(self, *, kind: str = "", limit: int = 100) -> Sequence[ImportRecord]:
        """The newest imports first."""

    def interrupted_imports(self) -> Sequence[InterruptedImport]:
        """Imports whose process died before they were stored, each returned once."""

    def intents(self) -> list[IntentDefinition]: ...

    def apply_intents(self, definitions: Sequence[IntentDefinition]) -> None: ...

    def examples(self) -> list[LabelledExample]: ...

    def apply_examples(self, examples: Sequence[LabelledExample], report: ImportReport) -> ImportReport: ...


class ModelRegistry(Protocol):
    """Which model versions exist and which one is live, per kind (`intent`, `generator`)."""

    def add(
        self, kind: str, version: str, metrics: Mapping[str, Any], *, data_hash: str = "", by: str = ""
    ) -> ModelRecord:
        """Register a version as candidate; the first of its kind goes live. Its parent is the version live now."""

    def list(self, kind: str | None = None) -> list[ModelRecord]: ...

    def live(self, kind: str) -> str | None: ...

    def note_verdict(self, kind: str, version: str, verdict: Mapping[str, Any]) -> None:
        """Store the gate's verdict on a version."""

    def promote(self, kind: str, version: str, *, by: str = "") -> None:
        """Make a version live. Raises NotFoundError."""

    def rollback(self, kind: str) -> str:
        """Make the previously live version live again and return it. Raises NotFoundError if there is none."""

    def delete(self, kind: str, version: str) -> None:
        """Remove a version from the registry. Raises NotFoundError, StorageError for the live one."""


class AuditLog(Protocol):
    """Who changed what, when."""

    def record(self, actor: str, action: str, detail: Mapping[str, Any]) -> None: ...

    def recent(self, limit: int = 100) -> list[tuple[dt.datetime, str, str, Mapping[str, Any]]]: ...


class StateStore(Protocol):
    """A few small named strings that must survive a restart: password hash, cookie secret."""

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...

    def set_default(self, key: str, value: str) -> str:
        """Store the value unless there is one, and return what is stored: of several processes one wins."""
