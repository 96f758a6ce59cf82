"""`/api/v1/conversations/ID/messages`: the messages of a conversation, agents' replies included."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query
from pydantic import BaseModel

from chatbot.api.shapes import VISITOR, OneSentence
from chatbot.domain import Message
from chatbot.errors import NotFoundError
from chatbot.ports import ConversationStore
from chatbot.ports.handoffs import HandoffStore

MOST = 200


class Said(BaseModel):
    """One message. `author` is the agent who wrote it, `route` what the assistant did; null where it does not apply."""

    id: int
    role: str
    text: str
    author: str | None
    route: str | None
    created_at: dt.datetime | None


class Messages(BaseModel):
    """Messages in order, whether the conversation waits for an agent, and the agent who has it."""

    conversation_id: str
    waiting: bool
    taken_by: str | None
    messages: list[Said]


def build_reading_router(conversations: ConversationStore, handoffs: HandoffStore) -> APIRouter:
    """The routes that only read."""
    router = APIRouter(prefix="/api/v1", route_class=OneSentence)

    @router.get("/conversations/{conversation_id}/messages")
    def messages(
        conversation_id: str,
        x_visitor_id: Annotated[str, Header(**VISITOR)],
        after: Annotated[int, Query(ge=0, description="Only messages with a larger id.")] = 0,
    ) -> Messages:
        try:
            conversation = conversations.get(conversation_id)
        except NotFoundError:
            conversation = None
        if conversation is None or conversation.visitor_id != x_visitor_id:
            raise HTTPException(404, f"There is no conversation {conversation_id[:64]!r}.")
        found = handoffs.of(conversation_id)
        return Messages(
            conversation_id=conversation.id,
            waiting=found is not None and found.settled_at is None,
            taken_by=conversation.held_by or None,
            messages=[_as_json_message(m) for m in conversations.messages(conversation_id, last=MOST) if m.id > after],
        )

    return router


def _as_json_message(message: Message) -> Said:
    return Said(
        id=message.id,
        role=message.role.value,
        text=message.text,
        author=message.author or None,
        route=message.decision.route.value if message.decision is not None else None,
        created_at=message.created_at,
    )
