"""Checks whether a tuned encoder finds held-out FAQ phrasings better than its source, by dense search alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.types import Encode
from training.evaluation.findings import RetrievalChange

MOST_QUERIES = 400
"""Maximum number of held-out phrasings per fold; more would only take time."""


class Phrasings:
    """The phrasings of each FAQ entry, assigned so that each fold holds out at most one per entry and keeps one."""

    def __init__(self, entries: Sequence[Sequence[str]], *, folds: int, seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311
        self._entries = [rng.sample(list(entry), len(entry)) for entry in entries if entry]
        self._queries: list[list[tuple[str, int]]] = []
        for fold in range(folds):
            own = [(entry[fold], number) for number, entry in enumerate(self._entries) if fold < len(entry) - 1]
            self._queries.append(own if len(own) <= MOST_QUERIES else rng.sample(own, MOST_QUERIES))

    def held_out(self, fold: int) -> list[str]:
        """The phrasings that the encoder of this fold must not be trained on."""
        return [text for text, _ in self._queries[fold]]

    def kept(self, fold: int) -> list[list[str]]:
        """The other phrasings of each entry, in the order of the entries."""
        gone = {(text, number) for text, number in self._queries[fold]}
        return [[text for text in entry if (text, number) not in gone] for number, entry in enumerate(self._entries)]

    def ranks(self, fold: int, encode: Encode) -> NDArray[np.int64]:
        """The rank, from 1, at which each held-out phrasing of the fold finds its entry, shape (queries,)."""
        queries = self._queries[fold]
        if not queries:
            return np.empty(0, dtype=np.int64)
        kept = self.kept(fold)
        stored = encode([text for entry in kept for text in entry])
        starts = np.cumsum([0, *(len(entry) for entry in kept)])[:-1]
        similar = encode([text for text, _ in queries]) @ stored.T
        by_entry = np.maximum.reduceat(similar, starts, axis=1)
        own = by_entry[np.arange(len(queries)), [number for _, number in queries]]
        return np.asarray((by_entry > own[:, None]).sum(axis=1) + 1, dtype=np.int64)


def retrieval_change(before: Sequence[NDArray[np.int64]], after: Sequence[NDArray[np.int64]]) -> RetrievalChange | None:
    """Compare the ranks of all folds, by the source encoder and the tuned ones; None without any query."""
    old, new = (np.concatenate([np.empty(0), *ranks]) for ranks in (before, after))
    if not len(old):
        return None
    return RetrievalChange(
        n=len(old),
        hit_1_before=float((old == 1).mean()),
        hit_1_after=float((new == 1).mean()),
        mrr_before=float((1.0 / old).mean()),
        mrr_after=float((1.0 / new).mean()),
    )
