"""A base of entries as messages are compared with it: vectors of questions, answers and whole entries, and words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import FaqEntry
from chatbot.reading.asking import NUMBERS, denies, kinds
from chatbot.reading.words import EntryWords
from chatbot.text import language
from chatbot.types import Encode, Vectors
from chatbot.vectors.centring import scaled_to_unit

Values = NDArray[np.float64]
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n")
MOST_SENTENCES = 12
"""Of an answer, those that are compared one by one; the rest counts as one more."""
PRIOR = 5
"""Number of zero vectors that the mean of a base is taken with: the mean of one entry would be that entry."""
_PARTS = ("question", "answer", "whole")


def sentences(answer: str) -> list[str]:
    """The sentences and lines of an answer, at least one."""
    found = [part.strip() for part in _SENTENCE.split(answer) if part.strip()]
    if len(found) > MOST_SENTENCES:
        found[MOST_SENTENCES:] = [" ".join(found[MOST_SENTENCES:])]
    return found or [answer]


def whole(entry: FaqEntry) -> str:
    """Question and answer as one text."""
    return f"{entry.question}\n{entry.answer}"


@dataclass(frozen=True, slots=True)
class _Part:
    """Vectors of one part of the entries, less their mean; `starts` are the first rows of the entries."""

    vectors: Vectors
    centre: Vectors
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, vectors: Vectors, counts: Sequence[int]) -> _Part:
        centre: Vectors = vectors.sum(axis=0) / np.float32(len(vectors) + PRIOR)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
        return cls(scaled_to_unit(np.asarray(vectors - centre, dtype=np.float32)), centre, starts)

    def similar(self, vector: Vectors) -> Values:
        """The best cosine of each entry, shape (entries,)."""
        moved = scaled_to_unit(np.asarray(vector - self.centre, dtype=np.float32))
        best: Values = np.maximum.reduceat(self.vectors @ moved, self.starts).astype(np.float64)
        return best


class EntryBase:
    """Immutable. Safe for concurrent use."""

    def __init__(self, entries: Sequence[FaqEntry], encoders: Mapping[str, Encode]) -> None:
        """Encode the entries.

        Args:
            entries: at least one.
            encoders: by a short name, texts to unit vectors; a message's vectors are given by the same names.
        """
        self.entries = tuple(entries)
        self.words = EntryWords(entries)
        texts = {
            "question": [list(entry.phrasings) for entry in entries],
            "answer": [sentences(entry.answer) for entry in entries],
            "whole": [[whole(entry)] for entry in entries],
        }
        counts = {part: [len(one) for one in texts[part]] for part in _PARTS}
        flat = [text for part in _PARTS for one in texts[part] for text in one]
        bounds = np.cumsum([sum(counts[part]) for part in _PARTS])[:-1]
        self._parts = {
            (name, part): _Part.of(vectors, counts[part])
            for name, encode in encoders.items()
            for part, vectors in zip(_PARTS, np.split(encode(flat), bounds), strict=True)
        }
        self.languages = np.array([language(whole(entry)) for entry in entries])
        self.numbers = [frozenset(NUMBERS.findall(whole(entry))) for entry in entries]
        self.kinds = np.array([kinds(" ".join(entry.phrasings)) for entry in entries])
        self.denies = np.array([denies(entry.question) for entry in entries])
        self.lengths = np.log1p([len(entry.answer) for entry in entries])

    def similar(self, vectors: Mapping[str, Vectors]) -> dict[str, Values]:
        """By encoder and part, such as `tokens_question`: the similarity of every entry, shape (entries,)."""
        return {f"{name}_{part}": held.similar(vectors[name]) for (name, part), held in self._parts.items()}
