"""The log of imports: what was read from which file, and what it changed."""

from __future__ import annotations

import dataclasses
import datetime as dt

from sqlalchemy import Connection, insert, select

from chatbot.domain import ImportRecord, ImportReport
from chatbot.errors import NotFoundError, StorageError
from chatbot.storage.schema.tables import Import, table

IMPORT = table(Import)
ENCODING_CHARS = 32
_UNDONE_WITH = {
    "faq": "no FAQ. Transcripts are undone with: chatbot transcripts undo",
    "transcripts": "no transcripts. FAQ imports are undone with: chatbot faq undo",
}


def log_import(connection: Connection, kind: str, report: ImportReport) -> ImportReport:
    """Append one import of `kind` (faq, examples, transcripts); returns the report with its id."""
    counts = {name: getattr(report, name) for name in ("read", "inserted", "updated", "skipped", "failed")}
    row = {"kind": kind, "file": report.file, "encoding": report.encoding[:ENCODING_CHARS], "counts": counts}
    added = insert(IMPORT).values(row | {"created_at": dt.datetime.now(dt.UTC)}).returning(IMPORT.c.id)
    return dataclasses.replace(report, import_id=str(connection.execute(added).scalar_one()))


def logged(connection: Connection, *, kind: str, limit: int) -> list[ImportRecord]:
    """The newest imports first; with `kind`, only those of that kind."""
    wanted = select(IMPORT).order_by(IMPORT.c.id.desc()).limit(limit)
    rows = connection.execute(wanted.where(IMPORT.c.kind == kind) if kind else wanted)
    return [
        ImportRecord(str(row.id), row.kind, row.file, row.encoding, dict(row.counts), row.created_at, row.undone_at)
        for row in rows
    ]


def undoable(connection: Connection, import_id: str, *, kind: str) -> int:
    """The number of an import of that kind (faq, transcripts) that can be undone.

    Raises:
        NotFoundError: no such import.
        StorageError: it was undone already, or is of another kind.
    """
    number = int(import_id) if import_id.isascii() and import_id.isdigit() and len(import_id) < 10 else 0
    row = connection.execute(select(IMPORT.c.kind, IMPORT.c.undone_at).where(IMPORT.c.id == number)).one_or_none()
    if row is None:
        raise NotFoundError.of(
            "no_import",
            "There is no import {import_id!r}. See them with: chatbot {kind} imports",
            import_id=import_id,
            kind=kind,
        )
    if row.kind != kind:
        raise StorageError(f"Import {import_id} brought {row.kind}, {_UNDONE_WITH[kind]}")
    if row.undone_at is not None:
        raise StorageError.of(
            "import_undone",
            "Import {import_id} was undone already on {at:%Y-%m-%d %H:%M} UTC.",
            import_id=import_id,
            at=row.undone_at,
        )
    return number
