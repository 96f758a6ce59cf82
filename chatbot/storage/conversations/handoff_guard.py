"""Records that a conversation waits for an agent, and rejects replies of others while somebody has it.

It works within the transaction that stores a message.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from chatbot.domain import Role
from chatbot.errors import HeldError
from chatbot.storage.schema import handoff as schema_handoff
from chatbot.storage.schema import tables

HANDOFF = tables.table(schema_handoff.HandoffRow)
# Whoever takes the conversation waits for the message that is being stored, or this one waits and sees the new holder.
_HOLDER = (
    select(HANDOFF.c.taken_by)
    .where(HANDOFF.c.conversation_id == bindparam("wanted"), HANDOFF.c.settled_at.is_(None))
    .with_for_update(key_share=True)
)


def holder_of(conversation_id: Any) -> Any:
    """Column: who has the conversation with the id in the given column; empty if nobody has."""
    mine = (HANDOFF.c.conversation_id == conversation_id, HANDOFF.c.settled_at.is_(None))
    return func.coalesce(select(HANDOFF.c.taken_by).where(*mine).correlate(conversation_id.table).scalar_subquery(), "")


def was_passed_on(conversation_id: Any) -> Any:
    """Column: whether the conversation with the id in the given column was ever handed off."""
    mine = select(HANDOFF.c.conversation_id).where(HANDOFF.c.conversation_id == conversation_id)
    return mine.correlate(conversation_id.table).exists()


def check_turn(connection: Connection, conversation_id: str, role: Role, author: str) -> None:
    """Reject a reply by anybody but the one who has the conversation: the assistant, or an agent.

    Raises:
        HeldError: `author`, empty for the assistant, does not have it.
    """
    if role is Role.CUSTOMER:
        return
    holder = connection.scalar(_HOLDER, {"wanted": conversation_id}) or ""
    if holder == author:
        return
    if holder:
        raise held(conversation_id, holder)
    raise HeldError(
        f"{author} has not taken conversation {conversation_id}. Take it first: "
        f"chatbot conversations take {conversation_id} --by NAME"
    )


def held(conversation_id: str, holder: str) -> HeldError:
    """The error for whoever comes second."""
    return HeldError(
        f"{holder} has conversation {conversation_id} and answers in it. To go on in {holder}'s place: "
        f"chatbot conversations take {conversation_id} --by NAME --from {holder!r}"
    )


def note(connection: Connection, conversation_id: str, now: dt.datetime) -> None:
    """Let a conversation wait for an agent from `now` on; one that is already waiting keeps its time."""
    mine = HANDOFF.c.conversation_id == conversation_id
    known = connection.execute(select(HANDOFF.c.settled_at).where(mine)).one_or_none()
    waits = {"asked_at": now, "settled_at": None, "settled_by": "", "taken_at": None, "taken_by": "", "told_at": None}
    if known is None:
        connection.execute(insert(HANDOFF), waits | {"conversation_id": conversation_id})
    elif known.settled_at is not None:
        connection.execute(update(HANDOFF).where(mine).values(waits))
