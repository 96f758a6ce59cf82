"""The log of imports: what was read from which file, and what it changed.

Knows: the table `import`. Does not know: what was imported.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from sqlalchemy import Connection, insert

from chatbot.domain import ImportReport
from chatbot.storage.schema import Import, table

IMPORT = table(Import)
ENCODING_CHARS = 32


def log_import(connection: Connection, kind: str, report: ImportReport) -> ImportReport:
    """Append one import of `kind` (faq, examples, transcripts); returns the report with its id."""
    counts = {name: getattr(report, name) for name in ("read", "inserted", "updated", "skipped", "failed")}
    row = {"kind": kind, "file": report.file, "encoding": report.encoding[:ENCODING_CHARS], "counts": counts}
    added = insert(IMPORT).values(row | {"created_at": dt.datetime.now(dt.UTC)}).returning(IMPORT.c.id)
    return dataclasses.replace(report, import_id=str(connection.execute(added).scalar_one()))
