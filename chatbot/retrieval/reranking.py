"""Reranks the best hits with a cross-encoder, which reads message and entry together.

Off unless a model is named, since it costs a forward pass per hit. The model is loaded in the background; until it is
loaded, or if it cannot be, hits keep the order of the search.
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
"""Number of best hits that are reranked."""
TRUST = 0.65
"""Exponent on the cross-encoder's odds: it reads the same words as the search, so it counts for less than independent
evidence."""
SUREST = 6.0
"""Limit on its log-odds: scales differ between models."""

_log = logging.getLogger(__name__)


class CrossEncoderScorer:
    """Log-odds that an entry answers a message, available once the model is loaded. Thread-safe."""

    def __init__(self, model: str) -> None:
        """Name a model by its id on a hub or by its directory; it is loaded at the first question."""
        self.model = model
        self._loading: threading.Thread | None = None
        self._lock = threading.Lock()
        self._loaded: Any = None

    def log_odds(self, text: str, passages: Sequence[str]) -> NDArray[np.float64] | None:
        """One value per passage, shape (len(passages),); None while the model is not loaded."""
        if self._loaded is None:
            self._start()
            return None
        scores = np.asarray(self._loaded.predict([(text, passage) for passage in passages]), dtype=np.float64)
        return scores[:, -1] - scores[:, 0] if scores.ndim == 2 else scores

    def wait(self) -> bool:
        """Wait for loading to end. Returns whether the model is available."""
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
    """A retriever whose best hits are reranked. Implements `ports.Retriever`."""

    inner: HybridRetriever
    scorer: CrossEncoderScorer

    @property
    def fingerprint(self) -> str:
        """Identity of the index and the model."""
        return f"{self.inner.fingerprint}+{self.scorer.model}"

    @property
    def size(self) -> int:
        """Number of entries that can be found."""
        return self.inner.size

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, the dense score's share of the learned weight, 0 to 1."""
        return self.inner.dense_share

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The lowest score at which an answer may be given in a language."""
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
    """The hits in descending order of score after Bayes' rule, with their scores as prior and the odds as evidence.

    "No entry answers" has even odds, so it gains on hits that the model doubts.
    """
    before = np.array([hit.score for hit in hits])
    after = before * np.exp(TRUST * np.clip(log_odds, -SUREST, SUREST))
    after /= max(0.0, 1.0 - float(before.sum())) + float(after.sum()) + 1e-12
    order = np.argsort(-after, kind="stable")
    return [replace(hits[place], score=float(after[place])) for place in order.tolist()]
