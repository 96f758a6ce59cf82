"""Opening a database: migrations, backups, and homes that cannot be used."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from chatbot.domain import Role
from chatbot.errors import ConfigError, StorageError
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database import upgrading
from chatbot.storage.database.engine import open_database
from chatbot.storage.schema.tables import REVISION, Base

FIVE = upgrading.BACKUPS_KEPT
NEXT = "9999"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def make(path: Path) -> Path:
    database = open_database(url(path), backup_dir=None)
    SqlConversationStore(database).start("visitor", "en")
    database.close()
    return path


def test_an_empty_home_gets_the_schema_of_the_models(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "new" / "home" / "chatbot.db"), backup_dir=tmp_path / "backups")
    with database.write() as connection:
        config = upgrading.alembic_config(connection)
        command.check(config)
        assert ScriptDirectory.from_config(config).get_current_head() == REVISION
    assert not (tmp_path / "backups").exists()
    assert REVISION in database.check()
    database.close()


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "chatbot.db"), backup_dir=None)
    with database.write() as connection:
        command.downgrade(upgrading.alembic_config(connection), "base")
        left = connection.execute(text("SELECT name FROM sqlite_master WHERE name != 'alembic_version'")).all()
        assert [name for (name,) in left if not name.startswith("sqlite_")] == []
        command.upgrade(upgrading.alembic_config(connection), "head")
    with database.read() as connection:
        tables = {name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    assert set(Base.metadata.tables) <= tables
    database.close()


def test_the_pragmas_are_set_on_every_connection_of_this_engine(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "chatbot.db"), backup_dir=None)
    with database.read() as first, database.read() as second:
        for connection in (first, second):
            values = [
                connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "busy_timeout", "synchronous", "foreign_keys")
            ]
            assert values == ["wal", 5000, 1, 1]
    database.close()


def test_a_database_at_the_current_revision_is_opened_without_alembic(tmp_path: Path) -> None:
    path = make(tmp_path / "chatbot.db")
    code = (
        "import sys\n"
        "from chatbot.storage.database.engine import open_database\n"
        f"open_database({url(path)!r}, backup_dir=None).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    path = tmp_path / "home" / "chatbot.db"
    opened = f"open_database({url(path)!r}, backup_dir=None).close()"
    code = f"from chatbot.storage.database.engine import open_database; {opened}"
    started = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(process.communicate()[1], process.returncode) for process in started] == [(b"", 0)] * 4
    database = open_database(url(path), backup_dir=None)
    assert SqlConversationStore(database).count() == 0
    database.close()


def test_an_older_database_is_copied_before_its_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, backups = make(tmp_path / "chatbot.db"), tmp_path / "backups"

    def newer(writer: object) -> None:
        set_revision(path, NEXT)

    monkeypatch.setattr(upgrading, "REVISION", NEXT)
    monkeypatch.setattr(upgrading, "_migrate", newer)
    open_database(url(path), backup_dir=backups).close()
    (copy,) = backups.iterdir()
    assert copy.name.startswith(f"chatbot-{REVISION}-")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM conversation").fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    open_database(url(path), backup_dir=backups).close()
    assert len(list(backups.iterdir())) == 1


def test_only_the_newest_copies_are_kept(tmp_path: Path) -> None:
    path = make(tmp_path / "chatbot.db")
    copies = [upgrading.back_up(path, tmp_path / "backups", "0001") for _ in range(FIVE + 2)]
    assert sorted((tmp_path / "backups").iterdir()) == sorted(copies[-FIVE:])


def test_a_failing_upgrade_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "chatbot.db")

    def half_done(config: object, revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        connection.execute(text("DROP TABLE audit"))
        raise RuntimeError("power cut")

    monkeypatch.setattr(upgrading, "REVISION", NEXT)
    monkeypatch.setattr(command, "upgrade", half_done)
    with pytest.raises(RuntimeError, match="power cut"):
        open_database(url(path), backup_dir=tmp_path / "backups")
    monkeypatch.undo()
    database = open_database(url(path), backup_dir=None)
    with database.read() as connection:
        names = {name for (name,) in connection.execute(text("SELECT name FROM sqlite_master"))}
    assert "audit" in names
    assert "half" not in names
    database.close()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "chatbot.db")
    set_revision(path, "9999")
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"newer version.*schema 9999.*Update the program"):
        open_database(url(path), backup_dir=tmp_path / "backups")
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "chatbot.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE message (x)")
    with pytest.raises(StorageError, match="another program"):
        open_database(url(path), backup_dir=None)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("message",)]


@pytest.mark.parametrize("content", [b"this is not a database at all, but it is long enough" * 20, b"x" * 5000])
def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chatbot.db"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="not a database") as caught:
        open_database(url(path), backup_dir=tmp_path / "backups")
    assert str(path) in str(caught.value)
    assert str(tmp_path / "backups") in str(caught.value)
    assert path.read_bytes() == content


def test_a_damaged_database_is_reported_on_use_and_on_check(tmp_path: Path) -> None:
    path = make(tmp_path / "chatbot.db")
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content)):
        content[at] = 0xA5
    path.write_bytes(bytes(content))
    with pytest.raises(StorageError, match="damaged"):
        database = open_database(url(path), backup_dir=tmp_path / "backups")
        SqlConversationStore(database).start("visitor", "en")


def test_a_home_below_a_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError, match=r"cannot be opened for writing.*CHATBOT_HOME"):
        open_database(url(tmp_path / "home" / "chatbot.db"), backup_dir=None)


def test_a_directory_in_place_of_the_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "chatbot.db").mkdir()
    with pytest.raises(StorageError, match="cannot be opened"):
        open_database(url(tmp_path / "chatbot.db"), backup_dir=None)


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "is full"), (errno.EROFS, "read-only"), (errno.EACCES, "permission denied")]
)
def test_a_home_that_cannot_be_created_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match=said):
        open_database(url(tmp_path / "home" / "chatbot.db"), backup_dir=None)


def test_a_copy_that_cannot_be_made_stops_the_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "chatbot.db")
    (tmp_path / "backups").write_text("a file")
    monkeypatch.setattr(upgrading, "REVISION", NEXT)
    with pytest.raises(StorageError):
        open_database(url(path), backup_dir=tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISION,)


@pytest.mark.parametrize(
    "bad", ["nonsense", "mysql://u:p@h/d", "sqlite://", "sqlite:///:memory:", "postgresql+nope://h/d"]
)
def test_a_url_that_names_no_usable_database_is_refused_without_showing_it(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_database(bad, backup_dir=None)
    assert "u:p" not in str(caught.value)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StorageError, match="cannot be reached") as caught:
        open_database("postgresql+psycopg://app:secret@127.0.0.1:1/chat?connect_timeout=2", backup_dir=None)
    assert "secret" not in str(caught.value)


def test_messages_cannot_be_changed_by_anybody(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "chatbot.db"), backup_dir=None)
    store = SqlConversationStore(database)
    begun = store.start("visitor", "en")
    store.add_message(begun.id, Role.CUSTOMER, "hello")
    with pytest.raises(DatabaseError, match="append-only"), database.write() as connection:
        connection.execute(text("UPDATE message SET text = 'other'"))
    assert store.messages(begun.id)[0].text == "hello"
    database.close()


def test_times_come_back_in_utc_to_the_microsecond(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "chatbot.db"), backup_dir=None)
    store = SqlConversationStore(database)
    begun = store.start("visitor", "en")
    assert store.get(begun.id).started_at == begun.started_at
    assert store.get(begun.id).started_at.tzinfo is dt.UTC
    database.close()
