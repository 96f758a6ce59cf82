"""Small strings by key (port `StateStore`), among them the revision of knowledge and live models."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from chatbot.storage.database.engine import Database
from chatbot.storage.schema.tables import State, table

REVISION_KEY = "revision"
STATE = table(State)
_GET = select(STATE.c.value).where(STATE.c.key == REVISION_KEY)


class SqlStateStore:
    """Small strings that survive a restart: password hash, cookie secret."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The value, or None if it was never set."""
        with self._database.read() as connection:
            found: str | None = connection.scalar(select(STATE.c.value).where(STATE.c.key == key))
        return found

    def set(self, key: str, value: str) -> None:
        """Store the value, replacing an earlier one."""
        try:
            with self._database.write() as connection:
                put(connection, key, value)
        except IntegrityError:  # another process inserted the key in between, so now it can be updated
            with self._database.write() as connection:
                put(connection, key, value)

    def set_default(self, key: str, value: str) -> str:
        """Store the value unless there is one, and return the stored value: of several processes one wins."""
        found = self.get(key)
        if found is not None:
            return found
        try:
            with self._database.write() as connection:
                connection.execute(insert(STATE).values(key=key, value=value))
        except IntegrityError:
            return self.get(key) or value
        return value


def read_revision(connection: Connection) -> str:
    """The current revision of knowledge and live models: one select by primary key."""
    return str(connection.scalar(_GET))


def take_turns(connection: Connection) -> None:
    """Serialise changes of knowledge and live models until commit.

    On PostgreSQL it locks the row of the revision; on SQLite there is only one writer anyway, and this is a plain read.
    """
    connection.execute(_GET.with_for_update())


def change_revision(connection: Connection) -> None:
    """Set the revision to a value that differs from every earlier one, including those before a restored backup."""
    put(connection, REVISION_KEY, secrets.token_hex(8))


def put(connection: Connection, key: str, value: str) -> None:
    """Store a value within the caller's transaction."""
    if connection.execute(update(STATE).where(STATE.c.key == key).values(value=value)).rowcount == 0:
        connection.execute(insert(STATE).values(key=key, value=value))
