"""Plans one FAQ import and carries it out.

Everything slow happens before the one transaction that changes the database: entries are staged, compared with what is
stored, and the old content of those that will change is copied. That transaction then moves rows inside the database,
and only compares again if somebody else changed the knowledge in between.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, delete, exists, func, insert, literal, select, update

from chatbot.domain import Action, Duplicates, ImportReport
from chatbot.storage.database.key_value import change_revision
from chatbot.storage.faq import rows as faq_rows
from chatbot.storage.faq.staging import CHANGED, NEW, PHRASINGS, ROWS, SAME, STAGED
from chatbot.storage.imports.log import log_import
from chatbot.storage.schema import tables

KIND = "faq"
CHANGE = tables.table(tables.FaqChange)
ENTRY = faq_rows.ENTRY


def plan(connection: Connection, duplicates: Duplicates, told: Callable[[float], None] = lambda share: None) -> None:
    """Match every staged entry with its stored counterpart and decide what is to be done with it.

    The counterpart is the stored entry with the same id, else the one with the same question and language; the content
    hash then tells whether there is anything to do. Entries without a counterpart are new and stay unchanged.
    """
    there = exists().where(ENTRY.c.id == STAGED.c.id)
    connection.execute(update(STAGED).where(there).values(target=STAGED.c.id))
    given = STAGED.alias()
    same_question = (
        select(ENTRY.c.id)
        .where(ENTRY.c.question_key == STAGED.c.question_key)
        .where(~exists().where(given.c.id == ENTRY.c.id))
        .order_by(ENTRY.c.position)
        .limit(1)
        .scalar_subquery()
    )
    known_question = exists().where(ENTRY.c.question_key == STAGED.c.question_key)
    connection.execute(update(STAGED).where(STAGED.c.target.is_(None), known_question).values(target=same_question))
    told(0.4)
    known = (STAGED.c.target.is_not(None), STAGED.c.verdict == NEW)
    earlier = STAGED.alias()
    repeats = exists().where(earlier.c.target == STAGED.c.target, earlier.c.seq < STAGED.c.seq)
    connection.execute(update(STAGED).where(*known, repeats).values(verdict=SAME))
    equal = exists().where(ENTRY.c.id == STAGED.c.target, ENTRY.c.content_hash == STAGED.c.content_hash)
    connection.execute(update(STAGED).where(*known, equal).values(verdict=SAME))
    if duplicates is Duplicates.SKIP:
        connection.execute(update(STAGED).where(*known).values(verdict=SAME))
    elif duplicates is Duplicates.KEEP:
        connection.execute(update(STAGED).where(*known).values(id=STAGED.c.other_id, target=None))
        connection.execute(update(STAGED).where(STAGED.c.verdict == NEW, there).values(verdict=SAME))
    else:
        connection.execute(update(STAGED).where(*known).values(verdict=CHANGED))
    told(0.6)
    _keep_old(connection)
    told(1.0)


def forget_plan(connection: Connection) -> None:
    """Reset the results of `plan`, to plan again."""
    connection.execute(update(STAGED).values(target=None, verdict=NEW, before=None))


def counted(connection: Connection, report: ImportReport, repeated: int) -> ImportReport:
    """The report with the counts of the plan."""
    rows = connection.execute(select(STAGED.c.verdict, func.count().label("number")).group_by(STAGED.c.verdict))
    found: dict[str, int] = {row.verdict: row.number for row in rows}
    return dataclasses.replace(
        report,
        inserted=report.inserted + found.get(NEW, 0),
        updated=report.updated + found.get(CHANGED, 0),
        skipped=report.skipped + found.get(SAME, 0) + repeated,
    )


def carry_out(connection: Connection, report: ImportReport, actor: str) -> ImportReport:
    """Carry out the plan, log it, and return the report with its import id."""
    done = log_import(connection, KIND, report)
    if not report.inserted + report.updated:
        return done
    now = dt.datetime.now(dt.UTC)
    number = int(done.import_id or 0)
    _log_changes(connection, number, actor, now)
    if report.inserted:
        _insert_new(connection, now)
    if report.updated:
        _update_changed(connection, now)
    change_revision(connection)
    return done


def _keep_old(connection: Connection) -> None:
    """Copy the content of the entries that will change, one chunk at a time."""
    last = -1
    while True:
        wanted = select(STAGED.c.seq, STAGED.c.target).where(STAGED.c.verdict == CHANGED, STAGED.c.seq > last)
        rows = connection.execute(wanted.order_by(STAGED.c.seq).limit(ROWS)).all()
        if not rows:
            return
        before = {kept.entry.id: kept for kept in faq_rows.load_kept(connection, [row.target for row in rows])}
        for row in rows:
            old = faq_rows.to_json(before[row.target])
            connection.execute(update(STAGED).where(STAGED.c.seq == row.seq).values(before=old))
        last = rows[-1].seq


def _log_changes(connection: Connection, number: int, actor: str, now: dt.datetime) -> None:
    columns = ["entry_id", "import_id", "at", "actor", "action", "before", "after_hash"]
    for verdict, entry_id in ((NEW, STAGED.c.id), (CHANGED, STAGED.c.target)):
        rows = select(
            entry_id,
            literal(number),
            literal(now, CHANGE.c.at.type),
            literal(actor),
            literal(Action.IMPORT.value),
            STAGED.c.before,
            STAGED.c.content_hash,
        ).where(STAGED.c.verdict == verdict)
        connection.execute(insert(CHANGE).from_select(columns, rows.order_by(STAGED.c.seq)))


def _insert_new(connection: Connection, now: dt.datetime) -> None:
    first = faq_rows.next_position(connection)
    copied = ["question", "answer", "intent", "lang", "tags", "question_key", "content_hash"]
    rows = select(
        STAGED.c.id,
        STAGED.c.seq + first,
        literal(True),
        literal(now, ENTRY.c.created_at.type),
        literal(now, ENTRY.c.updated_at.type),
        *(STAGED.c[name] for name in copied),
    ).where(STAGED.c.verdict == NEW)
    columns = ["id", "position", "enabled", "created_at", "updated_at", *copied]
    connection.execute(insert(ENTRY).from_select(columns, rows.order_by(STAGED.c.seq)))
    _insert_phrasings(connection, NEW)


def _update_changed(connection: Connection, now: dt.datetime) -> None:
    copied = ("question", "answer", "intent", "lang", "tags", "question_key", "content_hash")
    mine = (STAGED.c.target == ENTRY.c.id, STAGED.c.verdict == CHANGED)
    values = {name: select(STAGED.c[name]).where(*mine).scalar_subquery() for name in copied}
    connection.execute(update(ENTRY).where(exists().where(*mine)).values(**values, updated_at=now))
    targets = select(STAGED.c.target).where(STAGED.c.verdict == CHANGED)
    connection.execute(delete(faq_rows.PHRASING).where(faq_rows.PHRASING.c.entry_id.in_(targets)))
    _insert_phrasings(connection, CHANGED)


def _insert_phrasings(connection: Connection, verdict: str) -> None:
    entry_id = STAGED.c.id if verdict == NEW else STAGED.c.target
    rows = (
        select(entry_id, PHRASINGS.c.position, PHRASINGS.c.text)
        .join_from(PHRASINGS, STAGED, PHRASINGS.c.seq == STAGED.c.seq)
        .where(STAGED.c.verdict == verdict)
        .order_by(PHRASINGS.c.seq, PHRASINGS.c.position)
    )
    connection.execute(insert(faq_rows.PHRASING).from_select(["entry_id", "position", "text"], rows))
