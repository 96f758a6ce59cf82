"""The retriever: both legs over every phrasing, best phrasing per entry, one calibrated score.

Knows: phrasings, entries, the two legs, the learned fusion. Does not know: encoders, files, how anything was learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot import text as words
from chatbot.domain import FaqEntry, FaqHit
from chatbot.retrieval.fusion import RIVALS, Fusion, Scores
from chatbot.retrieval.lexical import LexicalIndex

Vectors = NDArray[np.float32]

LANGUAGES = ("en", "zh")
"""What `chatbot.text.language` tells apart."""
DEPTH = 256
"""So many nearest phrasings are scored exactly; the others count as near as the last of them."""
BLOCK = 64
"""Values that share a maximum when the largest are looked for."""
WORD_FOR_WORD = 0.99
"""Least score of the one entry that stores the customer's very words, whatever was learned."""


class DenseIndex(Protocol):
    """What `dense.FaissIndex` and `exact.ExactIndex` have in common."""

    @property
    def shape(self) -> tuple[int, int]: ...

    def search(self, vector: Vectors, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]: ...

    def to_bytes(self) -> bytes: ...


class Phrasings:
    """Every phrasing of every entry in one row of numbers, scored by both legs. Immutable."""

    def __init__(self, entries: Sequence[FaqEntry], index: DenseIndex, centres: Mapping[str, Vectors]) -> None:
        """`index` holds the centred vectors of all phrasings in order; `centres` the mean vector by language."""
        self.entries = tuple(entries)
        self.texts = tuple(phrasing for entry in entries for phrasing in entry.phrasings)
        counts = [len(entry.phrasings) for entry in entries]
        self.owner = np.repeat(np.arange(len(counts)), counts)
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        self.lexical = LexicalIndex(self.texts)
        self.index = index
        self.centres = dict(centres)

    def centred(self, vector: Vectors, lang: str) -> Vectors:
        """The unit vector of a text as the index compares it."""
        moved = vector - self.centres[lang]
        return np.asarray(moved / max(float(np.linalg.norm(moved)), 1e-9), dtype=np.float32)

    def score(self, text: str, vector: Vectors, lang: str) -> tuple[Scores, Scores]:
        """Dense and lexical score of every phrasing, each of shape (phrasings,)."""
        ids, near = self.index.search(self.centred(vector, lang), DEPTH)
        dense = np.full(len(self.texts), near[-1], dtype=np.float64)
        dense[ids] = near
        return dense, self.lexical.scores(text)

    def best(self, scores: Scores) -> Scores:
        """The best of each entry's phrasings, shape (entries,)."""
        if len(self.entries) == len(self.texts):
            return scores
        highest: Scores = np.maximum.reduceat(scores, self.starts[:-1])
        return highest


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """Implements `ports.Retriever`. Safe for concurrent searches: nothing changes after construction."""

    fingerprint: str
    phrasings: Phrasings
    fusions: Mapping[str, Fusion]
    exact: Mapping[str, int]
    """Normalised phrasing to the one entry that stores it."""

    @property
    def size(self) -> int:
        """How many entries can be found."""
        return len(self.phrasings.entries)

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, how much of the learned weight the dense leg has, 0 to 1."""
        sums = {lang: fusion.dense + fusion.lexical for lang, fusion in self.fusions.items()}
        return {lang: fusion.dense / sums[lang] for lang, fusion in self.fusions.items() if sums[lang] > 0}

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each once, at most `limit`; `vector` is the unit vector of `text`."""
        base = self.phrasings
        if limit < 1 or not base.entries:
            return ()
        lang = words.language(text)
        fusion = self.fusions[lang]
        dense, lexical = base.score(text, vector, lang)
        best_dense, best_lexical = base.best(dense), base.best(lexical)
        strengths = fusion.strengths(best_dense, best_lexical)
        same = self.exact.get(words.normalise(text))
        if same is not None:
            strengths[same] = max(strengths[same], float(strengths.max()))
        ranked = strongest(strengths, max(limit, RIVALS), first=same)
        scores = fusion.probabilities(strengths[ranked])
        if same is not None and scores[0] < WORD_FOR_WORD:
            scores = np.append(WORD_FOR_WORD, np.minimum(scores[1:], 1.0 - WORD_FOR_WORD))
        hits = []
        for entry, score in zip(ranked[:limit].tolist(), scores[:limit].tolist(), strict=True):
            own = slice(base.starts[entry], base.starts[entry + 1])
            nearest = int(fusion.strengths(dense[own], lexical[own]).argmax())
            hits.append(
                FaqHit(
                    entry=base.entries[entry],
                    score=score,
                    phrasing=base.entries[entry].phrasings[nearest],
                    dense=float(best_dense[entry]),
                    lexical=float(best_lexical[entry]),
                    dense_part=fusion.dense * float(best_dense[entry]),
                    lexical_part=fusion.lexical * float(best_lexical[entry]),
                )
            )
        return tuple(hits)


def strongest(strengths: Scores, limit: int, *, first: int | None = None) -> NDArray[np.intp]:
    """Positions of the `limit` largest values, falling, equal ones in order; `first` comes before its equals."""
    if first is not None:
        strengths = strengths.copy()
        strengths[first] = np.nextafter(strengths[first], np.inf)
    # As many blocks have a maximum at or above that of the last of them, and so have as many values.
    blocks = len(strengths) // BLOCK
    if blocks > limit:
        maxima = strengths[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        candidates = np.flatnonzero(strengths >= np.partition(maxima, blocks - limit)[blocks - limit])
    else:
        candidates = np.arange(len(strengths))
    order: NDArray[np.intp] = candidates[np.argsort(-strengths[candidates], kind="stable")][:limit]
    return order


def exact_phrasings(entries: Sequence[FaqEntry]) -> dict[str, int]:
    """Normalised phrasing to the position of its entry, without those that several entries share."""
    found: dict[str, int] = {}
    shared: set[str] = set()
    for position, entry in enumerate(entries):
        for phrasing in entry.phrasings:
            key = words.normalise(phrasing)
            if found.setdefault(key, position) != position:
                shared.add(key)
    return {key: position for key, position in found.items() if key and key not in shared}
