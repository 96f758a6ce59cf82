"""What the words of a message and of whole entries have in common: question, phrasings and answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.domain import FaqEntry
from chatbot.text import tokens

Values = NDArray[np.float64]

SATURATION, LENGTH_SHARE = 1.2, 0.5
"""BM25's k1 and b (Robertson and Zaragoza 2009); b is less than the usual 0.75, as answers may be long for a reason."""


@dataclass(frozen=True, slots=True)
class WordEvidence:
    """Of each entry, shape (entries,); shares are of the weight of the message's words, 0 to 1."""

    entry: Values
    """BM25 over the whole entry, as a share of the most a message of these words can reach."""
    question: Values
    """The same over question and phrasings alone."""
    in_question: Values
    in_entry: Values
    elsewhere: Values
    """Words that the entry lacks and another entry has: the message may be about that one."""
    unknown: Values
    """Words that no entry has."""
    unasked: Values
    """Share of the weight of the entry's question that the message does not say."""


class EntryWords:
    """The words of a base of entries. Immutable."""

    def __init__(self, entries: Sequence[FaqEntry]) -> None:
        asked = [Counter(tokens(" ".join(entry.phrasings))) for entry in entries]
        whole = [words + Counter(tokens(entry.answer)) for words, entry in zip(asked, entries, strict=True)]
        self._column = {word: place for place, word in enumerate(dict.fromkeys(word for one in whole for word in one))}
        self._entries = len(entries)
        held = self._counts(whole)
        frequency = np.diff(held.tocsc().indptr)
        self._weights = self._rarity(frequency)
        self._has = (held > 0).astype(np.float64).tocsc()
        self._bm25 = self._saturated(held)
        questions = self._counts(asked)
        self._asked = (questions > 0).astype(np.float64).tocsc()
        self._bm25_asked = self._saturated(questions)
        self._question_weight = np.maximum(self._asked @ self._weights, 1e-9)

    def evidence(self, text: str) -> WordEvidence:
        """What the words of a message say about every entry."""
        said = dict.fromkeys(tokens(text))
        known = [self._column[word] for word in said if word in self._column]
        weights = self._weights[known]
        unknown = float(self._rarity(np.zeros(1))[0]) * (len(said) - len(known))
        total = max(float(weights.sum()) + unknown, 1e-9)
        most = total * (SATURATION + 1)
        in_entry = self._has[:, known] @ weights / total
        shared = self._asked[:, known] @ weights
        return WordEvidence(
            self._bm25[:, known] @ weights / most,
            self._bm25_asked[:, known] @ weights / most,
            shared / total,
            in_entry,
            float(weights.sum()) / total - in_entry,
            np.full(self._entries, unknown / total),
            1.0 - shared / self._question_weight,
        )

    def _rarity(self, frequency: NDArray[np.integer] | Values) -> Values:
        """BM25's inverse document frequency in its non-negative form."""
        return np.log1p((self._entries - frequency + 0.5) / (frequency + 0.5))

    def _counts(self, texts: Sequence[Counter[str]]) -> sparse.csr_array:
        rows = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
        columns = np.array([self._column[word] for one in texts for word in one], dtype=np.intp)
        values = np.array([count for one in texts for count in one.values()], dtype=np.float64)
        return sparse.coo_array((values, (rows, columns)), shape=(len(texts), max(1, len(self._column)))).tocsr()

    @staticmethod
    def _saturated(counts: sparse.csr_array) -> sparse.csc_array:
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths / max(float(lengths.mean()), 1e-9))
        held = counts.copy()
        owners = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        held.data = held.data * (SATURATION + 1) / (held.data + norm[owners])
        return held.tocsc()
