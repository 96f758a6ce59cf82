"""Stored conversations as transcript turns: for export, and for training on imported ones.

Knows: the conversation store's port. Does not know: files, models.
"""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.domain import Role, TranscriptTurn
from chatbot.ports import ConversationStore

_PAGE = 200


def stored_turns(conversations: ConversationStore, *, origin: str = "") -> Iterator[TranscriptTurn]:
    """Every turn of every conversation, conversation by conversation; with `origin`, of those alone.

    Whoever answered, a person or the assistant, is the agent.
    """
    for offset in range(0, conversations.count(origin=origin), _PAGE):
        for conversation in conversations.list(limit=_PAGE, offset=offset, origin=origin):
            for number, message in enumerate(conversations.messages(conversation.id), 1):
                speaker = Role.CUSTOMER if message.role is Role.CUSTOMER else Role.AGENT
                yield TranscriptTurn(conversation.id, number, speaker, message.text, message.created_at)
