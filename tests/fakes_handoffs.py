"""An in-memory HandoffStore beside the in-memory conversations. It passes the same contract tests as the real one."""

from __future__ import annotations

import datetime as dt

from fakes_conversations import FakeConversationStore

from chatbot.domain import Message
from chatbot.domain.handoffs import Handoff
from chatbot.errors import NotFoundError


class FakeHandoffStore:
    """Reads from the messages who was passed on; remembers up to which message a conversation was settled."""

    def __init__(self, conversations: FakeConversationStore) -> None:
        self._conversations = conversations
        self._settled: dict[str, tuple[int, dt.datetime, str]] = {}

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> list[Handoff]:
        found = []
        for conversation in self._conversations.list(limit=10_000, search=search):
            asked = self._asked(conversation.id)
            if asked is None or asked.created_at is None:
                continue
            upto, at, by = self._settled.get(conversation.id, (0, None, ""))
            if (upto >= asked.id) is settled:
                found.append(Handoff(conversation, asked.created_at, at if settled else None, by if settled else ""))
        found.sort(key=lambda one: one.settled_at or one.asked_at, reverse=True)
        return found[offset : offset + limit]

    def count(self, *, settled: bool = False, search: str = "") -> int:
        return len(self.list(settled=settled, search=search, limit=10_000))

    def settle(self, conversation_id: str, by: str) -> None:
        if conversation_id not in [one.conversation.id for one in self.list(limit=10_000)]:
            raise NotFoundError(f"Conversation {conversation_id!r} does not wait for a person.")
        newest = self._conversations.messages(conversation_id)[-1]
        assert newest.created_at is not None
        self._settled[conversation_id] = (newest.id, newest.created_at, by)

    def reopen(self, conversation_id: str) -> None:
        if conversation_id not in [one.conversation.id for one in self.list(settled=True, limit=10_000)]:
            raise NotFoundError(f"Conversation {conversation_id!r} is not settled.")
        del self._settled[conversation_id]

    def _asked(self, conversation_id: str) -> Message | None:
        """The first reply since it was settled last that passes it on, else the last one."""
        upto = self._settled.get(conversation_id, (0,))[0]
        said = [
            m for m in self._conversations.messages(conversation_id) if (m.decision or {}).get("route") == "handoff"
        ]
        return next((message for message in said if message.id > upto), said[-1] if said else None)
