"""Stages the entries of an import in temporary tables that no other connection sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
)
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of
from sqlalchemy.schema import CreateIndex, CreateTable

from chatbot import text
from chatbot.concurrency.priority import SHARED
from chatbot.domain import FaqEntry
from chatbot.storage.faq import rows as faq_rows

NEW, CHANGED, SAME = "new", "changed", "same"
"""What is to be done with a staged entry."""
TEMPORARY = MetaData()
STAGED = Table(
    "staged_entry",
    TEMPORARY,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False),
    Column("other_id", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("intent", String(200)),
    Column("lang", String(16), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("question_key", String(64), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("target", String(64)),
    Column("verdict", String(8), nullable=False, server_default=NEW),
    Column("before", JSON(none_as_null=True)),
    prefixes=["TEMPORARY"],
)
INDEXES = (Index("ix_staged_entry_id", STAGED.c.id), Index("ix_staged_entry_target", STAGED.c.target))
PHRASINGS = Table(
    "staged_phrasing",
    TEMPORARY,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
ROWS = 1_000
"""Entries per statement."""
PAUSE_ROWS = 50
"""Entries between pauses in which replies go first."""
Row = tuple[Any, ...]
Told = Callable[[int], None]


def fill(connection: Connection, entries: Iterable[FaqEntry], told: Told, *, keep: bool) -> int:
    """Stage the entries in their order in new temporary tables; returns how many repeated an id.

    Repeated ones add their phrasings to the first entry with that id. With `keep`, each entry also gets the id that it
    would have beside a stored one. `told` is called with the number of entries so far; an exception it raises ends the
    import.
    """
    for table in (STAGED, PHRASINGS):
        connection.execute(CreateTable(table))
    places: dict[str, int] = {}
    joined: dict[int, list[str]] = {}
    rows: list[Row] = []
    phrasings: list[Row] = []
    repeated = 0
    for entry in entries:
        seq = places.get(entry.id)
        if seq is not None:
            repeated += 1
            joined.setdefault(seq, []).extend(entry.phrasings)
            continue
        seq = places[entry.id] = len(places)
        rows.append(_row(seq, entry, keep))
        phrasings.extend([(seq, at, said) for at, said in enumerate(entry.variants)])
        if not len(rows) % PAUSE_ROWS:
            SHARED.give_way()
        if len(rows) >= ROWS:
            _flush(connection, rows, phrasings)
            told(len(places) + repeated)
    _flush(connection, rows, phrasings)
    told(len(places) + repeated)
    _join(connection, joined)
    for index in INDEXES:  # now, since an index that grows with its table takes twice the time
        connection.execute(CreateIndex(index))
    return repeated


def entries_of(connection: Connection, seqs: Iterable[int]) -> Iterator[tuple[int, FaqEntry]]:
    """The staged entries with these numbers."""
    for chunk in faq_rows.chunks(seqs):
        variants: dict[int, list[str]] = {}
        wanted = select(PHRASINGS.c.seq, PHRASINGS.c.text).where(PHRASINGS.c.seq.in_(chunk))
        for seq, said in connection.execute(wanted.order_by(PHRASINGS.c.seq, PHRASINGS.c.position)):
            variants.setdefault(seq, []).append(said)
        columns = (STAGED.c.seq, STAGED.c.id, STAGED.c.question, STAGED.c.answer)
        rows = connection.execute(
            select(*columns, STAGED.c.intent, STAGED.c.lang, STAGED.c.tags).where(STAGED.c.seq.in_(chunk))
        ).all()
        for seq, entry_id, question, answer, intent, lang, tags in rows:
            said = tuple(variants.get(seq, ()))
            yield seq, FaqEntry(entry_id, question, answer, said, intent, lang, tuple(tags))


def _row(seq: int, entry: FaqEntry, keep: bool) -> Row:
    digest = faq_rows.content_hash(entry)
    return (
        seq,
        entry.id,
        text.content_hash([entry.id, digest]) if keep else "",
        entry.question,
        entry.answer,
        entry.intent,
        entry.lang,
        _as_json(entry.tags),
        faq_rows.question_key(entry),
        digest,
    )


@lru_cache(maxsize=4_096)
def _as_json(tags: tuple[str, ...]) -> str:
    return json.dumps(tags, ensure_ascii=False, separators=(",", ":"))


def _flush(connection: Connection, rows: list[Row], phrasings: list[Row]) -> None:
    _insert(connection, STAGED, rows)
    _insert(connection, PHRASINGS, phrasings)
    rows.clear()
    phrasings.clear()


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert plain rows, bypassing SQLAlchemy's handling of each value, which costs more than everything else here.

    Rows begin with the first column of the table and may stop before its last.
    """
    if not rows:
        return
    names = [column.name for column in table.columns][: len(rows[0])]
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=names)
    values = rows if compiled.positional else [dict(zip(names, row, strict=True)) for row in rows]
    connection.exec_driver_sql(str(compiled), values)


def _join(connection: Connection, joined: dict[int, list[str]]) -> None:
    """Add further phrasings to entries, each once, and update their content hash."""
    for seq, entry in list(entries_of(connection, joined)):
        kept = {text.asked(entry.question): entry.question}
        for said in (*entry.variants, *joined[seq]):
            kept.setdefault(text.asked(said), said)
        whole = FaqEntry(
            entry.id, entry.question, entry.answer, tuple(kept.values())[1:], entry.intent, entry.lang, entry.tags
        )
        connection.execute(delete_from(PHRASINGS).where(PHRASINGS.c.seq == seq))
        rows = [{"seq": seq, "position": at, "text": said} for at, said in enumerate(whole.variants)]
        if rows:
            connection.execute(insert(PHRASINGS), rows)
        digest = faq_rows.content_hash(whole)
        values = {"content_hash": digest, "other_id": text.content_hash([entry.id, digest])}
        connection.execute(update_of(STAGED).where(STAGED.c.seq == bindparam("seq_")).values(values), {"seq_": seq})
