"""Helps a small model to copy: raises the probability of tokens that follow the last words of the reply in a source.

A cache over the sources in the prompt (Grave et al., 2017, arXiv:1612.04426) whose weight grows with the length of the
match, as an induction head's would; a model of a few million parameters learns to copy only in part.
"""

from __future__ import annotations

from collections.abc import Sequence

_WEIGHTS = (0.0, 0.14, 0.5, 0.65, 0.65, 0.65, 0.65, 0.65, 0.92)
"""Weight of the cache by length of the match, from 0 to 8: fitted on held-out turns of the sample shop."""
_LONGEST = 8
_BEGIN = -1


class Copier:
    """The sources of one reply."""

    def __init__(self, sources: Sequence[Sequence[int]], end: int) -> None:
        """`end` is the token that ends a reply: it follows the last token of each source."""
        self._sources = [(_BEGIN, *ids, end) for ids in sources if ids]

    def following(self, said: Sequence[int]) -> tuple[float, dict[int, float]]:
        """The weight of the cache for the next token, 0 to 1, and its distribution, which is empty without a match."""
        ids = (_BEGIN, *said)
        for length in range(min(_LONGEST, len(ids)), 0, -1):
            last = ids[-length:]
            found = [
                source[at + length]
                for source in self._sources
                for at in range(len(source) - length)
                if source[at : at + length] == last
            ]
            if found:
                share = 1 / len(found)
                chances: dict[int, float] = {}
                for token in found:
                    chances[token] = chances.get(token, 0.0) + share
                return _WEIGHTS[min(length, len(_WEIGHTS) - 1)], chances
        return 0.0, {}
