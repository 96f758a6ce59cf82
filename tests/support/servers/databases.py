"""Databases that every store must support: SQLite, and a real PostgreSQL if one is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chatbot.storage.database.engine import Database


def programs() -> Path | None:
    """The directory of initdb and pg_ctl, which Debian does not put on the PATH."""
    found = shutil.which("initdb")
    directories = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return directories[-1] if directories else None


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a server that runs for the duration of the context; skips the test if PostgreSQL is not installed."""
    where = programs()
    if where is None:
        pytest.skip("no PostgreSQL server is installed")
    # Not under tmp_path: the server runs as another user, and the path of its socket must be short.
    directory = Path(tempfile.mkdtemp(prefix="pg"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(directory, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(where / program), "-D", str(directory / "data"), *arguments],
            check=True,
            cwd=directory,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={directory} -c fsync=off"
    run("pg_ctl", "-w", "-l", str(directory / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://app@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    from chatbot.storage.database.engine import open_database

    opened = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield opened
    opened.close()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    """An empty database, which is discarded after the test."""
    from alembic import command

    from chatbot.storage.database import upgrading
    from chatbot.storage.database.engine import open_database

    opened = open_database(postgresql_url, backup_dir=None)
    yield opened
    with opened.write() as connection:
        command.downgrade(upgrading.alembic_config(connection), "base")
    opened.close()
