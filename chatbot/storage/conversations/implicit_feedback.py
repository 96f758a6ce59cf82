"""Collects implicit feedback from the logged conversations into the table `signal`."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict

from sqlalchemy import Connection, delete, func, insert, or_, select

from chatbot.dialogue.implicit_feedback import conversation_signals
from chatbot.domain import Message, Role
from chatbot.storage.conversations.statements import WITH_REASONS, message_of
from chatbot.storage.database.engine import Database
from chatbot.storage.database.key_value import STATE, put
from chatbot.storage.schema import learning
from chatbot.storage.schema import tables as schema

CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)
FEEDBACK = schema.table(schema.Feedback)
SIGNAL = schema.table(learning.SignalRow)
SEEN_KEY = "signals_seen"
_AT_ONCE = 500
_OVERLAP = dt.timedelta(minutes=1)
"""Clocks of several processes differ, and a transaction may end after a later one."""


def collect_signals(database: Database) -> int:
    """Read what was logged since the last run; returns the number of signals in those conversations."""
    with database.read() as connection:
        now = dt.datetime.now(dt.UTC)
        newest = connection.scalar(select(func.max(MESSAGE.c.id))) or 0
        changed = _changed(connection)
    found = 0
    for start in range(0, len(changed), _AT_ONCE):
        with database.write() as connection:
            found += _renew(connection, changed[start : start + _AT_ONCE])
    with database.write() as connection:
        put(connection, SEEN_KEY, json.dumps([newest, (now - _OVERLAP).isoformat()]))
    return found


def _changed(connection: Connection) -> list[str]:
    """Conversations with messages or thumbs that were not processed yet."""
    kept = connection.scalar(select(STATE.c.value).where(STATE.c.key == SEEN_KEY))
    said = select(MESSAGE.c.conversation_id).outerjoin(FEEDBACK, FEEDBACK.c.message_id == MESSAGE.c.id)
    if kept is not None:
        last, since = json.loads(kept)
        said = said.where(or_(MESSAGE.c.id > last, FEEDBACK.c.updated_at >= dt.datetime.fromisoformat(since)))
    return list(connection.scalars(said.where(MESSAGE.c.role != Role.AGENT.value).distinct()))


def _renew(connection: Connection, conversations: list[str]) -> int:
    """Replace the stored signals of these conversations."""
    said: dict[str, list[Message]] = defaultdict(list)
    reasons: dict[int, str] = {}
    for *row, reason in connection.execute(WITH_REASONS, {"several": conversations}):
        message = message_of(row)
        said[message.conversation_id].append(message)
        if reason:
            reasons[message.id] = reason
    signals = [signal for messages in said.values() for signal in conversation_signals(messages, reasons)]
    own = select(MESSAGE.c.id).where(MESSAGE.c.conversation_id.in_(conversations))
    connection.execute(delete(SIGNAL).where(SIGNAL.c.message_id.in_(own)))
    if signals:
        rows = [
            {"message_id": s.message_id, "kind": s.kind.value, "intent": s.intent, "detail": s.detail} for s in signals
        ]
        connection.execute(insert(SIGNAL), rows)
    return len(signals)
