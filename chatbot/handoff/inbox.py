"""What agents do with conversations that wait for them: take, answer, hand back, settle."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from chatbot.domain import Message, Role
from chatbot.errors import InputError
from chatbot.ports import AuditLog, ConversationStore
from chatbot.ports.handoffs import HandoffStore
from chatbot.text import clean, verbatim

LONGEST_NAME = 80
LONGEST_REPLY = 8_000
"""Characters of an agent's reply: an agent may need more room than a customer's question."""


def colleague(name: str) -> str:
    """The name of an agent as customers will read it.

    Raises:
        InputError: it is empty or too long.
    """
    cleaned = clean(name)
    if not cleaned:
        raise InputError("Who answers? Give your name: customers will read it beside your replies.")
    if len(cleaned) > LONGEST_NAME:
        raise InputError(f"The name has {len(cleaned):,} characters, the limit is {LONGEST_NAME}. Please shorten it.")
    return cleaned


@dataclass(frozen=True, slots=True)
class Inbox:
    """Conversations taken by agents; every action is recorded in the audit log under the agent's name."""

    conversations: ConversationStore
    handoffs: HandoffStore
    audit: AuditLog

    def take(self, conversation_id: str, by: str, *, instead_of: str = "") -> None:
        """Answer in a conversation from now on; the assistant stays silent.

        Raises:
            InputError: the name cannot be used.
            NotFoundError: the conversation is not waiting.
            HeldError: somebody other than `instead_of` has it.
        """
        by = colleague(by)
        self.handoffs.take(conversation_id, by, instead_of=instead_of.strip())
        self._record(by, "handoff taken", conversation_id, **({"from": instead_of.strip()} if instead_of else {}))

    def reply(self, conversation_id: str, text: str, by: str) -> Message:
        """Answer the customer as an agent. Takes the conversation first if nobody has it.

        Raises:
            InputError: the text or the name cannot be used.
            NotFoundError: the conversation is not waiting.
            HeldError: somebody else has it.
        """
        by, text = colleague(by), _checked(text)
        found = self.handoffs.of(conversation_id)
        if found is None or found.settled_at is not None or found.conversation.held_by != by:
            self.take(conversation_id, by)
        message = self.conversations.add_message(conversation_id, Role.AGENT, text, author=by)
        self._record(by, "handoff reply", conversation_id, message=message.id)
        return message

    def hand_back(self, conversation_id: str, by: str) -> None:
        """Let the assistant answer again; the conversation keeps waiting for an agent.

        Raises:
            InputError: the name cannot be used.
            NotFoundError: the conversation is not waiting.
            HeldError: `by` does not have it.
        """
        by = colleague(by)
        self.handoffs.hand_back(conversation_id, by)
        self._record(by, "handoff handed back", conversation_id)

    def settle(self, conversation_id: str, by: str) -> None:
        """Remove a conversation from the waiting list; the assistant answers again.

        Raises:
            InputError: the name cannot be used.
            NotFoundError: the conversation is not waiting.
            HeldError: somebody else has it.
        """
        by = colleague(by)
        self.handoffs.settle(conversation_id, by)
        self._record(by, "handoff settled", conversation_id)

    def reopen(self, conversation_id: str, by: str) -> None:
        """Put a settled conversation back on the list.

        Raises:
            InputError: the name cannot be used.
            NotFoundError: it is not settled.
        """
        by = colleague(by)
        self.handoffs.reopen(conversation_id)
        self._record(by, "handoff reopened", conversation_id)

    def release(self, silent_for: dt.timedelta) -> int:
        """Hand back conversations in which the agent has not written for this long; returns how many."""
        found = self.handoffs.release(dt.datetime.now(dt.UTC) - silent_for)
        for conversation_id, holder in found:
            self._record("timeout", "handoff handed back", conversation_id, **{"from": holder})
        return len(found)

    def _record(self, by: str, action: str, conversation_id: str, **more: object) -> None:
        self.audit.record(by, action, {"conversation": conversation_id, **more})


def _checked(text: str) -> str:
    if len(text) > LONGEST_REPLY:
        raise InputError(f"The reply has {len(text):,} characters, the limit is {LONGEST_REPLY:,}. Please shorten it.")
    if not clean(text):
        raise InputError("The reply is empty. Please write something.")
    return verbatim(text)
