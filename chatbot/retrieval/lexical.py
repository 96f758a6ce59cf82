"""BM25 over phrasings as a similarity: 0 for no shared words, 1 for the same words.

One thing differs from the textbook because questions are short: BM25's length normalisation (b) is replaced by division
by the weight of all the words of query and phrasing (a Tversky index). The sum is the same, but comparable between
queries, as a calibrated score needs.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.retrieval.features import KIND_SHIFT, features

Scores = NDArray[np.float64]
Rows = NDArray[np.intp]
Asked = tuple[Rows, float]
"""A query: the columns of its features, and the total weight of all of them."""

SHARES = np.array([1.0, 1.0, 1.0, 0.1])
"""Weight of each kind of feature. A pair of adjacent CJK characters counts little beside the two characters, which
carry most of its meaning: on development sets of both languages more weight gains nothing, and results are worse
without n-grams."""
SATURATION = 1.2
"""BM25's k1 at its usual value (Robertson and Zaragoza 2009); words rarely repeat within a question."""
MOST_COUNTED = 255
SATURATED = ((SATURATION + 1) * np.arange(MOST_COUNTED + 1) / (np.arange(MOST_COUNTED + 1) + SATURATION)).astype(
    np.float32
)
"""Contribution of a feature by the number of times it occurs, as a multiple of its weight."""
PHRASING_SHARE = 0.4
"""How much words that only the phrasing has count against a match; words that only the query has count the rest.
Results hardly change between 0.2 and 0.5; customers say more than the question needs, but not other things."""
READ_AT_MOST = 20_000
"""Most occurrences read in the search for leading phrasings, those of the rarest features first: the others are so
common that they hardly decide which phrasings lead."""


@dataclass(frozen=True)
class Vocabulary:
    """The features of a base and their weights."""

    keys: NDArray[np.uint64]
    """The features, ascending."""
    weights: NDArray[np.float32]
    unseen: NDArray[np.float64]
    """Weight of a feature that is not in the base, by kind."""

    def look_up(self, wanted: NDArray[np.uint64]) -> tuple[Rows, Scores]:
        """Column of each feature, -1 where it is not in the base, and its weight."""
        kinds = (wanted >> np.uint64(KIND_SHIFT)).astype(np.intp)
        if not len(self.keys):
            return np.full(len(wanted), -1), self.unseen[kinds]
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[places] == wanted
        return np.where(known, places, -1), np.where(known, self.weights[places], self.unseen[kinds])


