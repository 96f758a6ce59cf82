"""The retriever that reads: candidates by whole entries, the closest read with the message, one probability each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import FaqHit
from chatbot.ports import Retriever
from chatbot.reading.base import EntryBase, whole
from chatbot.reading.evidence import candidates
from chatbot.reading.weights import ReaderWeights
from chatbot.types import Vectors

CANDIDATES, READ = 10, 4
"""Entries that are weighed, and how many of them are read."""
WORD_FOR_WORD = 0.99
"""Score from which the search says that an entry stores the message as it is: there is nothing to read then."""

States: TypeAlias = NDArray[np.float16]


class ReadText(Protocol):
    """A text as the reader's encoder sees it: its vector, shape (dimension,), and its states, (tokens, dimension)."""

    @property
    def vector(self) -> Vectors: ...
    @property
    def states(self) -> States: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads: the encoder's pass over texts, the reader's pass over a message with entries, the learned weights."""

    encoder_id: str
    read: Callable[[Sequence[str]], Sequence[Any]]
    """Texts to `ReadText`, in order."""
    log_odds: Callable[[States, Sequence[States]], NDArray[np.float64]]
    """The states of a message and of n entries to n log-odds."""
    weights: ReaderWeights


@dataclass(frozen=True, slots=True)
class ReadingRetriever:
    """A retriever whose candidates are read. Implements `ports.Retriever`. Safe for concurrent searches."""

    inner: Retriever
    base: EntryBase
    reading: Reading
    states: Callable[[str], States]
    """The states of an entry's text, kept after the first time."""

    @property
    def fingerprint(self) -> str:
        """Identity of the index, the reader's encoder and its weights."""
        return f"{self.inner.fingerprint}+{self.reading.weights.id}"

    @property
    def size(self) -> int:
        """Number of entries that can be found."""
        return self.inner.size

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, the dense score's share of the learned weight of the search, 0 to 1."""
        return self.inner.dense_share

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The lowest score at which at most this share of the answers in a language is expected to be wrong."""
        return self.reading.weights.answer_from(lang, tolerated_wrong)

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each once, at most `limit`; `vector` is the unit vector of `text`."""
        found = self.inner.search(text, vector, limit=max(limit, CANDIDATES))
        if not found or not text or found[0].score >= WORD_FOR_WORD:
            return found[:limit]
        (asked,) = self.reading.read([text])
        vectors = {"serving": vector, "tokens": asked.vector}
        close = candidates(self.base, text, vectors, limit=max(limit, CANDIDATES))
        entries = [self.base.entries[place] for place in close.places.tolist()]
        log_odds = self.reading.log_odds(asked.states, [self.states(whole(entry)) for entry in entries[:READ]])
        known = {hit.entry.id: hit for hit in found}
        searched = np.array([known[entry.id].score if entry.id in known else 0.0 for entry in entries])
        scores = self.reading.weights.probabilities(close.features, log_odds, searched)
        hits = [
            replace(known.get(entry.id) or FaqHit(entry, 0.0, entry.question), score=score)
            for entry, score in zip(entries, scores.tolist(), strict=True)
        ]
        return tuple(sorted(hits, key=lambda hit: -hit.score)[:limit])
