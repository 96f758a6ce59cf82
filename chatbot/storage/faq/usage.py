"""Counts from the logged replies how often each entry answered, each reply once."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import Connection, insert, select, update

from chatbot.domain import DecisionRecord, Role, Route
from chatbot.storage.database.key_value import STATE
from chatbot.storage.faq import rows as faq_rows
from chatbot.storage.schema import tables

USE = tables.table(tables.FaqUse)
MESSAGE = tables.table(tables.Message)
COUNTED_KEY = "faq_use_counted"
MESSAGES = 5_000
"""Messages processed per transaction."""


def uncounted(connection: Connection) -> bool:
    """Whether there are replies that are not counted yet."""
    newest = connection.scalar(select(MESSAGE.c.id).order_by(MESSAGE.c.id.desc()).limit(1))
    return int(newest or 0) > _last_counted_id(connection)


def count(connection: Connection) -> bool:
    """Count the next replies; returns whether there may be more."""
    done = _last_counted_id(connection)
    rows = connection.execute(
        select(MESSAGE.c.id, MESSAGE.c.decision, MESSAGE.c.created_at, MESSAGE.c.role)
        .where(MESSAGE.c.id > done)
        .order_by(MESSAGE.c.id)
        .limit(MESSAGES)
    ).all()
    if not rows:
        return False
    found: Counter[str] = Counter()
    last: dict[str, dt.datetime] = {}
    for row in rows:
        record = DecisionRecord.from_json(row.decision) if row.role == Role.ASSISTANT.value else None
        if record is None or record.route is not Route.FAQ:
            continue
        entry_id = record.hits[0].id if record.hits else ""
        if entry_id:
            found[entry_id] += 1
            last[entry_id] = row.created_at
    for chunk in faq_rows.chunks(found):
        known = set(connection.scalars(select(USE.c.entry_id).where(USE.c.entry_id.in_(chunk))))
        new = [{"entry_id": i, "answered": found[i], "last_answered": last[i]} for i in chunk if i not in known]
        if new:
            connection.execute(insert(USE), new)
        for entry_id in known:
            values = {"answered": USE.c.answered + found[entry_id], "last_answered": last[entry_id]}
            connection.execute(update(USE).where(USE.c.entry_id == entry_id).values(values))
    _set_counted(connection, rows[-1].id)
    return len(rows) == MESSAGES


def _last_counted_id(connection: Connection) -> int:
    return int(connection.scalar(select(STATE.c.value).where(STATE.c.key == COUNTED_KEY)) or 0)


def _set_counted(connection: Connection, number: int) -> None:
    changed = update(STATE).where(STATE.c.key == COUNTED_KEY).values(value=str(number))
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(STATE).values(key=COUNTED_KEY, value=str(number)))
