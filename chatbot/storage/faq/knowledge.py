"""FAQ entries, intents and labelled examples (port `KnowledgeStore`)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from chatbot import text
from chatbot.domain import (
    Duplicates,
    FaqEntry,
    ImportRecord,
    ImportReport,
    IntentDefinition,
    InterruptedImport,
    LabelledExample,
    Route,
    UndoReport,
)
from chatbot.ports import ReportOf
from chatbot.storage.database.engine import Database
from chatbot.storage.database.key_value import change_revision, read_revision, take_turns
from chatbot.storage.faq import imports as faq_imports
from chatbot.storage.faq import rows as faq_rows
from chatbot.storage.faq import staging, undo
from chatbot.storage.imports import running
from chatbot.storage.imports.log import log_import, logged
from chatbot.storage.schema import tables as schema
from chatbot.types import Progress, no_progress

INTENT = schema.table(schema.Intent)
EXAMPLE = schema.table(schema.Example)


class SqlKnowledgeStore:
    """The knowledge base in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache = faq_rows.EntryCache()

    def entries(self) -> list[FaqEntry]:
        """All enabled entries in import order; unchanged ones are the same objects as at the last call."""
        with self._database.read() as connection:
            return self._cache.load(connection)

    def revision(self) -> str:
        """A value that changes with every change of entries, intents or live models; one select by primary key."""
        with self._database.read() as connection:
            return read_revision(connection)

    def apply_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        actor: str = "",
        duplicates: Duplicates = Duplicates.UPDATE,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Insert or update entries all or nothing, log the import, and return the report with its counts and id.

        `report` has the counts of the file's reader (read, skipped, failed), or returns them once all entries were
        taken; an entry whose content is already stored, and one that repeats an id, counts as skipped. `progress` is
        called with the step and the number of entries staged or the share done; an exception it raises cancels the
        import.

        Raises:
            StorageError: the database cannot be written; nothing was changed.
        """
        with self._database.write() as connection:
            mark = running.begin(connection, getattr(report, "file", "") or getattr(entries, "file", ""))
        try:
            with self._database.staging() as connection:
                counted = self._staged(connection, entries, report, duplicates, progress)
                planned_at = read_revision(connection)
                progress("store", 0.0)
                with self._database.storing(connection):
                    take_turns(connection)
                    if read_revision(connection) != planned_at:
                        faq_imports.forget_plan(connection)
                        faq_imports.plan(connection, duplicates)
                        counted = faq_imports.counted(connection, *counted[1:]), *counted[1:]
                    done = faq_imports.carry_out(connection, counted[0], actor)
                    running.end(connection, mark)
                return done  # no more progress is reported: what is stored cannot be cancelled
        except BaseException:
            with self._database.write() as connection:
                running.end(connection, mark)
            raise

    def preview_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        duplicates: Duplicates = Duplicates.UPDATE,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """What `apply_faq` would report, without an import id; nothing is changed and nobody has to wait."""
        with self._database.staging() as connection:
            return self._staged(connection, entries, report, duplicates, progress)[0]

    def interrupted_imports(self) -> list[InterruptedImport]:
        """Imports whose process was killed before they were stored, each returned once."""
        with self._database.read() as connection:
            found = running.interrupted(connection)
        if found:
            with self._database.write() as connection:
                for mark in found:
                    running.end(connection, mark)
        return list(found.values())

    def _staged(
        self,
        connection: Connection,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        duplicates: Duplicates,
        progress: Progress,
    ) -> tuple[ImportReport, ImportReport, int]:
        """Stage and compare; the report with the counts of the plan, the one without, and how many repeated an id."""
        repeated = staging.fill(
            connection, entries, lambda number: progress("stage", number), keep=duplicates is Duplicates.KEEP
        )
        connection.commit()
        read = report if isinstance(report, ImportReport) else report()
        faq_imports.plan(connection, duplicates, lambda share: progress("compare", share))
        return faq_imports.counted(connection, read, repeated), read, repeated

    def undo_import(self, import_id: str, *, actor: str = "", overwrite: bool = False) -> UndoReport:
        """Restore the entries to their state before the import; those changed later are kept and listed.

        Raises:
            NotFoundError: no such import.
            StorageError: it was undone already, or is not an FAQ import.
        """
        with self._database.write() as connection:
            take_turns(connection)
            return undo.undo(connection, import_id, actor=actor, overwrite=overwrite)

    def imports(self, *, kind: str = "", limit: int = 100) -> list[ImportRecord]:
        """The newest imports first."""
        with self._database.read() as connection:
            return logged(connection, kind=kind, limit=limit)

    def intents(self) -> list[IntentDefinition]:
        """The defined intents, sorted by name."""
        with self._database.read() as connection:
            return _intents(connection)

    def apply_intents(self, definitions: Sequence[IntentDefinition]) -> None:
        """Insert or update intents by name; the last definition of a name counts, other intents stay."""
        with self._database.write() as connection:
            take_turns(connection)
            known = {definition.intent: definition for definition in _intents(connection)}
            given = {definition.intent: definition for definition in definitions}
            new = [_row(given[name]) for name in given if name not in known]
            changed = [_row(given[name]) for name in given if name in known and given[name] != known[name]]
            if new:
                connection.execute(insert(INTENT), new)
            for row in changed:
                connection.execute(update(INTENT).where(INTENT.c.name == row["name"]).values(row))
            if new or changed:
                change_revision(connection)

    def examples(self) -> list[LabelledExample]:
        """All labelled examples in the order in which they were added."""
        columns = (EXAMPLE.c.text, EXAMPLE.c.intent, EXAMPLE.c.lang, EXAMPLE.c.origin)
        with self._database.read() as connection:
            return [LabelledExample(*row) for row in connection.execute(select(*columns).order_by(EXAMPLE.c.id))]

    def apply_examples(self, examples: Sequence[LabelledExample], report: ImportReport) -> ImportReport:
        """Insert examples in order, or give a known text its new intent, all or nothing."""
        with self._database.write() as connection:
            take_turns(connection)
            return log_import(connection, "examples", _apply_examples(connection, examples, report))


def _intents(connection: Connection) -> list[IntentDefinition]:
    rows = connection.execute(select(INTENT.c.name, INTENT.c.route, INTENT.c.description).order_by(INTENT.c.name))
    return [IntentDefinition(name, Route(route), description) for name, route, description in rows]


def _row(definition: IntentDefinition) -> dict[str, Any]:
    return {"name": definition.intent, "route": definition.route.value, "description": definition.description}


def _apply_examples(connection: Connection, examples: Sequence[LabelledExample], report: ImportReport) -> ImportReport:
    keys = [text.content_hash([example.text], length=32) for example in examples]
    labels: dict[str, str] = {}
    for chunk in faq_rows.chunks(keys):
        known = select(EXAMPLE.c.content_hash, EXAMPLE.c.intent).where(EXAMPLE.c.content_hash.in_(chunk))
        labels.update((row.content_hash, row.intent) for row in connection.execute(known))
    new: dict[str, dict[str, Any]] = {}
    relabelled: dict[str, str] = {}
    updated = 0
    now = dt.datetime.now(dt.UTC)
    for key, example in zip(keys, examples, strict=True):
        if key not in labels:
            new[key] = {
                "text": example.text,
                "intent": example.intent,
                "lang": example.lang or text.language(example.text),
                "origin": example.origin,
                "content_hash": key,
                "created_at": now,
            }
        elif labels[key] != example.intent:
            updated += 1
            if key in new:
                new[key]["intent"] = example.intent
            else:
                relabelled[key] = example.intent
        labels[key] = example.intent
    if new:
        connection.execute(insert(EXAMPLE), list(new.values()))
    if relabelled:
        statement = (
            update(EXAMPLE).where(EXAMPLE.c.content_hash == bindparam("key_")).values(intent=bindparam("intent_"))
        )
        connection.execute(statement, [{"key_": key, "intent_": intent} for key, intent in relabelled.items()])
    return dataclasses.replace(
        report,
        inserted=report.inserted + len(new),
        updated=report.updated + updated,
        skipped=report.skipped + len(examples) - len(new) - updated,
    )
