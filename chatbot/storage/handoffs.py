"""Conversations that wait for a person, and who settled them (port `HandoffStore`).

Knows: the tables. Does not know: why a conversation was passed on.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, select, update

from chatbot.domain import Conversation
from chatbot.domain.handoffs import Handoff
from chatbot.errors import NotFoundError
from chatbot.storage.conversations import CONVERSATION, conversation_rows, matching
from chatbot.storage.engine import Database
from chatbot.storage.passed_on import HANDOFF

_JOINED = HANDOFF.c.conversation_id == CONVERSATION.c.id


class SqlHandoffStore:
    """The list in the database; a conversation that is erased leaves it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> list[Handoff]:
        """Those that wait, or those that are settled, the newest first."""
        wanted = conversation_rows().add_columns(HANDOFF.c.asked_at, HANDOFF.c.settled_at, HANDOFF.c.settled_by)
        wanted = _wanted(wanted, settled, search)
        newest = HANDOFF.c.settled_at if settled else HANDOFF.c.asked_at
        wanted = wanted.order_by(newest.desc(), CONVERSATION.c.id).limit(limit).offset(offset)
        with self._database.read() as connection:
            return [Handoff(Conversation(*row[:-3]), *row[-3:]) for row in connection.execute(wanted)]

    def count(self, *, settled: bool = False, search: str = "") -> int:
        """How many `list` would go through."""
        wanted = _wanted(select(func.count()).select_from(CONVERSATION), settled, search)
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def settle(self, conversation_id: str, by: str) -> None:
        """Take a conversation off the list.

        Raises:
            NotFoundError: it does not wait.
        """
        values = {"settled_at": dt.datetime.now(dt.UTC), "settled_by": by}
        waits = HANDOFF.c.settled_at.is_(None)
        with self._database.write() as connection:
            changed = connection.execute(_of(conversation_id).where(waits).values(**values)).rowcount
        if not changed:
            raise NotFoundError(
                f"Conversation {conversation_id!r} does not wait. See: chatbot conversations list --waiting"
            )

    def reopen(self, conversation_id: str) -> None:
        """Put a settled conversation back.

        Raises:
            NotFoundError: it is not settled.
        """
        done = HANDOFF.c.settled_at.is_not(None)
        with self._database.write() as connection:
            changed = connection.execute(
                _of(conversation_id).where(done).values(settled_at=None, settled_by="")
            ).rowcount
        if not changed:
            raise NotFoundError(f"Conversation {conversation_id!r} is not settled, so it cannot be put back.")


def _of(conversation_id: str) -> Any:
    return update(HANDOFF).where(HANDOFF.c.conversation_id == conversation_id)


def _wanted(rows: Select[Any], settled: bool, search: str) -> Select[Any]:
    state = HANDOFF.c.settled_at.is_not(None) if settled else HANDOFF.c.settled_at.is_(None)
    return matching(rows.join(HANDOFF, _JOINED).where(state), search, "")
