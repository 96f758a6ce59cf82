"""A second look at the best hits by a cross-encoder, which reads message and entry together.

Knows: hits, any cross-encoder of sentence-transformers by id or path. Does not know: how the hits were found.

Off unless a model is named: it costs a forward pass for each hit. The first answers do not wait for the model: it is
loaded beside them, and until it is there, or when it cannot be loaded, hits stay as they were found.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import FaqHit
from chatbot.retrieval.hybrid import WORD_FOR_WORD, HybridRetriever
from chatbot.types import Vectors

LOOKED_AT = 10
"""So many best hits are read again."""
TRUST = 0.65
"""Exponent of the cross-encoder's odds: it reads the same words as the search, so it counts for less than a second,
independent witness."""
SUREST = 6.0
"""Limit of its log-odds: scales differ between models."""

_log = logging.getLogger(__name__)


class CrossEncoderScorer:
    """Log-odds that an entry answers a message, once the model is loaded. Thread-safe."""

    def __init__(self, model: str) -> None:
        """Name a model by its id on a hub or by its directory; it is loaded at the first question."""
        self.model = model
        self._loading: threading.Thread | None = None
        self._lock = threading.Lock()
        self._loaded: Any = None

    def log_odds(self, text: str, passages: Sequence[str]) -> NDArray[np.float64] | None:
        """One for each passage, shape (len(passages),); None while the model is not there."""
        if self._loaded is None:
            self._start()
            return None
        scores = np.asarray(self._loaded.predict([(text, passage) for passage in passages]), dtype=np.float64)
        return scores[:, -1] - scores[:, 0] if scores.ndim == 2 else scores

    def wait(self) -> bool:
        """Wait until loading has ended; whether the model is there."""
        self._start()
        if self._loading is not None:
            self._loading.join()
        return self._loaded is not None

    def _start(self) -> None:
        with self._lock:
            if self._loading is None:
                self._loading = threading.Thread(target=self._load, name="reranker", daemon=True)
                self._loading.start()

    def _load(self) -> None:
        try:
            from sentence_transformers import CrossEncoder
            from torch.nn import Identity

            self._loaded = CrossEncoder(self.model, activation_fn=Identity())
        except (OSError, ValueError, ImportError) as error:
            _log.error(
                "The reranker %s cannot be loaded, so hits stay in the order of the search: %s", self.model, error
            )


@dataclass(frozen=True, slots=True)
class RerankedRetriever:
    """The retriever with that second look. Implements `ports.Retriever`."""

    inner: HybridRetriever
    scorer: CrossEncoderScorer

    @property
    def fingerprint(self) -> str:
        """Identity of the index and the model."""
        return f"{self.inner.fingerprint}+{self.scorer.model}"

    @property
    def size(self) -> int:
        """How many entries can be found."""
        return self.inner.size

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, how much of the learned weight the dense leg has."""
        return self.inner.dense_share

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The least score that an answer needs in a language."""
        return self.inner.answer_from(lang, tolerated_wrong)

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each once, at most `limit`; `vector` is the unit vector of `text`."""
        hits = self.inner.search(text, vector, limit=max(limit, LOOKED_AT))
        looked_at = hits[:LOOKED_AT]
        if not hits or not text or hits[0].score >= WORD_FOR_WORD:
            return hits[:limit]
        odds = self.scorer.log_odds(text, [f"{hit.phrasing} {hit.entry.answer}" for hit in looked_at])
        if odds is None:
            return hits[:limit]
        return (*reweighed(looked_at, odds), *hits[LOOKED_AT:])[:limit]


def reweighed(hits: Sequence[FaqHit], log_odds: NDArray[np.float64]) -> list[FaqHit]:
    """The hits by falling score after Bayes' rule: their scores are the prior, the odds the evidence.

    That no entry answers has even odds, so that a hit the model doubts loses to it.
    """
    before = np.array([hit.score for hit in hits])
    after = before * np.exp(TRUST * np.clip(log_odds, -SUREST, SUREST))
    after /= max(0.0, 1.0 - float(before.sum())) + float(after.sum()) + 1e-12
    order = np.argsort(-after, kind="stable")
    return [replace(hits[place], score=float(after[place])) for place in order.tolist()]
