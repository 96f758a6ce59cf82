"""Notes that a conversation waits for a person, in the transaction that stores the reply which says so.

Knows: the table `handoff`. Does not know: who looks after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from chatbot.domain import Route
from chatbot.storage import schema, schema_handoff

HANDOFF = schema.table(schema_handoff.HandoffRow)


def note(connection: Connection, conversation_id: str, decision: Mapping[str, Any] | None, now: dt.datetime) -> None:
    """Let a conversation wait if this reply passes it on; one that waits already goes on waiting."""
    if not decision or decision.get("route") != Route.HANDOFF.value:
        return
    mine = HANDOFF.c.conversation_id == conversation_id
    known = connection.execute(select(HANDOFF.c.settled_at).where(mine)).one_or_none()
    waits = {"asked_at": now, "settled_at": None, "settled_by": ""}
    if known is None:
        connection.execute(insert(HANDOFF), waits | {"conversation_id": conversation_id})
    elif known.settled_at is not None:
        connection.execute(update(HANDOFF).where(mine).values(waits))
