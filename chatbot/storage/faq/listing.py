"""Lists entries for the team: searched, filtered, sorted, one page at a time."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, func, or_, select

from chatbot.domain import EntryFilter, EntryOrder, EntryPage, KeptEntry
from chatbot.storage.faq.rows import ENTRY, PHRASING, load_kept
from chatbot.storage.faq.usage import USE

MAX_WORDS = 12


def page(
    connection: Connection, wanted: EntryFilter, *, order: EntryOrder, descending: bool, limit: int, offset: int
) -> EntryPage:
    """One page of the entries that match the filter, and the number of all that match."""
    conditions = _conditions(wanted)
    source = ENTRY.outerjoin(USE, USE.c.entry_id == ENTRY.c.id)
    total = connection.scalar(select(func.count()).select_from(source).where(*conditions)) or 0
    by: dict[EntryOrder, ColumnElement[Any]] = {
        EntryOrder.POSITION: ENTRY.c.position,
        EntryOrder.QUESTION: func.lower(ENTRY.c.question),
        EntryOrder.UPDATED: ENTRY.c.updated_at,
        EntryOrder.ANSWERED: func.coalesce(USE.c.answered, 0),
        EntryOrder.REVIEW: func.coalesce(ENTRY.c.review_by, dt.date.max),
    }
    first = by[order].desc() if descending else by[order].asc()
    rows = connection.execute(
        select(ENTRY.c.id, USE.c.answered, USE.c.last_answered)
        .select_from(source)
        .where(*conditions)
        .order_by(first, ENTRY.c.position)
        .limit(limit)
        .offset(offset)
    ).all()
    kept = {found.entry.id: found for found in load_kept(connection, [row.id for row in rows])}
    return EntryPage(tuple(_used(kept[row.id], row) for row in rows), int(total))


def _used(kept: KeptEntry, row: Any) -> KeptEntry:
    return KeptEntry(
        kept.entry, kept.enabled, kept.review_by, kept.updated_at, int(row.answered or 0), row.last_answered
    )


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in wanted.search.split()[:MAX_WORDS]:
        said = select(PHRASING.c.entry_id).where(PHRASING.c.text.icontains(word, autoescape=True))
        columns = (ENTRY.c.question, ENTRY.c.answer, ENTRY.c.intent, ENTRY.c.id, cast(ENTRY.c.tags, Text))
        found.append(or_(*(column.icontains(word, autoescape=True) for column in columns), ENTRY.c.id.in_(said)))
    if wanted.lang:
        found.append(ENTRY.c.lang == wanted.lang)
    if wanted.tag:
        quoted = json.dumps(wanted.tag, ensure_ascii=False)
        found.append(cast(ENTRY.c.tags, Text).contains(quoted, autoescape=True))
    if wanted.enabled is not None:
        found.append(ENTRY.c.enabled == wanted.enabled)
    if wanted.review_due is not None:
        found.append(ENTRY.c.review_by <= wanted.review_due)
    if wanted.never_used:
        found.append(USE.c.entry_id.is_(None))
    if wanted.unused_since is not None:
        found.append(or_(USE.c.last_answered.is_(None), USE.c.last_answered < wanted.unused_since))
    return found
