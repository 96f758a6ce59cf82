"""An in-memory HandoffStore beside the in-memory conversations. It passes the same contract tests as the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from chatbot.domain import Message, Route
from chatbot.domain.handoffs import Handoff
from chatbot.errors import HeldError, NotFoundError
from support.fakes.conversations import FakeConversationStore


class FakeHandoffStore:
    """Derives handoffs from the messages; remembers up to which message a conversation was settled."""

    def __init__(self, conversations: FakeConversationStore) -> None:
        self._conversations = conversations
        self._settled: dict[str, tuple[int, dt.datetime, str]] = {}
        self._taken: dict[str, dt.datetime] = {}
        self._told: set[tuple[str, int]] = set()

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> list[Handoff]:
        every = [self.of(one.id) for one in self._conversations.list(limit=10_000, search=search)]
        found = [one for one in every if one is not None and (one.settled_at is not None) is settled]
        if settled:
            found.sort(key=lambda one: one.settled_at or one.asked_at, reverse=True)
        else:
            found.sort(key=lambda one: one.asked_at)
        return found[offset : offset + limit]

    def count(self, *, settled: bool = False, search: str = "", unanswered: bool = False) -> int:
        found = self.list(settled=settled, search=search, limit=10_000)
        return sum(one.unanswered for one in found) if unanswered else len(found)

    def of(self, conversation_id: str) -> Handoff | None:
        asked = self._asked(conversation_id)
        if asked is None or asked.created_at is None:
            return None
        upto, at, by = self._settled.get(conversation_id, (0, None, ""))
        conversation = self._conversations.get(conversation_id)
        taken_at = self._taken.get(conversation_id) if conversation.held_by else None
        last = self._conversations.messages(conversation_id)[-1].role
        if upto >= asked.id:
            return Handoff(conversation, asked.created_at, at, by, taken_at, last)
        return Handoff(conversation, asked.created_at, None, "", taken_at, last)

    def take(self, conversation_id: str, by: str, *, instead_of: str = "") -> None:
        holder = self._holder(conversation_id)
        if holder not in ("", by, instead_of):
            raise HeldError(f"{holder} has conversation {conversation_id}.")
        if holder != by:
            self._conversations.holders[conversation_id] = by
            self._taken[conversation_id] = self._newest(conversation_id)

    def hand_back(self, conversation_id: str, by: str) -> None:
        holder = self._holder(conversation_id)
        if not holder or holder != by:
            raise HeldError(f"{holder or 'Nobody'} has conversation {conversation_id}.")
        del self._conversations.holders[conversation_id]

    def settle(self, conversation_id: str, by: str) -> None:
        holder = self._holder(conversation_id)
        if holder not in ("", by):
            raise HeldError(f"{holder} has conversation {conversation_id}.")
        self._conversations.holders.pop(conversation_id, None)
        newest = self._conversations.messages(conversation_id)[-1]
        self._settled[conversation_id] = (newest.id, self._newest(conversation_id), by)

    def reopen(self, conversation_id: str) -> None:
        if conversation_id not in [one.conversation.id for one in self.list(settled=True, limit=10_000)]:
            raise NotFoundError(f"Conversation {conversation_id!r} is not settled.")
        del self._settled[conversation_id]

    def release(self, silent_since: dt.datetime) -> Sequence[tuple[str, str]]:
        found = [
            (one.conversation.id, one.conversation.held_by)
            for one in self.list(limit=10_000)
            if one.taken_at is not None and one.taken_at < silent_since and one.unanswered
            if self._newest(one.conversation.id) < silent_since
        ]
        for conversation_id, _ in found:
            del self._conversations.holders[conversation_id]
        return found

    def newly_waiting(self, since: dt.datetime) -> Sequence[Handoff]:
        asked = {one.conversation.id: self._asked(one.conversation.id) for one in self.list(limit=10_000)}
        new = {(key, message.id) for key, message in asked.items() if message is not None} - self._told
        found = [one for one in self.list(limit=10_000) if one.asked_at > since]
        given = [one for one in found if any(one.conversation.id == key for key, _ in new)]
        self._told |= {pair for pair in new if pair[0] in [one.conversation.id for one in given]}
        return given

    def _holder(self, conversation_id: str) -> str:
        if conversation_id not in [one.conversation.id for one in self.list(limit=10_000)]:
            raise NotFoundError(f"Conversation {conversation_id!r} does not wait for a person.")
        return self._conversations.holders.get(conversation_id, "")

    def _newest(self, conversation_id: str) -> dt.datetime:
        moment = self._conversations.messages(conversation_id)[-1].created_at
        assert moment is not None
        return moment

    def _asked(self, conversation_id: str) -> Message | None:
        """The first handoff reply after the conversation was last settled, else the last one."""
        upto = self._settled.get(conversation_id, (0,))[0]
        every = self._conversations.messages(conversation_id)
        said = [m for m in every if m.decision is not None and m.decision.route is Route.HANDOFF]
        return next((message for message in said if message.id > upto), said[-1] if said else None)
