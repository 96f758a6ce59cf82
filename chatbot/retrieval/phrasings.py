"""All phrasings of all entries, numbered in one sequence, with their dense and lexical scores.

In a base of at most `dense.EXACT_UP_TO` phrasings all are scored. In a larger one only those that rank high in either
score are, at a cost that does not grow with the base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.retrieval import dense
from chatbot.retrieval.lexical import LexicalIndex, Rows, Scores
from chatbot.types import Vectors
from chatbot.vectors.centring import scaled_to_unit

DEPTH = 256
"""Number of nearest phrasings that are scored exactly; the others get the score of the last of them."""

LEADING = 128
"""Number of phrasings with the best word overlap that are scored too, in a base too large to score in full."""


class DenseIndex(Protocol):
    """Nearest vectors by position."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their dimension."""

    def search(self, vector: Vectors, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Positions and inner products of the `limit` nearest vectors, best first; `vector` has shape (dimension,)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Dense and lexical scores of a query for phrasings, and the entries that own these."""

    rows: Rows
    """Numbers of the phrasings, ascending."""
    dense: Scores
    lexical: Scores
    entries: Rows
    """Positions of the entries, ascending."""
    starts: Rows
    """Where in `rows` the phrasings of each entry begin."""
    answers: Scores
    """Similarity with each entry's answer, shape (len(entries),); zeros where answers are not indexed."""

    def best(self, scores: Scores) -> Scores:
        """The highest score among each entry's phrasings, shape (len(entries),)."""
        if len(self.entries) == len(self.rows):
            return scores
        highest: Scores = np.maximum.reduceat(scores, self.starts)
        return highest


@dataclass(frozen=True, slots=True)
class AnswerField:
    """The entries' answers: centred unit vectors, shape (entries, dimension), and the mean vector by language."""

    vectors: Vectors
    centres: Mapping[str, Vectors]


class Phrasings:
    """Immutable. Safe for concurrent searches."""

    def __init__(
        self,
        counts: Sequence[int],
        lexical: LexicalIndex,
        index: DenseIndex,
        centres: Mapping[str, Vectors],
        answers: AnswerField | None = None,
    ) -> None:
        """Combine the dense and the lexical index.

        Args:
            counts: number of phrasings of each entry.
            lexical: index over all phrasings in order.
            index: the centred vectors of all phrasings in order.
            centres: the mean vector by language.
            answers: vectors of the entries' answers, if these are indexed.
        """
        self.counts = np.asarray(counts, dtype=np.intp)
        self.owner = np.repeat(np.arange(len(self.counts)), self.counts)
        self.lexical = lexical
        self.index = index
        self.centres = dict(centres)
        self.answers = answers
        self.first = np.concatenate([[0], np.cumsum(self.counts)])[:-1].astype(np.intp)
        """Number of each entry's first phrasing."""
        self._everything = np.arange(len(self.counts)), np.arange(len(self.owner))

    @property
    def size(self) -> int:
        """Number of phrasings."""
        return len(self.owner)

    def centred(self, vectors: Vectors, lang: str) -> Vectors:
        """Unit vectors less the language's mean, as the index compares them; shape (dimension,) or (n, dimension)."""
        return scaled_to_unit(np.asarray(vectors - self.centres[lang], dtype=np.float32))

    def score(self, text: str, vector: Vectors, lang: str) -> Scored:
        """Dense and lexical scores of the phrasings that may matter; `vector` is the unit vector of `text`."""
        moved = self.centred(vector, lang)
        nearest, near = self.index.search(moved, DEPTH)
        if self.size <= dense.EXACT_UP_TO:
            entries, rows = self._everything
            starts = self.first
            lexical = self.lexical.scores(text)
        else:
            asked = self.lexical.asked(text)
            rows = np.union1d(nearest, self.lexical.leading(asked, LEADING))
            owners = self.owner[rows]
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            entries = owners[starts]
            lexical = self.lexical.scores_of(asked, rows)
        similar = np.full(len(rows), near[-1], dtype=np.float64)
        similar[np.searchsorted(rows, nearest)] = near
        answers = np.zeros(len(entries))
        if self.answers is not None:
            answers += (self.answers.vectors @ moved)[entries]
        return Scored(rows, similar, lexical, entries, starts, answers)
