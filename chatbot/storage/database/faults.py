"""Turns database errors that the user can act on into one sentence.

These are a full disk, a read-only or damaged file, a lock and a lost server, as reported by SQLite and PostgreSQL.
Every other error is a bug and keeps its type and traceback.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chatbot.errors import Problem, StorageError

DISK_FULL = ("database or disk is full",)
READ_ONLY = ("readonly database", "unable to open database file", "read-only transaction")
DAMAGED = ("malformed", "file is not a database", "disk i/o error")
DISK_FAILED = tuple(f"SQLITE_IOERR_{what}" for what in ("WRITE", "FSYNC", "TRUNCATE", "SHMOPEN", "SHMSIZE", "SHMMAP"))
"""The file is intact, but the disk did not accept a write: quota exceeded or size limit reached."""
LOCKED = ("database is locked", "database table is locked", "database schema is locked", "could not obtain lock")
PG_DISK_FULL = "53100"
PG_READ_ONLY = "25006"
PG_LOCKED = "55P03"


@contextmanager
def as_storage_errors(place: str, backups: Path | None = None) -> Iterator[None]:
    """Convert the known conditions to StorageError; `place` is the file or server to name.

    Raises:
        StorageError: disk full, not writable, damaged, locked, or server not reachable.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StorageError.of(
            "database_busy", "Every connection to {place} is busy; try again in a moment.", place=place
        ) from error
    except DBAPIError as error:
        problem = explain(error, place, backups)
        if problem is None:
            raise
        raise StorageError(problem) from error
    except OSError as error:
        raise StorageError(explain_os(error, place)) from error


def explain(error: DBAPIError, place: str, backups: Path | None) -> Problem | None:
    """The problem to report, or None if the error is none of the known conditions."""
    said = str(error.orig).lower()
    code = getattr(error.orig, "sqlstate", None)
    if code == PG_DISK_FULL or _any_in(DISK_FULL, said):
        return _full(place)
    if getattr(error.orig, "sqlite_errorname", "") in DISK_FAILED:
        return Problem.of(
            "disk_refused",
            "The disk that holds {place} refused to write ({reason}), so nothing was saved. Check its space, quota and"
            " health and try again.",
            place=place,
            reason=said,
        )
    if code == PG_READ_ONLY or _any_in(READ_ONLY, said):
        return _not_writable(place, said)
    if _any_in(DAMAGED, said):
        return Problem.of(
            "database_damaged",
            "{place} is damaged or not a database ({reason}); it was left as it is. {advice}",
            place=place,
            reason=said,
            advice=restoring(backups),
        )
    if code == PG_LOCKED or _any_in(LOCKED, said):
        return Problem.of(
            "database_locked",
            "{place} has been locked by another program for too long. Close that program and try again.",
            place=place,
        )
    lost = error.connection_invalidated or (isinstance(error, OperationalError) and code is None)
    if lost and type(error.orig).__module__.startswith("psycopg"):
        first = said.strip().splitlines()[0] if said.strip() else "no reason given"
        return Problem.of(
            "database_unreachable",
            "The database {place} cannot be reached ({reason}). Start the server or correct CHATBOT_DATABASE_URL.",
            place=place,
            reason=first,
        )
    return None


def restoring(backups: Path | None) -> Problem:
    """The advice on a damaged database."""
    if backups is None:
        return Problem.of("restore_backup", "Move the file away and restore a backup.")
    return Problem.of("restore_copy", "Move the file away and restore the newest copy from {folder}.", folder=backups)


def explain_os(error: OSError, place: str) -> Problem:
    """The problem to report for a file system error around the database file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(place)
    return _not_writable(place, (error.strerror or str(error)).lower())


def _full(place: str) -> Problem:
    return Problem.of(
        "disk_full",
        "The disk that holds {place} is full, so nothing was saved. Free some space and try again.",
        place=place,
    )


def _not_writable(place: str, reason: str) -> Problem:
    return Problem.of(
        "not_writable",
        "{place} cannot be opened for writing ({reason})."
        " Allow this user to write there or set CHATBOT_HOME to another directory.",
        place=place,
        reason=reason,
    )


def _any_in(needles: tuple[str, ...], said: str) -> bool:
    return any(needle in said for needle in needles)
