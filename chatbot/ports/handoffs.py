"""Where conversations wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chatbot.domain.handoffs import Handoff


class HandoffStore(Protocol):
    """Conversations that were passed on to a person: those that wait, and those that somebody has settled.

    A conversation waits from the reply that passes it on; one that was settled waits again when it is passed on again.
    """

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> Sequence[Handoff]:
        """Those that wait, or those that are settled, newest first; `search` as in `ConversationStore.list`."""

    def count(self, *, settled: bool = False, search: str = "") -> int:
        """How many `list` would go through."""

    def settle(self, conversation_id: str, by: str) -> None:
        """Take a conversation off the list. Raises NotFoundError when it does not wait."""

    def reopen(self, conversation_id: str) -> None:
        """Put a settled conversation back. Raises NotFoundError when it is not settled."""
