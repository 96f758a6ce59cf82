"""Which model versions exist and which one is live (port `ModelRegistry`).

A version is `candidate` (never live, or rolled back), `live` (at most one per kind) or `retired` (was live until
another was promoted). A rollback goes to the retired version with the newest promotion, so that two rollbacks go two
steps back instead of back and forth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from chatbot.domain import ModelRecord
from chatbot.errors import NotFoundError, StorageError
from chatbot.storage.database.engine import Database
from chatbot.storage.database.key_value import change_revision, take_turns
from chatbot.storage.schema.tables import Model, table

CANDIDATE, LIVE, RETIRED = "candidate", "live", "retired"
MODEL = table(Model)
_RECORD = select(
    MODEL.c.kind,
    MODEL.c.version,
    MODEL.c.status,
    MODEL.c.created_at,
    MODEL.c.metrics,
    MODEL.c.parent,
    MODEL.c.data_hash,
    MODEL.c.promoted_at,
    MODEL.c.promoted_by,
    MODEL.c.verdict,
)
_LIVE = select(MODEL.c.version).where(MODEL.c.kind == bindparam("wanted"), MODEL.c.status == LIVE)


class SqlModelRegistry:
    """The model registry in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, kind: str, version: str, metrics: Mapping[str, Any], *, data_hash: str = "", by: str = ""
    ) -> ModelRecord:
        """Register a version as candidate; the first of its kind goes live. Its parent is the version live now.

        Raises:
            StorageError: the version is already registered.
        """
        now = dt.datetime.now(dt.UTC)
        try:
            with self._database.write() as connection:
                take_turns(connection)
                first = connection.scalar(select(MODEL.c.id).where(MODEL.c.kind == kind).limit(1)) is None
                status = LIVE if first else CANDIDATE
                row: dict[str, Any] = {"kind": kind, "version": version, "status": status, "metrics": dict(metrics)}
                row |= {"created_at": now, "promoted_at": now if first else None, "promoted_by": by if first else None}
                connection.execute(insert(MODEL), row | {"parent": _live(connection, kind), "data_hash": data_hash})
                if first:
                    change_revision(connection)
        except IntegrityError as error:
            raise StorageError(
                f"The {kind} model {version!r} is registered already; give it another version."
            ) from error
        return next(record for record in self.list(kind) if record.version == version)

    def list(self, kind: str | None = None) -> list[ModelRecord]:
        """The versions, newest first; of one kind or of all."""
        wanted = _RECORD.order_by(MODEL.c.id.desc())
        if kind is not None:
            wanted = wanted.where(MODEL.c.kind == kind)
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(wanted)]

    def live(self, kind: str) -> str | None:
        """The live version of a kind, or None."""
        with self._database.read() as connection:
            return _live(connection, kind)

    def note_verdict(self, kind: str, version: str, verdict: Mapping[str, Any]) -> None:
        """Store the gate's verdict on a version."""
        mine = update(MODEL).where(MODEL.c.kind == kind, MODEL.c.version == version)
        with self._database.write() as connection:
            connection.execute(mine.values(verdict=dict(verdict)))

    def promote(self, kind: str, version: str, *, by: str = "") -> None:
        """Make a version live and retire the one before. Nothing happens if it is already live.

        Raises:
            NotFoundError: no such version.
        """
        with self._database.write() as connection:
            take_turns(connection)
            status = connection.scalar(select(MODEL.c.status).where(MODEL.c.kind == kind, MODEL.c.version == version))
            if status is None:
                raise _no_model(kind, version)
            if status == LIVE:
                return
            _set_live(connection, kind, RETIRED)
            changed = {"status": LIVE, "promoted_at": dt.datetime.now(dt.UTC), "promoted_by": by}
            connection.execute(update(MODEL).where(MODEL.c.kind == kind, MODEL.c.version == version).values(changed))
            change_revision(connection)

    def rollback(self, kind: str) -> str:
        """Make the previously live version live again and return it; the one rolled back becomes a candidate.

        Raises:
            NotFoundError: no version of this kind was live before.
        """
        earlier = (
            select(MODEL.c.version)
            .where(MODEL.c.kind == kind, MODEL.c.status == RETIRED)
            .order_by(MODEL.c.promoted_at.desc(), MODEL.c.id.desc())
            .limit(1)
        )
        with self._database.write() as connection:
            take_turns(connection)
            version: str | None = connection.scalar(earlier)
            if version is None:
                raise NotFoundError.of(
                    "no_earlier_model",
                    "No {kind} model was live before the present one, so there is nothing to go back to.",
                    kind=kind,
                )
            _set_live(connection, kind, CANDIDATE)
            again = update(MODEL).where(MODEL.c.kind == kind, MODEL.c.version == version).values(status=LIVE)
            connection.execute(again)
            change_revision(connection)
        return version

    def delete(self, kind: str, version: str) -> None:
        """Remove a version that is not live from the registry.

        Raises:
            NotFoundError: no such version.
            StorageError: it is live.
        """
        mine = (MODEL.c.kind == kind, MODEL.c.version == version)
        with self._database.write() as connection:
            take_turns(connection)
            status = connection.scalar(select(MODEL.c.status).where(*mine))
            if status is None:
                raise _no_model(kind, version)
            if status == LIVE:
                raise StorageError(f"The {kind} model {version} is live. Promote another version, then delete it.")
            connection.execute(delete(MODEL).where(*mine))


def _record(row: Sequence[Any]) -> ModelRecord:
    kind, version, status, created_at, metrics, parent, data_hash, promoted_at, promoted_by, verdict = row
    who = promoted_by or ""
    return ModelRecord(
        kind, version, status, created_at, metrics, parent, data_hash or "", promoted_at, who, verdict or {}
    )


def _live(connection: Connection, kind: str) -> str | None:
    found: str | None = connection.scalar(_LIVE, {"wanted": kind})
    return found


def _set_live(connection: Connection, kind: str, status: str) -> None:
    """Change the status of the live version."""
    connection.execute(update(MODEL).where(MODEL.c.kind == kind, MODEL.c.status == LIVE).values(status=status))


def _no_model(kind: str, version: str) -> NotFoundError:
    return NotFoundError.of(
        "no_model", "There is no {kind} model {version!r}. See: chatbot models list.", kind=kind, version=version
    )
