"""Counts how often the assistant took each route lately, in one statement."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, select

from chatbot.domain import Role
from chatbot.storage.schema import tables as schema

CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)


def route_counts(connection: Connection, *, newest: int) -> tuple[dict[str, int], int]:
    """Number of answers by route in the `newest` newest conversations, and number of those conversations."""
    newest_first = (CONVERSATION.c.started_at.desc(), CONVERSATION.c.id)
    latest = select(CONVERSATION.c.id).order_by(*newest_first).limit(newest).cte("latest")
    answers = and_(MESSAGE.c.conversation_id == latest.c.id, MESSAGE.c.role == Role.ASSISTANT.value)
    said = (
        select(MESSAGE.c.decision["route"].as_string().label("route"))
        .select_from(latest.outerjoin(MESSAGE, answers))
        .subquery()
    )
    conversations = select(func.count()).select_from(latest).scalar_subquery()
    rows = connection.execute(select(said.c.route, func.count(), conversations).group_by(said.c.route)).all()
    return {row[0]: row[1] for row in rows if row[0]}, rows[0][2] if rows else 0
