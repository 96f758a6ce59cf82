"""Conversations that were handed off to an agent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from chatbot.domain.conversation import Conversation, Role


@dataclass(frozen=True, slots=True)
class Handoff:
    """A conversation that has waited for an agent since `asked_at`, or was settled by somebody at `settled_at`.

    `conversation.held_by` took it at `taken_at`; `spoke_last` wrote its newest message.
    """

    conversation: Conversation
    asked_at: dt.datetime
    settled_at: dt.datetime | None = None
    settled_by: str = ""
    taken_at: dt.datetime | None = None
    spoke_last: Role | None = None

    @property
    def unanswered(self) -> bool:
        """Whether the customer waits for an agent: none has taken it, or the last message is not an agent's."""
        return self.settled_at is None and (not self.conversation.held_by or self.spoke_last is not Role.AGENT)
