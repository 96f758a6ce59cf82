"""A piece of generated text with how probable the model found it. Knows no model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from chatbot.domain import FaqHit, Message
from chatbot.ports import Generator


class Piece(NamedTuple):
    """`log_probability` is the sum over its tokens in nats; None where the model tells none."""

    text: str
    log_probability: float | None = None
    tokens: int = 0


@runtime_checkable
class Scored(Protocol):
    """A generator that also tells how probable it found what it says."""

    def scored(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[Piece]:
        """As `Generator.stream`, in scored pieces."""


def pieces_of(
    generator: Generator, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str
) -> Iterator[Piece]:
    """The pieces of any generator's reply, scored where it can."""
    if isinstance(generator, Scored):
        yield from generator.scored(history, hits, lang=lang)
        return
    stream = generator.stream(history, hits, lang=lang)
    try:
        for text in stream:
            yield Piece(text)
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
