"""Where conversations wait for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from chatbot.domain.handoffs import Handoff


class HandoffStore(Protocol):
    """Conversations that were passed on to a person: those that wait, and those that somebody has settled.

    A conversation waits from the reply that passes it on; one that was settled waits again when it is passed on again.
    While it waits a colleague may take it: from then on only that colleague's replies are stored, until it is handed
    back or settled. Nobody else gets it meanwhile, unless they say from whom they take it.
    """

    def list(self, *, settled: bool = False, search: str = "", limit: int = 50, offset: int = 0) -> Sequence[Handoff]:
        """Those that wait, who waits longest first, or those that are settled, newest first.

        `search` as in `ConversationStore.list`.
        """

    def count(self, *, settled: bool = False, search: str = "", unanswered: bool = False) -> int:
        """How many `list` would go through; with `unanswered` only those that wait for words of a person."""

    def of(self, conversation_id: str) -> Handoff | None:
        """Where a conversation stands; None when it was never passed on."""

    def take(self, conversation_id: str, by: str, *, instead_of: str = "") -> None:
        """Let `by` answer in a conversation that waits. Who has it already keeps it.

        Raises NotFoundError when it does not wait, HeldError when somebody else than `instead_of` has it.
        """

    def hand_back(self, conversation_id: str, by: str) -> None:
        """Let the assistant answer again; the conversation goes on waiting. Raises HeldError unless `by` has it."""

    def settle(self, conversation_id: str, by: str) -> None:
        """Take a conversation off the list; the assistant answers again.

        Raises NotFoundError when it does not wait, HeldError when somebody else than `by` has it.
        """

    def reopen(self, conversation_id: str) -> None:
        """Put a settled conversation back. Raises NotFoundError when it is not settled."""

    def release(self, silent_since: dt.datetime) -> Sequence[tuple[str, str]]:
        """Hand back what was taken, and whose customer has had no word of a person, since before that moment.

        Returns the ids with the colleagues who had them.
        """

    def newly_waiting(self, since: dt.datetime) -> Sequence[Handoff]:
        """Those that began to wait after `since` and were not returned by this before, to whichever process."""
