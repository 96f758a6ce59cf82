"""The audit log: who changed what, when (port `AuditLog`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from chatbot.storage.database.engine import Database
from chatbot.storage.schema.tables import Audit, table

AUDIT = table(Audit)


class SqlAuditLog:
    """The audit log in the database, append-only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        """Append one line; `detail` must be JSON-serialisable."""
        row = {"at": dt.datetime.now(dt.UTC), "actor": actor, "action": action, "detail": dict(detail)}
        with self._database.write() as connection:
            connection.execute(insert(AUDIT), row)

    def recent(self, limit: int = 100) -> list[tuple[dt.datetime, str, str, Mapping[str, Any]]]:
        """The newest lines first: time (UTC), actor, action, detail."""
        wanted = select(AUDIT.c.at, AUDIT.c.actor, AUDIT.c.action, AUDIT.c.detail).order_by(AUDIT.c.id.desc())
        with self._database.read() as connection:
            return [tuple(row) for row in connection.execute(wanted.limit(limit))]
