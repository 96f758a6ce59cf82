"""Upgrades a database to the schema of this program, once, however many processes are starting."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from chatbot.errors import StorageError
from chatbot.storage.schema.tables import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

BACKUPS_KEPT = 5
_LOCK_SECONDS = 600.0
"""Long, since an upgrade of a large database copies it first."""
VERSION_TABLE = "alembic_version"
POSTGRESQL_LOCK = 7_249_318_651
"""Any fixed number: processes that upgrade the same server wait for each other on this lock."""


def upgrade(engine: Engine, writer: Engine, path: Path | None, backup_dir: Path | None) -> None:
    """Do nothing at the current revision; else copy an existing file to `backup_dir`, then migrate in one transaction.

    Raises:
        StorageError: the database is newer than this program, or belongs to another one.
    """
    if path is None:
        _migrate(writer)
        return
    if _has_content(path) and _revision_of(engine) == REVISION:
        return
    with _locked(path.with_name(path.name + ".lock")):
        if _has_content(path):
            found = _revision_of(engine)
            if found == REVISION:
                return
            _check(found, str(path))
            _refuse_strangers(engine, found, path)
            if found is not None and backup_dir is not None:
                copy = back_up(path, backup_dir, found)
                log.info("schema %s is behind %s; copied to %s", found, REVISION, copy)
        _migrate(writer)


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings, built in code: there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def back_up(path: Path, backup_dir: Path, revision: str) -> Path:
    """Copy a live SQLite file to `chatbot-<revision>-<utc>.db` and keep the newest five copies; returns the path."""
    backup_dir.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = backup_dir / f"chatbot-{revision}-{now}.db"
    unfinished = copy.with_suffix(".part")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        unfinished.replace(copy)
    except sqlite3.Error as error:
        raise StorageError(
            f"{path} could not be copied to {backup_dir} before its upgrade ({error}), so it was left as it is."
            " Free some space there and start again."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    copies = sorted(backup_dir.glob("chatbot-*.db"), key=lambda found: found.stem.rsplit("-", 1)[-1])
    for old in copies[:-BACKUPS_KEPT]:
        old.unlink(missing_ok=True)
    return copy


def _has_content(path: Path) -> bool:
    """Whether the file has any content; an empty file counts as no database."""
    return path.exists() and path.stat().st_size > 0


def _revision_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return found


def _migrate(writer: Engine) -> None:
    with writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRESQL_LOCK})
        found = _revision(connection)
        if found == REVISION:
            return
        _check(found, connection.engine.url.render_as_string(hide_password=True))
        from alembic import command

        command.upgrade(alembic_config(connection), REVISION)


def _check(found: str | None, place: str) -> None:
    """Reject a revision that is unknown to this program."""
    if found is None:
        return
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found not in known:
        raise StorageError(
            f"{place} was written by a newer version of this program (schema {found}, this one knows {REVISION})."
            " Update the program or choose another CHATBOT_HOME."
        )


def _refuse_strangers(engine: Engine, found: str | None, path: Path) -> None:
    if found is None and inspect(engine).get_table_names():
        raise StorageError(
            f"{path} is the database of another program, so it was left as it is. Choose another CHATBOT_HOME."
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Wait for and hold a lock between processes; the operating system releases it when the process ends.

    Raises:
        StorageError: another process holds it for more than ten minutes.
    """
    # If the lock file were removed, two processes could hold the lock.
    lock = FileLock(path, timeout=_LOCK_SECONDS, preserve_lock_file=True)
    try:
        held = lock.acquire()
    except Timeout as error:
        raise StorageError(
            f"Another process has been upgrading the database for {_LOCK_SECONDS / 60:.0f} minutes: {path} is locked."
            " Wait until it has ended, or end it, and start again."
        ) from error
    with held:
        yield
