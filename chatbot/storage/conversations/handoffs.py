"""Conversations that wait for an agent, who has them and who settled them (port `HandoffStore`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, or_, select, update

from chatbot.domain import Conversation, Role
from chatbot.domain.handoffs import Handoff
from chatbot.errors import HeldError, NotFoundError
from chatbot.storage.conversations.handoff_guard import HANDOFF, held
from chatbot.storage.conversations.statements import CONVERSATION, MESSAGE, conversation_rows, matching
from chatbot.storage.database.engine import Database

_JOINED = HANDOFF.c.conversation_id == CONVERSATION.c.id
_WAITS = HANDOFF.c.settled_at.is_(None)
_OWN = 5
"""Columns of a handoff after those of its conversation."""


def _newest(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The given column of the newest message."""
    of_it = select(column).where(MESSAGE.c.conversation_id == CONVERSATION.c.id)
    newest: ColumnElement[Any] = (
        of_it.order_by(MESSAGE.c.position.desc()).limit(1).correlate(CONVERSATION).scalar_subquery()
    )
    return newest


def _handoffs() -> Select[Any]:
    own = (HANDOFF.c.asked_at, HANDOFF.c.settled_at, HANDOFF.c.settled_by, HANDOFF.c.taken_at)
    return conversation_rows().add_columns(*own, _newest(MESSAGE.c.role))


_HANDOFFS = _handoffs()
_OF_ONE = _HANDOFFS.join(HANDOFF, _JOINED).where(HANDOFF.c.conversation_id == bindparam("wanted"))
_UNTOLD = and_(_WAITS, HANDOFF.c.told_at.is_(None))
_SINCE = HANDOFF.c.asked_at > bindparam("since", type_=HANDOFF.c.asked_at.type)
_NEW = _HANDOFFS.join(HANDOFF, _JOINED).where(_UNTOLD, _SINCE).order_by(HANDOFF.c.asked_at)


