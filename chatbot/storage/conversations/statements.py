"""The statements on conversations and messages, built once, since some are sent for every message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, insert, or_, select

from chatbot.domain import DecisionRecord, Message, Role
from chatbot.storage.conversations import handoff_guard
from chatbot.storage.schema import tables as schema

CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)
FEEDBACK = schema.table(schema.Feedback)
TITLE_CHARS = 80


def _append() -> Any:
    """INSERT of a message at the end of its conversation; inserts nothing if the conversation does not exist."""
    last = select(func.coalesce(func.max(MESSAGE.c.position), 0)).where(MESSAGE.c.conversation_id == CONVERSATION.c.id)
    row = select(
        CONVERSATION.c.id,
        last.correlate(CONVERSATION).scalar_subquery() + 1,
        bindparam("role_", type_=MESSAGE.c.role.type),
        bindparam("text_", type_=MESSAGE.c.text.type),
        bindparam("decision_", type_=MESSAGE.c.decision.type),
        bindparam("now_", type_=MESSAGE.c.created_at.type),
        bindparam("author_", type_=MESSAGE.c.author.type),
    ).where(CONVERSATION.c.id == bindparam("conversation_"))
    names = ["conversation_id", "position", "role", "text", "decision", "created_at", "author"]
    return insert(MESSAGE).from_select(names, row).returning(MESSAGE.c.id)


def conversation_rows() -> Select[Any]:
    """Conversations with message count, title (the customer's first message) and the agent who has each."""
    of_it = MESSAGE.c.conversation_id == CONVERSATION.c.id
    count = select(func.count()).select_from(MESSAGE).where(of_it).correlate(CONVERSATION).scalar_subquery()
    first = (
        select(func.substr(MESSAGE.c.text, 1, TITLE_CHARS))
        .where(of_it, MESSAGE.c.role == Role.CUSTOMER.value)
        .order_by(MESSAGE.c.position)
        .limit(1)
        .correlate(CONVERSATION)
        .scalar_subquery()
    )
    columns = (CONVERSATION.c.id, CONVERSATION.c.visitor_id, CONVERSATION.c.lang, CONVERSATION.c.started_at)
    held_by = handoff_guard.holder_of(CONVERSATION.c.id)
    passed_on = handoff_guard.was_passed_on(CONVERSATION.c.id)
    return select(*columns, CONVERSATION.c.origin, count, func.coalesce(first, ""), held_by, passed_on)


APPEND = _append()
CONVERSATIONS = conversation_rows()
ONE = CONVERSATIONS.where(CONVERSATION.c.id == bindparam("wanted"))
IN_TURN = select(CONVERSATION.c.id).where(CONVERSATION.c.id == bindparam("wanted")).with_for_update(key_share=True)
NEWEST_FIRST = (CONVERSATION.c.started_at.desc(), CONVERSATION.c.id)
_MESSAGE_COLUMNS = select(
    MESSAGE.c.role,
    MESSAGE.c.text,
    MESSAGE.c.id,
    MESSAGE.c.conversation_id,
    MESSAGE.c.created_at,
    MESSAGE.c.decision,
    FEEDBACK.c.helpful,
    func.coalesce(MESSAGE.c.author, ""),
).select_from(MESSAGE.outerjoin(FEEDBACK))
_MESSAGES = _MESSAGE_COLUMNS.where(MESSAGE.c.conversation_id == bindparam("wanted"))
OF_SEVERAL = _MESSAGE_COLUMNS.where(MESSAGE.c.conversation_id.in_(bindparam("several", expanding=True))).order_by(
    MESSAGE.c.conversation_id, MESSAGE.c.position
)
MANY = 500
"""Conversations per statement: databases limit the number of parameters."""
WITH_REASONS = OF_SEVERAL.add_columns(FEEDBACK.c.reason)
"""Like `OF_SEVERAL`, each row with the reason given with its thumb."""
IN_ORDER = _MESSAGES.order_by(MESSAGE.c.position)
LAST = _MESSAGES.order_by(MESSAGE.c.position.desc()).limit(bindparam("last_", type_=MESSAGE.c.position.type))


def message_of(row: Sequence[Any]) -> Message:
    """The message in a row of one of the statements on messages."""
    role, text, message_id, conversation_id, created_at, decision, helpful, author = row
    record = DecisionRecord.from_json(decision)
    return Message(Role(role), text, message_id, conversation_id, created_at, record, helpful, author)


def matching(wanted: Select[Any], search: str, origin: str) -> Select[Any]:
    """Narrow a statement to conversations of an origin, and to those that contain a text or have it as their id."""
    if origin:
        wanted = wanted.where(CONVERSATION.c.origin == origin)
    if search:
        said = exists().where(
            MESSAGE.c.conversation_id == CONVERSATION.c.id, MESSAGE.c.text.icontains(search, autoescape=True)
        )
        wanted = wanted.where(or_(said, CONVERSATION.c.id == search, CONVERSATION.c.visitor_id == search))
    return wanted
