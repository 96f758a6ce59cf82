"""Pieces of a generated reply with their probability under the model."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import NamedTuple, TypeAlias


class Piece(NamedTuple):
    """`log_probability` is the sum over its tokens in nats; None if unknown."""

    text: str
    log_probability: float | None = None
    tokens: int = 0


PieceStream: TypeAlias = Generator[Piece, None, None]
"""A reply while it is generated; `close` stops the generator."""


def text_of(pieces: Iterable[Piece]) -> str:
    """The pieces as one text."""
    return "".join(piece.text for piece in pieces)
