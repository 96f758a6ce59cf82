"""Reads the common intent of a message: n-grams and word classes in, calibrated probabilities out.

It needs NumPy only, no encoder, and keeps no state between calls, so any number of threads may share a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import CommonReading
from chatbot.intent.common.artifact import CommonArtifact, CommonWeights, load_common
from chatbot.intent.common.features import BUCKETS, features
from chatbot.intent.ngrams import BUCKETS as NGRAM_BUCKETS
from chatbot.intent.ngrams import rows_of
from chatbot.text import language

PATTERN_SHARE = 1.0
"""Length of the word classes' part of a row beside that of the n-grams, 1. By cross-validation (2026-12-01), macro F1
at 1 and 2: .721 and .702; recall of a wish for a person alike."""


def load_common_intents(directory: Path) -> LinearCommonIntents:
    """Load and check a trained model directory. Raises ArtifactError."""
    return LinearCommonIntents(load_common(directory))


def weighted(buckets: NDArray[np.int64], counts: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values of a row as training and serving both have them, shape (buckets,).

    n-grams and word classes are brought to length 1 and `PATTERN_SHARE`, each by itself. `idf` is aligned.
    """
    values = counts * idf
    split = int(np.searchsorted(buckets, NGRAM_BUCKETS))
    values[:split] *= 1.0 / _length(values[:split])
    values[split:] *= PATTERN_SHARE / _length(values[split:])
    return values


def _length(values: NDArray[np.float32]) -> float:
    return max(float(np.sqrt(values @ values)), 1e-9)


@dataclass(frozen=True)
class LinearCommonIntents:
    """A `CommonIntents`: one message costs its hashing and a product with a few hundred rows."""

    artifact: CommonArtifact
    _rows: NDArray[np.int32] = field(init=False, repr=False)
    """Row of each bucket in the weights, -1 for buckets that did not occur in training."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", rows_of(self.artifact.weights.buckets, BUCKETS))

    @property
    def version(self) -> str:
        """The name of the trained version."""
        return self.artifact.version

    def read(self, text: str) -> CommonReading:
        """The probabilities of the common intents of a message, with what each needs in its language."""
        lang = language(text)
        logits = self.logits(text) / self.artifact.temperatures[lang]
        raised = np.exp(logits - logits.max())
        shares = (raised / raised.sum()).tolist()
        return CommonReading(dict(zip(self.artifact.intents, shares, strict=True)), self.artifact.needed[lang])

    def logits(self, text: str) -> NDArray[np.float32]:
        """The logits of the intents before the temperature, shape (k,)."""
        weights: CommonWeights = self.artifact.weights
        buckets, counts = features(text)
        rows = self._rows[buckets]
        seen = rows >= 0
        rows = rows[seen]
        values = weighted(buckets[seen], counts[seen], weights.idf[rows])
        # Not a matrix product: that would wake the threads of the linear algebra library.
        return np.asarray(weights.bias + np.einsum("r,rk->k", values, weights.weights[rows]))
