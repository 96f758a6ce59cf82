"""FAQ entries as rows: load, compare, write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, insert, select, true, update

from chatbot import text
from chatbot.domain import FaqEntry, KeptEntry
from chatbot.storage.schema import tables as schema

ENTRY = schema.table(schema.FaqEntry)
PHRASING = schema.table(schema.FaqPhrasing)
_T = TypeVar("_T")
CHUNK = 500
"""Keys per statement, far below SQLite's limit of bound values."""
RELOAD_PART = 10
"""If more than one in this many entries changed, reading all of them is faster."""


def content_hash(entry: FaqEntry) -> str:
    """Digest of everything but the id: if equal, there is nothing to update."""
    lists = [str(len(entry.variants)), *entry.variants, *entry.tags]
    return text.content_hash([entry.question, entry.answer, entry.intent or "", entry.lang, *lists], length=32)


def question_key(entry: FaqEntry) -> str:
    """Digest of question and language, by which stored entries are found: equal for questions that differ in case only.

    It has no id (see `domain.entry_id`): an entry keeps its id when its question changes, but its key changes.
    """
    return text.content_hash([entry.question.casefold(), entry.lang], length=32)


def load(connection: Connection, ids: Sequence[str] | None = None) -> list[FaqEntry]:
    """Entries in import order: those with these ids, or all enabled ones."""
    if ids is None:
        return _load(connection, ENTRY.c.enabled)
    return [entry for chunk in chunks(ids) for entry in _load(connection, ENTRY.c.id.in_(chunk))]


class EntryCache:
    """Cache of the enabled entries: only those whose digest has changed since the last read are read again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, FaqEntry]] = {}

    def load(self, connection: Connection) -> list[FaqEntry]:
        """All enabled entries in import order; unchanged ones are the same objects as before."""
        known = self._known
        columns = (ENTRY.c.id, ENTRY.c.content_hash)
        current = connection.execute(select(*columns).where(ENTRY.c.enabled).order_by(ENTRY.c.position)).all()
        changed = [entry_id for entry_id, digest in current if known.get(entry_id, ("",))[0] != digest]
        few = len(changed) <= len(current) // RELOAD_PART
        read = {entry.id: entry for entry in load(connection, changed if few else None)}
        found = {
            entry_id: (digest, read[entry_id] if entry_id in read else known[entry_id][1])
            for entry_id, digest in current
            if entry_id in read or entry_id in known  # one that was deleted meanwhile is in neither
        }
        self._known = found
        return [entry for _, entry in found.values()]


def load_kept(connection: Connection, ids: Sequence[str] | None = None) -> list[KeptEntry]:
    """Entries as the team sees them, disabled ones too: those with these ids, or all, in import order."""
    columns = (ENTRY.c.id, ENTRY.c.enabled, ENTRY.c.review_by, ENTRY.c.updated_at)
    conditions = [true()] if ids is None else [ENTRY.c.id.in_(chunk) for chunk in chunks(ids)]
    found = []
    for condition in conditions:
        extra = {row.id: row for row in connection.execute(select(*columns).where(condition))}
        for entry in _load(connection, condition):
            row = extra[entry.id]
            found.append(KeptEntry(entry, row.enabled, row.review_by, row.updated_at))
    return found


def next_position(connection: Connection) -> int:
    """The position of the next entry: after the last."""
    return int(connection.scalar(select(func.coalesce(func.max(ENTRY.c.position), 0))) or 0) + 1


def add(connection: Connection, entries: Sequence[FaqEntry], first_position: int) -> None:
    """Insert new entries after all others, in the order given."""
    if not entries:
        return
    now = dt.datetime.now(dt.UTC)
    rows = [
        {"id": entry.id, "position": position, "enabled": True, "created_at": now, **_values(entry, now)}
        for position, entry in enumerate(entries, start=first_position)
    ]
    connection.execute(insert(ENTRY), rows)
    _add_phrasings(connection, entries)


def replace(connection: Connection, entries: Sequence[FaqEntry]) -> None:
    """Replace the content of stored entries; they keep their position."""
    if not entries:
        return
    now = dt.datetime.now(dt.UTC)
    statement = update(ENTRY).where(ENTRY.c.id == bindparam("id_"))
    connection.execute(statement, [{"id_": entry.id, **_values(entry, now)} for entry in entries])
    for chunk in chunks([entry.id for entry in entries]):
        connection.execute(delete(PHRASING).where(PHRASING.c.entry_id.in_(chunk)))
    _add_phrasings(connection, entries)


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Delete entries; their phrasings are deleted with them."""
    for chunk in chunks(ids):
        connection.execute(delete(ENTRY).where(ENTRY.c.id.in_(chunk)))


def to_json(kept: KeptEntry) -> dict[str, Any]:
    """An entry as stored in the history."""
    entry = kept.entry
    content: dict[str, Any] = {
        "question": entry.question,
        "answer": entry.answer,
        "variants": list(entry.variants),
        "intent": entry.intent,
        "lang": entry.lang,
        "tags": list(entry.tags),
    }
    if not kept.enabled:
        content["enabled"] = False
    if kept.review_by is not None:
        content["review_by"] = kept.review_by.isoformat()
    return content


def from_json(entry_id: str, kept: Mapping[str, Any]) -> FaqEntry:
    """The entry that `to_json` stored."""
    return FaqEntry(
        id=entry_id,
        question=kept["question"],
        answer=kept["answer"],
        variants=tuple(kept["variants"]),
        intent=kept["intent"],
        lang=kept["lang"],
        tags=tuple(kept["tags"]),
    )


def chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in lists short enough for one statement."""
    remaining = iter(items)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _load(connection: Connection, condition: Any) -> list[FaqEntry]:
    columns = (ENTRY.c.id, ENTRY.c.question, ENTRY.c.answer, ENTRY.c.intent, ENTRY.c.lang, ENTRY.c.tags)
    phrasings = (
        select(PHRASING.c.entry_id, PHRASING.c.text)
        .join(ENTRY)
        .where(condition)
        .order_by(PHRASING.c.entry_id, PHRASING.c.position)
    )
    variants: dict[str, list[str]] = {}
    for entry_id, phrasing in connection.execute(phrasings):
        variants.setdefault(entry_id, []).append(phrasing)
    rows = connection.execute(select(*columns).where(condition).order_by(ENTRY.c.position))
    return [
        FaqEntry(entry_id, question, answer, tuple(variants.get(entry_id, ())), intent, lang, tuple(tags))
        for entry_id, question, answer, intent, lang, tags in rows
    ]


def _values(entry: FaqEntry, now: dt.datetime) -> dict[str, Any]:
    return {
        "question": entry.question,
        "answer": entry.answer,
        "intent": entry.intent,
        "lang": entry.lang,
        "tags": list(entry.tags),
        "question_key": question_key(entry),
        "content_hash": content_hash(entry),
        "updated_at": now,
    }


def _add_phrasings(connection: Connection, entries: Sequence[FaqEntry]) -> None:
    rows = [
        {"entry_id": entry.id, "position": position, "text": variant}
        for entry in entries
        for position, variant in enumerate(entry.variants)
    ]
    if rows:
        connection.execute(insert(PHRASING), rows)