class SqlHandoffStore:
    """The list in the database; a conversation that is erased leaves it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> list[Handoff]:
        """Waiting conversations, longest wait first, or settled ones, newest first."""
        wanted = _matching(_HANDOFFS, settled, search)
        order = HANDOFF.c.settled_at.desc() if settled else HANDOFF.c.asked_at
        wanted = wanted.order_by(order, CONVERSATION.c.id).limit(limit).offset(offset)
        with self._database.read() as connection:
            return [_handoff(row) for row in connection.execute(wanted)]

    def count(self, *, settled: bool = False, search: str = "", unanswered: bool = False) -> int:
        """Number of conversations that `list` has in all; with `unanswered`, only those without an agent's reply."""
        wanted = _matching(select(func.count()).select_from(CONVERSATION), settled, search)
        if unanswered:
            wanted = wanted.where(_WAITS, or_(HANDOFF.c.taken_by == "", _newest(MESSAGE.c.role) != Role.AGENT.value))
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def of(self, conversation_id: str) -> Handoff | None:
        """The handoff of a conversation; None if it was never handed off."""
        with self._database.read() as connection:
            row = connection.execute(_OF_ONE, {"wanted": conversation_id}).one_or_none()
        return None if row is None else _handoff(row)

    def take(self, conversation_id: str, by: str, *, instead_of: str = "") -> None:
        """Let `by` answer in a waiting conversation.

        Raises:
            NotFoundError: it is not waiting.
            HeldError: somebody other than `instead_of` has it.
        """
        with self._database.write() as connection:
            holder = _holder(connection, conversation_id)
            if holder == by:
                return
            if holder not in ("", instead_of):
                raise held(conversation_id, holder)
            connection.execute(_of(conversation_id).values(taken_at=_now(), taken_by=by))

    def hand_back(self, conversation_id: str, by: str) -> None:
        """Let the assistant answer again; the conversation keeps waiting.

        Raises:
            NotFoundError: it is not waiting.
            HeldError: `by` does not have it.
        """
        with self._database.write() as connection:
            holder = _holder(connection, conversation_id)
            if not holder:
                raise HeldError(f"Nobody has taken conversation {conversation_id}, so it cannot be handed back.")
            if holder != by:
                raise held(conversation_id, holder)
            connection.execute(_of(conversation_id).values(taken_at=None, taken_by=""))

    def settle(self, conversation_id: str, by: str) -> None:
        """Remove a conversation from the waiting list.

        Raises:
            NotFoundError: it is not waiting.
            HeldError: somebody other than `by` has it.
        """
        with self._database.write() as connection:
            holder = _holder(connection, conversation_id)
            if holder not in ("", by):
                raise held(conversation_id, holder)
            done = {"settled_at": _now(), "settled_by": by, "taken_at": None, "taken_by": ""}
            connection.execute(_of(conversation_id).values(**done))

    def reopen(self, conversation_id: str) -> None:
        """Put a settled conversation back.

        Raises:
            NotFoundError: it is not settled.
        """
        with self._database.write() as connection:
            again = _of(conversation_id).where(HANDOFF.c.settled_at.is_not(None))
            changed = connection.execute(again.values(settled_at=None, settled_by="")).rowcount
        if not changed:
            raise NotFoundError(f"Conversation {conversation_id!r} is not settled, so it cannot be put back.")

    def release(self, silent_since: dt.datetime) -> Sequence[tuple[str, str]]:
        """Hand back taken conversations in which no agent has written since that moment."""
        silent = (
            _WAITS,
            HANDOFF.c.taken_by != "",
            HANDOFF.c.taken_at < silent_since,
            _newest(MESSAGE.c.role) != Role.AGENT.value,
            _newest(MESSAGE.c.created_at) < silent_since,
        )
        held = select(CONVERSATION.c.id, HANDOFF.c.taken_by).join(HANDOFF, _JOINED).where(*silent)
        with self._database.read() as connection:
            if connection.execute(held.limit(1)).one_or_none() is None:
                return []
        with self._database.write() as connection:
            found = [(str(one), str(by)) for one, by in connection.execute(held.with_for_update(of=HANDOFF))]
            for conversation_id, _ in found:
                connection.execute(_of(conversation_id).values(taken_at=None, taken_by=""))
        return found

    def newly_waiting(self, since: dt.datetime) -> Sequence[Handoff]:
        """Conversations that began to wait after `since` and that this method has not yet returned to any process."""
        with self._database.read() as connection:
            found = [_handoff(row) for row in connection.execute(_NEW, {"since": since})]
        if not found:
            return []
        with self._database.write() as connection:
            mine = [
                connection.execute(_of(one.conversation.id).where(_UNTOLD).values(told_at=_now())).rowcount == 1
                for one in found
            ]
        return [one for one, is_mine in zip(found, mine, strict=True) if is_mine]


def _holder(connection: Connection, conversation_id: str) -> str:
    """Who has a waiting conversation, empty if nobody; nobody else can change that before the transaction ends.

    Raises:
        NotFoundError: it is not waiting.
    """
    row = select(HANDOFF.c.taken_by).where(HANDOFF.c.conversation_id == conversation_id, _WAITS)
    holder: str | None = connection.scalar(row.with_for_update(key_share=True))
    if holder is None:
        raise NotFoundError(
            f"Conversation {conversation_id!r} does not wait. See: chatbot conversations list --waiting"
        )
    return holder


def _handoff(row: Row[Any]) -> Handoff:
    asked_at, settled_at, settled_by, taken_at, last = row[-_OWN:]
    spoke_last = Role(last) if last else None
    return Handoff(Conversation(*row[:-_OWN]), asked_at, settled_at, settled_by, taken_at, spoke_last)


def _of(conversation_id: str) -> Any:
    return update(HANDOFF).where(HANDOFF.c.conversation_id == conversation_id)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _matching(rows: Select[Any], settled: bool, search: str) -> Select[Any]:
    state = HANDOFF.c.settled_at.is_not(None) if settled else _WAITS
    return matching(rows.join(HANDOFF, _JOINED).where(state), search, "")
