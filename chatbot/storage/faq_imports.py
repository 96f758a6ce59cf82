"""One FAQ import: apply it, or take it back.

Knows: what an import changed and whether that can be undone. Does not know: file formats, transactions.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from chatbot.domain import FaqEntry, ImportReport
from chatbot.errors import NotFoundError, StorageError
from chatbot.storage import faq_rows, schema
from chatbot.storage.imports import IMPORT, log_import
from chatbot.storage.state import change_revision

KIND = "faq"
CHANGE = schema.table(schema.ImportChange)


@dataclass
class _Plan:
    """What is to be done with the entries given."""

    new: list[FaqEntry] = field(default_factory=list)
    changed: list[FaqEntry] = field(default_factory=list)
    same: int = 0


def apply(connection: Connection, entries: Sequence[FaqEntry], report: ImportReport) -> ImportReport:
    """Insert or update the entries, log what changed, and return the report with counts and import id.

    An entry is the stored one with its id, else the stored one with its question and language; the content hash then
    says whether there is anything to update.
    """
    plan = _plan(connection, entries)
    done = dataclasses.replace(
        report,
        inserted=report.inserted + len(plan.new),
        updated=report.updated + len(plan.changed),
        skipped=report.skipped + plan.same,
    )
    logged = log_import(connection, KIND, done)
    before = {entry.id: entry for entry in faq_rows.load(connection, [entry.id for entry in plan.changed])}
    faq_rows.add(connection, plan.new, faq_rows.next_position(connection))
    faq_rows.replace(connection, plan.changed)
    changes = [
        {
            "import_id": int(logged.import_id or 0),
            "entry_id": entry.id,
            "before": faq_rows.to_json(before[entry.id]) if entry.id in before else None,
            "after": faq_rows.to_json(entry),
        }
        for entry in (*plan.new, *plan.changed)
    ]
    if changes:
        connection.execute(insert(CHANGE), changes)
        change_revision(connection)
    return logged


def undo(connection: Connection, import_id: str) -> int:
    """Put the entries back as they were before an import; returns how many changed.

    Raises:
        NotFoundError: no such import.
        StorageError: it was undone already, is no FAQ import, or an entry was changed later.
    """
    number = _check_undoable(connection, import_id)
    changes = connection.execute(
        select(CHANGE.c.entry_id, CHANGE.c.before, CHANGE.c.after).where(CHANGE.c.import_id == number)
    ).all()
    current = {entry.id: entry for entry in faq_rows.load(connection, [change.entry_id for change in changes])}
    for change in changes:
        if current.get(change.entry_id) != faq_rows.from_json(change.entry_id, change.after):
            raise StorageError(
                f"Import {import_id} cannot be undone: the entry {change.entry_id!r} was changed after it."
                " Undo the later import first."
            )
    faq_rows.remove(connection, [change.entry_id for change in changes if change.before is None])
    faq_rows.replace(
        connection,
        [faq_rows.from_json(change.entry_id, change.before) for change in changes if change.before is not None],
    )
    connection.execute(update(IMPORT).where(IMPORT.c.id == number).values(undone_at=dt.datetime.now(dt.UTC)))
    if changes:
        change_revision(connection)
    return len(changes)


def _plan(connection: Connection, entries: Sequence[FaqEntry]) -> _Plan:
    stored = {found.id: found for found in faq_rows.find(connection, entries)}
    given = {entry.id for entry in entries}
    by_question = {found.question_key: found for found in reversed(stored.values()) if found.id not in given}
    plan = _Plan()
    taken: set[str] = set()
    for entry in entries:
        found = stored.get(entry.id) or by_question.get(faq_rows.question_key(entry))
        target = entry if found is None else dataclasses.replace(entry, id=found.id)
        if target.id in taken:
            plan.same += 1
            continue
        taken.add(target.id)
        if found is None:
            plan.new.append(target)
        elif found.enabled and found.content_hash == faq_rows.content_hash(target):
            plan.same += 1
        else:
            plan.changed.append(target)
    return plan


def _check_undoable(connection: Connection, import_id: str) -> int:
    number = int(import_id) if import_id.isascii() and import_id.isdigit() and len(import_id) < 10 else 0
    row = connection.execute(select(IMPORT.c.kind, IMPORT.c.undone_at).where(IMPORT.c.id == number)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no import {import_id!r}. Its number stands in the report of `faq import`.")
    if row.kind != KIND:
        raise StorageError(f"Import {import_id} brought {row.kind}, and only FAQ imports can be undone.")
    if row.undone_at is not None:
        raise StorageError(f"Import {import_id} was undone already on {row.undone_at:%Y-%m-%d %H:%M} UTC.")
    return number
