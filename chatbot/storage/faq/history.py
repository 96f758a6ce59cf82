"""The history of entries: who changed what, when, and the content before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from chatbot.domain import Action, EntryChange, FaqEntry, KeptEntry
from chatbot.errors import NotFoundError
from chatbot.storage.faq import rows as faq_rows
from chatbot.storage.schema import tables

CHANGE = tables.table(tables.FaqChange)


def record(
    connection: Connection,
    ids: Sequence[str],
    before: Mapping[str, KeptEntry],
    after: Mapping[str, FaqEntry],
    action: Action,
    actor: str,
    *,
    import_id: int | None = None,
) -> None:
    """Append a line for each of these entries; one missing in `before` is new, one missing in `after` is deleted."""
    now = dt.datetime.now(dt.UTC)
    rows = [
        {
            "entry_id": entry_id,
            "import_id": import_id,
            "at": now,
            "actor": actor,
            "action": action.value,
            "before": faq_rows.to_json(before[entry_id]) if entry_id in before else None,
            "after_hash": faq_rows.content_hash(after[entry_id]) if entry_id in after else None,
        }
        for entry_id in ids
    ]
    if rows:
        connection.execute(insert(CHANGE), rows)


def no_entry(entry_id: str) -> NotFoundError:
    """The error for an entry that does not exist."""
    return NotFoundError.of("no_entry", "There is no entry {id!r}. See them with: chatbot faq list", id=entry_id)


def history(connection: Connection, entry_id: str) -> list[EntryChange]:
    """The changes of an entry, newest first.

    Raises:
        NotFoundError: there never was such an entry.
    """
    rows = connection.execute(select(CHANGE).where(CHANGE.c.entry_id == entry_id).order_by(CHANGE.c.id.desc())).all()
    current = faq_rows.load_kept(connection, [entry_id])
    if not rows and not current:
        raise no_entry(entry_id)
    after: FaqEntry | None = current[0].entry if current else None
    found = []
    for row in rows:
        before = faq_rows.from_json(entry_id, row.before) if row.before is not None else None
        after = after if row.after_hash is not None else None
        number = str(row.import_id) if row.import_id is not None else None
        found.append(EntryChange(row.id, entry_id, row.at, row.actor, row.action, before, after, number))
        after = before
    return found


def deleted(connection: Connection, *, limit: int) -> list[EntryChange]:
    """The newest deletions of entries that do not exist now, newest first."""
    there = select(faq_rows.ENTRY.c.id)
    rows = connection.execute(
        select(CHANGE)
        .where(CHANGE.c.after_hash.is_(None), CHANGE.c.before.is_not(None), CHANGE.c.entry_id.not_in(there))
        .order_by(CHANGE.c.id.desc())
        .limit(limit)
    )
    found: dict[str, EntryChange] = {}
    for row in rows:
        number = str(row.import_id) if row.import_id is not None else None
        before = faq_rows.from_json(row.entry_id, row.before)
        change = EntryChange(row.id, row.entry_id, row.at, row.actor, row.action, before, None, number)
        found.setdefault(row.entry_id, change)
    return list(found.values())
