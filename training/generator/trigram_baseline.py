"""Trigram model with interpolated Kneser-Ney smoothing (Kneser and Ney, 1995; Chen and Goodman, 1999), as a baseline.

A generator that does not clearly beat it has only learned phrases.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_DISCOUNT = 0.75


class Trigrams:
    """Counts of a training set; every token of the vocabulary has a probability above 0."""

    def __init__(self, sequences: Iterable[Sequence[int]], vocabulary: int) -> None:
        three: Counter[tuple[int, int, int]] = Counter()
        for ids in sequences:
            three.update(zip(ids, ids[1:], ids[2:], strict=False))
        self._vocabulary = vocabulary
        self._three = three
        self._after_two = _Followers((a, b) for a, b, _ in three)
        for (a, b, _), count in three.items():
            self._after_two.total[a, b] += count
        two = Counter((b, c) for _, b, c in three)  # in how many contexts each pair occurs
        self._two = two
        self._after_one = _Followers((b,) for b, _ in two)
        for (b, _), count in two.items():
            self._after_one.total[(b,)] += count
        self._one = Counter(c for _, c in two)
        self._pairs = len(two)

    def probability(self, before: Sequence[int], token: int) -> float:
        """P(token | the two tokens before)."""
        lowest = self._one[token] / max(1, self._pairs)
        base = (1 - _UNSEEN) * lowest + _UNSEEN / self._vocabulary
        if not before:
            return base
        middle = self._smoothed(self._two[before[-1], token], self._after_one, (before[-1],), base)
        if len(before) < 2:
            return middle
        pair = (before[-2], before[-1])
        return self._smoothed(self._three[(*pair, token)], self._after_two, pair, middle)

    def log_likelihood(self, ids: Sequence[int], counted: Sequence[bool]) -> tuple[float, int]:
        """Log probability in nats of the counted tokens, each given the two before it, and their number."""
        total, count = 0.0, 0
        for at, (token, wanted) in enumerate(zip(ids, counted, strict=True)):
            if wanted and at:
                total += math.log(self.probability(ids[max(0, at - 2) : at], token))
                count += 1
        return total, count

    @staticmethod
    def _smoothed(count: int, followers: _Followers, context: tuple[int, ...], lower: float) -> float:
        total = followers.total[context]
        if not total:
            return lower
        spared = _DISCOUNT * followers.kinds[context] / total
        return max(count - _DISCOUNT, 0.0) / total + spared * lower


_UNSEEN = 0.01


class _Followers:
    """By context: the number of distinct following tokens, and their total count."""

    def __init__(self, contexts: Iterable[tuple[int, ...]]) -> None:
        self.kinds = Counter(contexts)
        self.total: defaultdict[tuple[int, ...], int] = defaultdict(int)
