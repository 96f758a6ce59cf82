"""The connection to the database: SQLite in the home directory, or PostgreSQL by URL.

Apart from the migrations, this is the only module with SQL that is specific to one database.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from chatbot.errors import ConfigError, StorageError
from chatbot.storage.database.faults import as_storage_errors, restoring
from chatbot.storage.database.upgrading import upgrade
from chatbot.storage.schema.tables import REVISION

BUSY_MS = 5000
PRAGMAS = (
    f"busy_timeout={BUSY_MS}",  # first: the switch to WAL may have to wait
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=FAST",  # erased data is overwritten wherever that costs no extra write
)
STAGING_PRAGMAS = (
    "cache_size=-65536",  # KiB: the storing transaction writes no page twice
    "temp.cache_size=-32768",
    "wal_autocheckpoint=0",  # `storing` does it once nobody waits for the lock
)
IMMEDIATE = "begin_immediate"


@dataclass(frozen=True)
class Database:
    """An open database at the current schema. Safe to share between threads; each call is one transaction."""

    engine: Engine
    reader: Engine
    writer: Engine
    place: str
    backups: Path | None
    write_lock: threading.Lock | nullcontext[None]

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose statements see one snapshot of the database.

        Raises:
            StorageError: the database cannot be read.
        """
        with as_storage_errors(self.place, self.backups), self.reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, keep: bool = True) -> Iterator[Connection]:
        """A connection whose statements are committed together at the end, or rolled back on any error.

        If `keep` is false, everything is rolled back at the end: a dry run.

        Raises:
            StorageError: the database cannot be written.
        """
        # The lock spares threads of this process SQLite's polling wait, which is slow and unfair.
        with as_storage_errors(self.place, self.backups), self.write_lock, self.writer.connect() as connection:
            yield connection
            if keep:
                connection.commit()

    @contextmanager
    def staging(self) -> Iterator[Connection]:
        """A connection for temporary tables, whose writes block nobody; `storing` makes the changes permanent.

        It is closed at the end, which drops its temporary tables.

        Raises:
            StorageError: the database cannot be read.
        """
        with as_storage_errors(self.place, self.backups), self.engine.connect() as connection:
            connection.detach()
            if connection.dialect.name == "sqlite":
                for pragma in STAGING_PRAGMAS:
                    _plain(connection).execute(f"PRAGMA {pragma}")
            yield connection

    @contextmanager
    def storing(self, connection: Connection) -> Iterator[None]:
        """The one transaction of a staging connection that changes the database: committed at the end, or rolled back.

        Raises:
            StorageError: the database cannot be written.
        """
        connection.commit()
        with as_storage_errors(self.place, self.backups), self.write_lock:
            connection.execution_options(**{IMMEDIATE: True})
            try:
                yield
                connection.commit()
            finally:
                connection.rollback()
                connection.execution_options(**{IMMEDIATE: False})
        if connection.dialect.name == "sqlite":
            with suppress(sqlite3.Error):  # everything is stored; the next writer moves the rest
                _plain(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")

    def check(self) -> str:
        """Check for damage; returns what was checked, for display.

        Raises:
            StorageError: the database is damaged or cannot be read.
        """
        with self.read() as connection:
            found = "ok"
            if connection.dialect.name == "sqlite":
                found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
            else:
                connection.execute(text("SELECT 1"))
        if found != "ok":
            raise StorageError(f"{self.place} is damaged ({found}). {restoring(self.backups)}")
        return f"{self.place}, schema {REVISION}"

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str, *, backup_dir: Path | None) -> Database:
    """Open the database, creating or upgrading it if necessary.

    Several processes may do so at once; one upgrades, the others wait. Before an upgrade a SQLite file is copied to
    `backup_dir` (None: no copy).

    Raises:
        ConfigError: the URL names no usable database.
        StorageError: the database cannot be read, written or upgraded, or is newer than this program.
    """
    parsed = _parse(url)
    path = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
    place = str(path) if path is not None else parsed.render_as_string(hide_password=True)
    with as_storage_errors(place, backup_dir):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(parsed)
        try:
            upgrade(engine, engine.execution_options(**{IMMEDIATE: True}), path, backup_dir)
        except BaseException:
            engine.dispose()
            raise
    return Database(
        engine=engine,
        reader=engine if path is not None else engine.execution_options(isolation_level="REPEATABLE READ"),
        writer=engine.execution_options(**{IMMEDIATE: True}),
        place=place,
        backups=backup_dir,
        write_lock=threading.Lock() if path is not None else nullcontext(),
    )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "CHATBOT_DATABASE_URL is not a database URL. Write postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            " or sqlite:///PATH, or leave it empty."
        ) from error
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise ConfigError(f"CHATBOT_DATABASE_URL names the database {backend!r}. Use postgresql+psycopg or sqlite.")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigError("CHATBOT_DATABASE_URL names a SQLite database without a file. Write sqlite:///PATH.")
    return parsed


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(
            url,
            pool_size=8,
            max_overflow=24,
            pool_pre_ping=not sqlite,  # a server may have dropped the connection, a file cannot
            json_serializer=_to_json,
        )
    except (NoSuchModuleError, ImportError) as error:
        raise ConfigError(
            f"The database driver {url.drivername!r} is not installed. Run: pip install 'chatbot[postgres]'."
        ) from error
    if sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Set up one SQLite connection; the driver begins no transaction on its own, so that `_begin` decides how."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes the write lock at once: upgrading a read transaction later fails if somebody wrote in between.
    statement = "BEGIN IMMEDIATE" if connection.get_execution_options().get(IMMEDIATE, False) else "BEGIN"
    try:
        # Bypasses SQLAlchemy, whose overhead exceeds the statement: every reply has three transactions.
        _plain(connection).execute(statement)
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error) from error


def _plain(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection."""
    return connection.connection.dbapi_connection  # type: ignore[return-value]  # it is sqlite3's


def _to_json(value: Any) -> str:
    """JSON that people can read in the database; a lone surrogate, which no database accepts, becomes `?`."""
    dumped = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return dumped.encode("utf-8", "replace").decode("utf-8")
