"""BM25 over phrasings, made a similarity: 0 for no shared words, 1 for the same words.

Knows: tokens and how often each occurs. Does not know: vectors, entries, files.

Two things differ from the textbook, both because questions are short. Words of alphabetic scripts are also cut into
character 4-grams, so that "deleting" meets "delete" and typing errors cost little (McNamee and Mayfield 2004 found
4-grams as good as stemming in European languages). And BM25's length normalisation (b) is replaced by division by the
weight of all the words of query and phrasing (a Tversky index): the same sum, but comparable between queries, which
is what a calibrated score needs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot import text

Scores = NDArray[np.float64]
Feature = tuple[int, str]

WORD, GRAM, CHARACTER, PAIR = range(4)
SHARES = (1.0, 1.0, 1.0, 0.1)
"""Weight of each kind of feature. A pair of neighbouring CJK characters counts little beside the two characters, which
its meaning mostly is: development sets of both languages get no better with more, and worse without grams."""
GRAM_LENGTH = 4
SATURATION = 1.2
"""BM25's k1 at its usual value (Robertson and Zaragoza 2009); words seldom repeat within a question."""
PHRASING_SHARE = 0.4
"""Words that only the phrasing has count this much against a match, words that only the query has the rest. Results
hardly change between 0.2 and 0.5; customers say more than the question needs, but not other things."""


class LexicalIndex:
    """Immutable BM25 index of phrasings, addressed by their position."""

    def __init__(self, phrasings: Sequence[str]) -> None:
        counts = [Counter(_features(phrasing)) for phrasing in phrasings]
        frequency = Counter(feature for count in counts for feature in count)
        # Inverse document frequency looks at phrasings of the same script only: in a base that is half Chinese, a
        # common English word is no rarer than in an English one.
        cjk = sum(any(kind >= CHARACTER for kind, _ in count) for count in counts)
        alphabetic = sum(any(kind < CHARACTER for kind, _ in count) for count in counts)
        self._documents = (alphabetic, alphabetic, cjk, cjk)
        self._unseen = tuple(SHARES[kind] * _rarity(self._documents[kind], 0) for kind in range(4))
        self._weights = {
            feature: SHARES[feature[0]] * _rarity(self._documents[feature[0]], n) for feature, n in frequency.items()
        }
        self._columns = {feature: column for column, feature in enumerate(frequency)}
        self._size = len(phrasings)
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, count in enumerate(counts):
            for feature, n in count.items():
                rows.append(row)
                columns.append(self._columns[feature])
                values.append(self._weights[feature] * n * (SATURATION + 1) / (n + SATURATION))
        shape = (len(phrasings), max(1, len(frequency)))
        matrix = sparse.csc_array((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)
        self._starts: list[int] = matrix.indptr.tolist()
        self._rows = matrix.indices.astype(np.intp)
        self._values: Scores = matrix.data
        self._shares = PHRASING_SHARE * self._sums(self._rows, self._values)

    def scores(self, query: str) -> Scores:
        """The similarity of the query to every phrasing, shape (phrasings,), 0 to 1."""
        rows, values, mass = [], [], 0.0
        for feature in set(_features(query)):
            column = self._columns.get(feature)
            if column is None:
                mass += self._unseen[feature[0]]
                continue
            mass += self._weights[feature]
            start, stop = self._starts[column], self._starts[column + 1]
            rows.append(self._rows[start:stop])
            values.append(self._values[start:stop])
        if not rows:
            return np.zeros(self._size)
        similar = self._sums(np.concatenate(rows), np.concatenate(values))
        similar /= self._shares + ((1 - PHRASING_SHARE) * mass + 1e-12)
        return np.minimum(similar, 1.0, out=similar)

    def similarity(self, query: str, phrasing: str) -> float:
        """The same measure for a phrasing that is not in the index, by the word weights of the index."""
        asked, stored = set(_features(query)), set(_features(phrasing))
        total = PHRASING_SHARE * self._mass(stored) + (1 - PHRASING_SHARE) * self._mass(asked)
        return self._mass(asked & stored) / total if total else 0.0

    def _sums(self, rows: NDArray[np.intp], values: Scores) -> Scores:
        return np.asarray(np.bincount(rows, weights=values, minlength=self._size), dtype=np.float64)

    def _mass(self, features: set[Feature]) -> float:
        return sum(self._weights.get(feature, self._unseen[feature[0]]) for feature in features)


def _features(phrase: str) -> Iterator[Feature]:
    """Words with their 4-grams (blanks mark the ends), CJK characters and pairs of them."""
    for token in text.tokens(phrase):
        if text.language(token[0]) == "zh":
            yield (CHARACTER if len(token) == 1 else PAIR), token
            continue
        yield WORD, token
        padded = f" {token} "
        for start in range(max(1, len(padded) - GRAM_LENGTH + 1)):
            yield GRAM, padded[start : start + GRAM_LENGTH]


def _rarity(documents: int, frequency: int) -> float:
    """BM25's inverse document frequency, in the form that is never negative."""
    return math.log1p((documents - frequency + 0.5) / (frequency + 0.5))