class LexicalIndex:
    """Immutable BM25 index of phrasings, addressed by their position. Safe for concurrent searches."""

    ARRAYS = (
        *("keys", "weights", "unseen", "sums"),  # features, their weights; phrasings, their total weights
        *("starts", "rows", "counts"),  # by feature: the phrasings it occurs in, and how often
        *("row_starts", "row_columns", "row_counts"),  # the same by phrasing
    )

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the arrays of a saved index, possibly memory-mapped."""
        self.arrays = arrays
        self.vocabulary = Vocabulary(
            arrays["keys"].astype(np.uint64, copy=False),
            arrays["weights"].astype(np.float32, copy=False),
            arrays["unseen"].astype(np.float64, copy=False),
        )
        self._starts = arrays["starts"].astype(np.int64, copy=False)
        self._rows = arrays["rows"].astype(np.int32, copy=False)
        self._counts = arrays["counts"].astype(np.uint8, copy=False)
        self._sums_of_rows = arrays["sums"].astype(np.float32, copy=False)
        self._row_starts = arrays["row_starts"].astype(np.int64, copy=False)
        self._row_columns = arrays["row_columns"].astype(np.int32, copy=False)
        self._row_counts = arrays["row_counts"].astype(np.uint8, copy=False)
        self.size = len(self._sums_of_rows)
        self._scratch = threading.local()

    @classmethod
    def build(cls, phrasings: Sequence[str], *, like: Vocabulary | None = None) -> LexicalIndex:
        """Index phrasings; with `like`, features have the weights of that vocabulary."""
        numbers, lengths = array("Q"), np.empty(len(phrasings), dtype=np.int64)
        for row, phrasing in enumerate(phrasings):
            found = features(phrasing)
            numbers.extend(found)
            lengths[row] = len(found)
        keys, columns = np.unique(np.frombuffer(numbers, dtype=np.uint64), return_inverse=True)
        del numbers
        rows = np.repeat(np.arange(len(phrasings), dtype=np.int32), lengths)
        once = np.ones(len(rows), dtype=np.float32)
        shape = (len(phrasings), max(1, len(keys)))
        by_row = sparse.coo_array((once, (rows, columns.astype(np.int32))), shape=shape).tocsr()
        del once, rows, columns
        if like is None:
            weights, unseen = _weights(keys, by_row)
        else:
            weights, unseen = like.look_up(keys)[1], like.unseen
        by_row.data = np.minimum(by_row.data, MOST_COUNTED).astype(np.uint8)
        by_column = by_row.tocsc()
        weights = weights.astype(np.float32)
        gained = weights[by_row.indices] * SATURATED[by_row.data] if len(keys) else np.zeros(0, dtype=np.float32)
        owners = np.repeat(np.arange(len(phrasings)), np.diff(by_row.indptr))
        return cls(
            {
                "keys": keys,
                "weights": weights,
                "unseen": unseen,
                "sums": np.bincount(owners, weights=gained, minlength=len(phrasings)).astype(np.float32),
                "starts": by_column.indptr.astype(np.int64),
                "rows": by_column.indices.astype(np.int32),
                "counts": by_column.data,
                "row_starts": by_row.indptr.astype(np.int64),
                "row_columns": by_row.indices.astype(np.int32),
                "row_counts": by_row.data,
            }
        )

    def scores(self, query: str) -> Scores:
        """The similarity of the query to every phrasing, shape (phrasings,), 0 to 1."""
        columns, mass = self.asked(query)
        if not len(columns):
            return np.zeros(self.size)
        rows, values = self._occurrences(columns)
        return self._similar(np.bincount(rows, weights=values, minlength=self.size), self._sums_of_rows, mass)

    def scores_of(self, asked: Asked, rows: Rows) -> Scores:
        """The similarity of a query to these phrasings only, shape (len(rows),); same values as in `scores`."""
        columns, mass = asked
        if not len(columns) or not len(rows):
            return np.zeros(len(rows))
        starts = self._row_starts[rows]
        lengths = self._row_starts[rows + 1] - starts
        owners = np.repeat(np.arange(len(rows)), lengths)
        places = np.arange(len(owners)) + np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        columns = np.sort(columns)
        held = self._row_columns[places]
        shared = np.flatnonzero(columns[np.minimum(np.searchsorted(columns, held), len(columns) - 1)] == held)
        gained = self.vocabulary.weights[held[shared]] * SATURATED[self._row_counts[places[shared]]]
        sums = np.bincount(owners[shared], weights=gained, minlength=len(rows))
        return self._similar(sums, self._sums_of_rows[rows], mass)

    def leading(self, asked: Asked, limit: int) -> Rows:
        """At most `limit` phrasings that share most with a query, unordered, found without reading all."""
        columns, mass = asked
        if not len(columns):
            return np.empty(0, dtype=np.intp)
        lengths = self._starts[columns + 1] - self._starts[columns]
        order = np.argsort(lengths, kind="stable")
        read = max(1, int(np.searchsorted(np.cumsum(lengths[order]), READ_AT_MOST, side="right")))
        rows, values = self._occurrences(columns[order[:read]], most=READ_AT_MOST)
        if not hasattr(self._scratch, "sums"):
            self._scratch.sums = np.zeros(self.size, dtype=np.float32)
            self._scratch.last = np.empty(self.size, dtype=np.int32)
        sums: NDArray[np.float32] = self._scratch.sums
        last: NDArray[np.int32] = self._scratch.last
        np.add.at(sums, rows, values)
        occurrences = np.arange(len(rows), dtype=np.int32)
        last[rows] = occurrences  # the last occurrence of each row remains
        different = rows[last[rows] == occurrences]
        near = self._similar(sums[different], self._sums_of_rows[different], mass)
        sums[rows] = 0.0
        if len(near) > limit:
            different = different[np.argpartition(-near, limit - 1)[:limit]]
        leading: Rows = different.astype(np.intp)
        return leading

    def similarities(self, queries: Sequence[str], phrasings: Sequence[str]) -> Scores:
        """The same measure for phrasings that are not in the index, with its word weights; (queries, phrasings)."""
        held = [sorted(set(features(one))) for one in (*queries, *phrasings)]
        keys, columns = np.unique(np.array([key for one in held for key in one], dtype=np.uint64), return_inverse=True)
        rows = np.repeat(np.arange(len(held)), [len(one) for one in held])
        weights = self.vocabulary.look_up(keys)[1]
        shape = (len(held), max(1, len(keys)))
        has = sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
        weighed = sparse.coo_array((weights[columns], (rows, columns)), shape=shape).tocsr()
        masses = np.bincount(rows, weights=weights[columns], minlength=len(held)).astype(np.float64)
        shared = (weighed[: len(queries)] @ has[len(queries) :].T).toarray()
        total = PHRASING_SHARE * masses[None, len(queries) :] + (1 - PHRASING_SHARE) * masses[: len(queries), None]
        similar: Scores = np.divide(shared, total, out=np.zeros_like(shared), where=total > 0)
        return similar

    def asked(self, query: str) -> Asked:
        """Columns of the query's features that the base has, and the total weight of all its features."""
        columns, weights = self.vocabulary.look_up(np.array(sorted(set(features(query))), dtype=np.uint64))
        return columns[columns >= 0], float(weights.sum())

    def _occurrences(self, columns: Rows, *, most: int | None = None) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        spans = [slice(self._starts[column], self._starts[column + 1]) for column in columns.tolist()]
        rows = np.concatenate([self._rows[span][:most] for span in spans])
        counts = np.concatenate([self._counts[span][:most] for span in spans])
        read = [min(span.stop - span.start, most or len(self._rows)) for span in spans]
        return rows, np.repeat(self.vocabulary.weights[columns], read) * SATURATED[counts]

    @staticmethod
    def _similar(shared: NDArray[Any], stored: NDArray[np.float32], asked: float) -> Scores:
        similar: Scores = shared / (PHRASING_SHARE * stored.astype(np.float64) + ((1 - PHRASING_SHARE) * asked + 1e-12))
        return np.minimum(similar, 1.0, out=similar)


def _weights(keys: NDArray[np.uint64], by_row: sparse.csr_array) -> tuple[Scores, Scores]:
    """BM25's inverse document frequency, in its non-negative form, of known and of unseen features.

    Only phrasings of the same script are counted: in a base that is half Chinese, a common English word is no rarer
    than in an English one.
    """
    kinds = (keys >> np.uint64(KIND_SHIFT)).astype(np.intp)
    counts = by_row.indptr
    owners = np.repeat(np.arange(by_row.shape[0]), np.diff(counts))
    alphabetic = (kinds < 2)[by_row.indices] if len(keys) else np.zeros(0, dtype=bool)
    documents = [len(np.unique(owners[side])) for side in (alphabetic, ~alphabetic)]
    of_kind = np.array([documents[0], documents[0], documents[1], documents[1]], dtype=np.float64)
    frequency = np.bincount(by_row.indices, minlength=len(keys))[: len(keys)]
    weights = SHARES[kinds] * np.log1p((of_kind[kinds] - frequency + 0.5) / (frequency + 0.5))
    return weights, SHARES * np.log1p((of_kind + 0.5) / 0.5)
