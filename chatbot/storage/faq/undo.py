"""Undoes an import, even after later edits: edited entries are left unchanged and listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from chatbot.domain import Action, KeptEntry, UndoConflict, UndoReport
from chatbot.storage.database.key_value import change_revision
from chatbot.storage.faq import rows
from chatbot.storage.faq.history import CHANGE, record
from chatbot.storage.faq.imports import KIND
from chatbot.storage.imports.log import IMPORT, undoable


def undo(connection: Connection, import_id: str, *, actor: str, overwrite: bool) -> UndoReport:
    """Restore the entries to their state before an import. Entries changed since are kept, unless `overwrite`.

    Raises:
        NotFoundError: no such import.
        StorageError: it was undone already, or is not an FAQ import.
    """
    number = undoable(connection, import_id, kind=KIND)
    changes = connection.execute(
        select(CHANGE.c.id, CHANGE.c.entry_id, CHANGE.c.before, CHANGE.c.after_hash)
        .where(CHANGE.c.import_id == number, CHANGE.c.action == Action.IMPORT.value)
        .order_by(CHANGE.c.id)
    ).all()
    put_back = 0
    conflicts: list[UndoConflict] = []
    for chunk in rows.chunks(changes):
        current = {kept.entry.id: kept for kept in rows.load_kept(connection, [row.entry_id for row in chunk])}
        edited = [row for row in chunk if _was_edited(row, current.get(row.entry_id))]
        if edited:
            conflicts += _conflicts(connection, edited, current)
        left = set() if overwrite else {row.entry_id for row in edited}
        put_back += _put_back(connection, [row for row in chunk if row.entry_id not in left], current, actor, number)
    connection.execute(update(IMPORT).where(IMPORT.c.id == number).values(undone_at=dt.datetime.now(dt.UTC)))
    if put_back:
        change_revision(connection)
    return UndoReport(import_id, put_back, () if overwrite else tuple(conflicts))


def _was_edited(change: Any, current: KeptEntry | None) -> bool:
    """Whether the entry is neither as the import left it nor as it was before."""
    if current is None:
        return change.before is not None
    digest = rows.content_hash(current.entry)
    if digest == change.after_hash:
        return False
    return change.before is None or digest != rows.content_hash(rows.from_json(change.entry_id, change.before))


def _put_back(
    connection: Connection, changes: Sequence[Any], current: dict[str, KeptEntry], actor: str, number: int
) -> int:
    gone = [row.entry_id for row in changes if row.before is None and row.entry_id in current]
    old = [rows.from_json(row.entry_id, row.before) for row in changes if row.before is not None]
    missing = [entry for entry in old if entry.id not in current]
    changed = [entry for entry in old if entry.id in current and current[entry.id].entry != entry]
    record(connection, gone, current, {}, Action.UNDO, actor, import_id=number)
    record(connection, [e.id for e in old], current, {e.id: e for e in old}, Action.UNDO, actor, import_id=number)
    rows.remove(connection, gone)
    rows.add(connection, missing, rows.next_position(connection))
    rows.replace(connection, changed)
    return len(gone) + len(missing) + len(changed)


def _conflicts(connection: Connection, edited: Sequence[Any], current: dict[str, KeptEntry]) -> list[UndoConflict]:
    """Who changed these entries last, and how."""
    ids = [row.entry_id for row in edited]
    newest = select(func.max(CHANGE.c.id)).where(CHANGE.c.entry_id.in_(ids)).group_by(CHANGE.c.entry_id)
    columns = (CHANGE.c.entry_id, CHANGE.c.at, CHANGE.c.actor, CHANGE.c.action, CHANGE.c.before)
    found = []
    for row in connection.execute(select(*columns).where(CHANGE.c.id.in_(newest)).order_by(CHANGE.c.id)):
        kept = current.get(row.entry_id)
        question = kept.entry.question if kept is not None else str((row.before or {}).get("question", ""))
        found.append(UndoConflict(row.entry_id, question, row.at, row.actor, row.action))
    return found
