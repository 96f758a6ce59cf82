"""Turns tokens into text that only grows: whole characters, and no part of a possible stop sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chatbot.domain.pieces import Piece

_UNFINISHED = "\ufffd"


def grown(
    tokens: Iterator[tuple[int, float]], decode: Callable[[list[int]], str], stops: Sequence[str] = ()
) -> Iterator[Piece]:
    """Pieces of the text of scored tokens; ends before the first of `stops`, which is excluded."""
    said: list[int] = []
    shown, score, count = "", 0.0, 0
    for token, chance in tokens:
        said.append(token)
        score, count = score + chance, count + 1
        text = decode(said).rstrip(_UNFINISHED).replace(_UNFINISHED, "").lstrip()
        found = [at for at in (text.find(stop) for stop in stops) if at >= 0]
        safe = text[: min(found)] if found else text[: len(text) - _held_back_length(text, stops)]
        if len(safe) > len(shown):
            yield Piece(safe[len(shown) :], score, count)
            shown, score, count = safe, 0.0, 0
        if found:
            return
    text = decode(said).rstrip(_UNFINISHED).replace(_UNFINISHED, "").lstrip()
    if len(text) > len(shown):
        yield Piece(text[len(shown) :], score, count)


def _held_back_length(text: str, stops: Sequence[str]) -> int:
    """Length of the end of `text` that may be the beginning of a stop sequence."""
    return max(
        (size for stop in stops for size in range(1, min(len(stop), len(text) + 1)) if text.endswith(stop[:size])),
        default=0,
    )
