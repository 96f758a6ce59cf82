"""Measures the similarity of a generated reply to the agent's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.text import tokens
from chatbot.types import Vectors


def rouge_l(reply: str, wanted: str) -> float:
    """F1 of the longest common subsequence of words, or of characters in Chinese (ROUGE-L, Lin, 2004); 0 to 1."""
    own, other = _words(reply), _words(wanted)
    if not own or not other:
        return 0.0
    row = [0] * (len(other) + 1)
    for word in own:
        diagonal = 0
        for at, against in enumerate(other, start=1):
            above = row[at]
            row[at] = diagonal + 1 if word == against else max(row[at], row[at - 1])
            diagonal = above
    common = row[-1]
    return 2 * common / (len(own) + len(other))


def similarity(replies: Sequence[str], wanted: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> float:
    """Mean cosine similarity of the pairs, -1 to 1."""
    if not replies:
        return 0.0
    return float((encode(list(replies)) * encode(list(wanted))).sum(axis=1).mean())


def _words(text: str) -> list[str]:
    return [word for word in tokens(text) if len(word) != 2 or word.isascii()]  # single CJK characters, no pairs
