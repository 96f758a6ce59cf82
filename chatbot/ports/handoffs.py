"""The store of conversations that wait for an agent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from chatbot.domain.handoffs import Handoff


class HandoffStore(Protocol):
    """Conversations that were handed off to the team: waiting ones and settled ones.

    A conversation waits from the reply that hands it off; a settled one waits again when it is handed off again. While
    it waits an agent may take it: from then on only that agent's replies are stored, until it is handed back or
    settled. Meanwhile no other agent can take it, unless they name the agent they take it from.
    """

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> Sequence[Handoff]:
        """Waiting conversations, longest wait first, or settled ones, newest first.

        `search` as in `ConversationStore.list`.
        """

    def count(self, *, settled: bool = False, search: str = "", unanswered: bool = False) -> int:
        """Number of conversations that `list` has in all; with `unanswered`, only those without an agent's reply."""

    def of(self, conversation_id: str) -> Handoff | None:
        """The handoff of a conversation; None if it was never handed off."""

    def take(self, conversation_id: str, by: str, *, instead_of: str = "") -> None:
        """Let `by` answer in a waiting conversation. Taking it again changes nothing.

        Raises NotFoundError if it is not waiting, HeldError if somebody other than `instead_of` has it.
        """

    def hand_back(self, conversation_id: str, by: str) -> None:
        """Let the assistant answer again; the conversation keeps waiting. Raises HeldError unless `by` has it."""

    def settle(self, conversation_id: str, by: str) -> None:
        """Remove a conversation from the waiting list; the assistant answers again.

        Raises NotFoundError if it is not waiting, HeldError if somebody other than `by` has it.
        """

    def reopen(self, conversation_id: str) -> None:
        """Put a settled conversation back. Raises NotFoundError if it is not settled."""

    def release(self, silent_since: dt.datetime) -> Sequence[tuple[str, str]]:
        """Hand back taken conversations in which no agent has written since that moment.

        Returns their ids with the agents who had them.
        """

    def newly_waiting(self, since: dt.datetime) -> Sequence[Handoff]:
        """Conversations that began to wait after `since` and that this method has not yet returned to any process."""
