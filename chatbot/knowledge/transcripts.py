"""Conversations as transcript turns: imported ones are masked, stored ones are read for export and training."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from chatbot.domain import Role, TranscriptTurn
from chatbot.pii import mask
from chatbot.ports import ConversationStore
from chatbot.types import Progress

_PAGE = 200
_TOLD_EVERY = 500


def masked_turns(
    turns: Sequence[TranscriptTurn],
    *,
    public: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Iterator[TranscriptTurn]:
    """The turns without personal data. Data the team publishes itself (`public`) stays, except in customers' lines."""
    nothing: frozenset[str] = frozenset()
    for done, turn in enumerate(turns):
        if progress and done % _TOLD_EVERY == 0:
            progress("mask", done / len(turns))
        text = mask(turn.text, public=nothing if turn.speaker is Role.CUSTOMER else public)
        yield turn if text == turn.text else dataclasses.replace(turn, text=text)


def stored_turns(conversations: ConversationStore, *, origin: str = "") -> Iterator[TranscriptTurn]:
    """Every turn of every conversation, conversation by conversation; only those of `origin`, if given."""
    for offset in range(0, conversations.count(origin=origin), _PAGE):
        for conversation in conversations.list(limit=_PAGE, offset=offset, origin=origin):
            for number, message in enumerate(conversations.messages(conversation.id), 1):
                yield TranscriptTurn(conversation.id, number, message.role, message.text, message.created_at)
