"""`/api/v1`: health, readiness and one chat endpoint."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from chatbot.api.shapes import VISITOR, OneSentence
from chatbot.dialogue.assistant import Assistant
from chatbot.domain import Conversation, Reply
from chatbot.errors import BusyError, InputError, NotFoundError, StorageError
from chatbot.ports import ConversationStore

_LOG = logging.getLogger(__name__)


class Ask(BaseModel):
    """A customer's message; without `conversation_id` a new conversation begins."""

    message: str
    conversation_id: Annotated[str | None, Field(max_length=64)] = None
    visitor_id: Annotated[str, Field(**VISITOR)]
    lang: Annotated[str, Field(pattern="^(en|zh)$")] = "en"


class Source(BaseModel):
    id: str
    question: str
    score: float


class Answer(BaseModel):
    """The reply with the keys of `chatbot ask --json` and the conversation it belongs to."""

    conversation_id: str
    reply: str
    route: str
    reason: str
    confidence: float
    intent: str | None
    sources: list[Source]
    choices: list[str]
    stored_reply: str
    """The reply as the team wrote it, if `reply` shows it in another script; else empty."""


def build_router(assistant: Assistant, conversations: ConversationStore) -> APIRouter:
    """The routes of one assistant."""
    router = APIRouter(prefix="/api/v1", route_class=OneSentence)

    @router.get("/health")
    def health() -> dict[str, bool]:
        return {"ok": True}

    def conversation_of(ask: Ask) -> Conversation:
        if ask.conversation_id is None:
            return assistant.start(ask.visitor_id, ask.lang)
        conversation = conversations.get(ask.conversation_id)
        if conversation.visitor_id != ask.visitor_id:
            raise NotFoundError(f"There is no conversation {ask.conversation_id!r}.")
        return conversation

    @router.post("/chat")
    def chat(ask: Ask) -> Answer:
        try:
            assistant.check(ask.message)  # before a conversation is started for it
            return _shaped(assistant.reply(conversation_of(ask), ask.message))
        except InputError as error:
            raise HTTPException(422, str(error)) from error
        except BusyError as error:
            raise HTTPException(409, str(error)) from error
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        except StorageError as error:
            _LOG.error("a message over HTTP could not be stored: %s", error)
            raise HTTPException(503, "The message could not be stored. Please try again in a moment.") from error

    return router


def _shaped(reply: Reply) -> Answer:
    return Answer(
        conversation_id=reply.conversation_id,
        reply=reply.text,
        route=reply.route.value,
        reason=reply.reason.value,
        confidence=round(reply.confidence, 4),
        intent=reply.intent,
        sources=[Source(id=h.entry.id, question=h.entry.question, score=round(h.score, 4)) for h in reply.sources],
        choices=list(reply.choices),
        stored_reply=reply.stored_reply,
    )
