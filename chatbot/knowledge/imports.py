"""Importing, previewing, undoing and exporting knowledge; after each change the index equals the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

from chatbot.domain import (
    Duplicates,
    FaqEntry,
    ImportReport,
    LabelledExample,
    RowProblem,
    TranscriptTurn,
    TranscriptUndo,
    UndoReport,
)
from chatbot.errors import ImportDataError, Problem
from chatbot.knowledge.transcripts import masked_turns
from chatbot.pii import public_data
from chatbot.ports import AuditLog, ConversationStore, KnowledgeStore, ReportOf
from chatbot.types import Progress, no_progress

Indexing: TypeAlias = Callable[[Progress], AbstractContextManager[None]]
"""A context in which the progress of indexing in this thread is reported to the given callback."""


def unheard(progress: Progress) -> AbstractContextManager[None]:
    """Report no indexing progress."""
    return nullcontext()


class Knowledge:
    """Operations on the team's knowledge.

    `changed` is called after each change, once it is stored; `indexing` reports the progress of that call.
    """

    def __init__(
        self,
        store: KnowledgeStore,
        conversations: ConversationStore,
        audit: AuditLog,
        changed: Callable[[], Any],
        indexing: Indexing = unheard,
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._audit = audit
        self._changed = changed
        self._indexing = indexing

    def import_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        dry_run: bool,
        actor: str,
        duplicates: Duplicates = Duplicates.UPDATE,
        all_or_nothing: bool = False,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Store the valid rows in one transaction, or with `dry_run` only report what would happen.

        `report` is called once the entries are exhausted. An error raised by `progress` cancels the import.

        Raises:
            ImportDataError: with `all_or_nothing`, a row failed or was left out; nothing was changed.
        """

        def read() -> ImportReport:
            found = report if isinstance(report, ImportReport) else report()
            if all_or_nothing and found.failed + found.skipped:
                raise ImportDataError.of(
                    "nothing_imported",
                    "{count:,} of {read:,} rows of {file} cannot be imported, so nothing was imported. {first}",
                    count=found.failed + found.skipped,
                    read=found.read,
                    file=found.file,
                    first=_first_of(found.problems),
                )
            return found

        source: ReportOf = read if all_or_nothing else report
        if dry_run:
            return self._store.preview_faq(entries, report, duplicates=duplicates, progress=progress)
        done = self._store.apply_faq(entries, source, actor=actor, duplicates=duplicates, progress=progress)
        self._audit.record(actor, "faq import", {"import_id": done.import_id, "file": done.file})
        if done.inserted + done.updated:
            progress("index", 0.0)
            with self._indexing(lambda step, share: progress("index", share)):
                self._changed()
        return done

    def undo_import(self, import_id: str, *, actor: str, overwrite: bool = False) -> UndoReport:
        """Restore the entries to their state before that import; those changed later are kept and listed."""
        done = self._store.undo_import(import_id, actor=actor, overwrite=overwrite)
        detail = {"import_id": import_id, "changed": done.put_back, "conflicts": len(done.conflicts)}
        self._audit.record(actor, "faq undo", detail)
        self._changed()
        return done

    def import_examples(self, examples: Sequence[LabelledExample], report: ImportReport, *, actor: str) -> ImportReport:
        """Store labelled utterances; known ones are skipped."""
        done = self._store.apply_examples(examples, report)
        self._audit.record(actor, "intents import", {"import_id": done.import_id, "file": done.file})
        return done

    def import_transcripts(
        self,
        turns: Sequence[TranscriptTurn],
        report: ImportReport,
        *,
        actor: str,
        dry_run: bool = False,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Store past conversations without their personal data; known ones are skipped, continued ones are extended."""
        public = public_data(entry.answer for entry in self._store.entries())
        masked = _with_progress(masked_turns(turns, public=public, progress=progress), progress)
        if dry_run:
            return self._conversations.preview_transcripts(masked, report)
        done = self._conversations.add_transcripts(masked, report)
        self._audit.record(actor, "transcripts import", {"import_id": done.import_id, "file": done.file})
        return done

    def undo_transcripts(self, import_id: str, *, actor: str, dry_run: bool = False) -> TranscriptUndo:
        """Remove the messages of a transcript import, or with `dry_run` report what would be removed.

        Conversations that later imports continued, and drafts that resulted from it, stay and are listed.
        """
        done = self._conversations.undo_transcripts(import_id, dry_run=dry_run)
        if not dry_run:
            detail = {"import_id": import_id, "messages": done.messages, "kept": len(done.kept)}
            self._audit.record(actor, "transcripts undo", detail)
        return done


def _first_of(problems: Sequence[RowProblem]) -> Problem | str:
    """The first problem of a row with its place, without notes on the whole file; empty without one."""
    first = next((problem for problem in problems if problem.row), None)
    if first is None:
        return ""
    return Problem.of(
        "first_problem",
        "The first is row {row}, {column}: {why}",
        row=first.row,
        column=first.column,
        why=first.problem,
    )


def _with_progress(turns: Iterator[TranscriptTurn], progress: Progress) -> Iterator[TranscriptTurn]:
    """The turns; after the last one, `progress` is called for the step of storing them."""
    yield from turns
    progress("store", 0.0)
