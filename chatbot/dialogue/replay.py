"""Logged messages decided once more: by the function that the chat calls, in the conversations they were written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.dialogue.decide import Decided, decide
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import CustomerMessage, Message
from chatbot.text import clean
from chatbot.types import Vectors
from chatbot.vectors.caches import RecentVectors


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """What a customer wrote, with the messages before it, oldest first."""

    text: str
    earlier: tuple[Message, ...] = ()


def decide_again(
    snapshots: Sequence[Snapshot], questions: Sequence[LoggedQuestion]
) -> Iterator[tuple[LoggedQuestion, tuple[Decided, ...]]]:
    """Each question with what every snapshot decides for it, in order; nothing is stored."""
    known = {snapshot.encoder.id: snapshot.encoder for snapshot in snapshots}
    messages = [CustomerMessage.read(clean(question.text)) for question in questions]
    texts = list(dict.fromkeys(message.text for message in messages))
    vectors: dict[str, Mapping[str, Vectors]] = {}
    for encoder_id, encoder in known.items():
        vectors[encoder_id] = dict(zip(texts, RecentVectors().of(texts, encoder.encode), strict=True))
    for question, message in zip(questions, messages, strict=True):
        yield question, tuple(_decided(snapshot, message, question, vectors) for snapshot in snapshots)


def _decided(
    snapshot: Snapshot,
    message: CustomerMessage,
    question: LoggedQuestion,
    vectors: Mapping[str, Mapping[str, Vectors]],
) -> Decided:
    encoded = vectors[snapshot.encoder.id]

    def encode(text: str) -> Vectors:
        return encoded[text] if text in encoded else snapshot.encoder.encode_one(text)

    return decide(snapshot, message, lambda: question.earlier, encode=encode)


def before(messages: Sequence[Message], message_id: int) -> tuple[Message, ...]:
    """The messages of a conversation before the one with that id."""
    return tuple(message for message in messages if message.id < message_id)
