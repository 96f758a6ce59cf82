"""Similarity of texts: cosine of their vectors if the encoder supports the language, else of their words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence

from chatbot.text import tokens
from chatbot.types import Encode


class Texts:
    """Known texts that others are compared with. Thread-safe once built.

    Lexical similarity is the cosine of TF-IDF weights (Salton and Buckley, 1988) over the tokens of `chatbot.text`.
    """

    def __init__(self, texts: Sequence[str], encode: Encode | None = None) -> None:
        self._bags = [Counter(tokens(text)) for text in texts]
        seen = Counter(token for bag in self._bags for token in bag)
        self._weight = {token: 1 + math.log((1 + len(texts)) / (1 + count)) for token, count in seen.items()}
        self._rare = 1 + math.log(1 + len(texts))
        self._norms = [self._norm(bag) for bag in self._bags]
        self._encode = encode if texts else None
        self._vectors = encode(list(texts)) if encode is not None and texts else None

    def near(self, text: str) -> list[float]:
        """Similarity of one text to each known one, -1 to 1, in order."""
        bag = Counter(tokens(text))
        norm = self._norm(bag) or 1.0
        words = [
            sum(bag[t] * other[t] * self._weight[t] ** 2 for t in bag.keys() & other.keys()) / (norm * (size or 1.0))
            for other, size in zip(self._bags, self._norms, strict=True)
        ]
        if self._vectors is None or self._encode is None:
            return words
        meaning = (self._vectors @ self._encode([text])[0]).tolist()
        return [max(pair) for pair in zip(words, meaning, strict=True)]

    def _norm(self, bag: Counter[str]) -> float:
        return math.sqrt(sum((count * self._weight.get(token, self._rare)) ** 2 for token, count in bag.items()))


def covered(text: str, by: Collection[str]) -> float:
    """Share of the tokens of `text` that occur in one of the texts `by`, for the best of them; 0 without any."""
    own = set(tokens(text))
    return max((len(own & set(tokens(one))) / len(own) for one in by), default=0.0) if own else 1.0
