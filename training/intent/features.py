"""Features for the heads: sentence vectors, n-gram counts, and a dense projection of the TF-IDF weighted n-grams.

A linear head in the span of the leading singular vectors of the TF-IDF matrix (latent semantic analysis, Deerwester et
al. 1990) is fitted many times faster than one on all n-grams, and folds back into one weight for each n-gram.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.intent.ngrams import BUCKETS, ngram_counts
from training.intent.config import IntentTrainingConfig

_RARE_FROM = 3_000
"""From this many rows on, an n-gram must occur in at least two of them: most others are typing errors."""
_MAX_BUCKETS, _MAX_WEIGHTS = 40_000, 8_000_000
"""Bounds of the n-gram head: buckets, and buckets times intents (two bytes each in the file)."""
_DIMENSIONS = 512
_MAX_SVD_ROWS = 20_000
_ITERATIONS = 3
_SPARE = 16
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class IntentFeatures:
    """The features of n texts.

    `vectors` (n, d) and `projected` (n, r) are float32; `counts` is sparse (n, BUCKETS) with 1 + ln(count). `buckets`
    (v,) are the n-gram buckets that have a weight, `idf` (v,) their weights, `unseen_idf` the weight of all others;
    `projection` has shape (v, r).
    """

    vectors: NDArray[np.float32]
    counts: sparse.csr_array
    buckets: NDArray[np.int64]
    idf: NDArray[np.float32]
    unseen_idf: float
    projection: NDArray[np.float32]
    projected: NDArray[np.float32]

    def rows(self, chosen: NDArray[np.int64]) -> IntentFeatures:
        """Select rows."""
        return replace(self, vectors=self.vectors[chosen], counts=self.counts[chosen], projected=self.projected[chosen])

    def with_vectors(self, vectors: NDArray[np.float32]) -> IntentFeatures:
        """Replace the vectors by unit vectors (n, d) of another encoder."""
        return replace(self, vectors=vectors)

    def known_share(self, train: NDArray[np.int64], test: NDArray[np.int64]) -> NDArray[np.float32]:
        """The share of each test row's idf mass whose n-grams occur in some training row, shape (len(test),)."""
        seen = np.zeros(BUCKETS, dtype=np.float32)
        seen[self.buckets] = self.idf
        in_training = np.zeros(BUCKETS, dtype=bool)
        in_training[self.counts[train].indices] = True
        known = np.where(in_training, seen, 0.0).astype(np.float32)
        everything = np.where(known > 0.0, known, np.float32(self.unseen_idf))
        rows = self.counts[test]
        mass = rows @ everything
        return np.asarray((rows @ known) / np.maximum(mass, 1e-9), dtype=np.float32)


def build_features(
    texts: Sequence[str], vectors: NDArray[np.float32], k: int, config: IntentTrainingConfig
) -> IntentFeatures:
    """Count, weight and project the n-grams of the texts; `k` is the number of intents, which limits the buckets."""
    counts = _count(texts)
    n = len(texts)
    document_frequency = np.bincount(counts.indices, minlength=BUCKETS)
    least = 2 if n >= _RARE_FROM else 1
    allowed = min(_MAX_BUCKETS, max(1_000, _MAX_WEIGHTS // (k + 1)))
    buckets = np.flatnonzero(document_frequency >= least)
    if len(buckets) > allowed:
        buckets = np.sort(buckets[np.argsort(-document_frequency[buckets], kind="stable")[:allowed]])
    idf = (np.log((1.0 + n) / (1.0 + document_frequency[buckets])) + 1.0).astype(np.float32)
    weighted = weighted_ngrams(counts, buckets, idf)
    projection = _leading_directions(weighted, config)
    return IntentFeatures(
        vectors=vectors,
        counts=counts,
        buckets=buckets,
        idf=idf,
        unseen_idf=float(np.log(1.0 + n) + 1.0),
        projection=projection,
        projected=np.asarray(weighted @ projection, dtype=np.float32),
    )


def weighted_ngrams(
    counts: sparse.csr_array, buckets: NDArray[np.int64] | NDArray[np.int32], idf: NDArray[np.float32]
) -> sparse.csr_array:
    """L2-normalised TF-IDF rows over the `buckets` (v,), weighted as in serving; sparse (n, v)."""
    weighted = (counts[:, buckets] @ sparse.diags_array(idf)).tocsr().astype(np.float32)
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    scaled: sparse.csr_array = (
        sparse.diags_array((1.0 / np.maximum(norms, 1e-9)).astype(np.float32)) @ weighted
    ).tocsr()
    return scaled


def _count(texts: Sequence[str]) -> sparse.csr_array:
    found = [ngram_counts(text) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    indices = np.concatenate([buckets for buckets, _ in found]) if found else np.empty(0, dtype=np.int64)
    data = np.concatenate([values for _, values in found]) if found else np.empty(0, dtype=np.float32)
    return sparse.csr_array((data, indices, ends), shape=(len(texts), BUCKETS))


def _leading_directions(weighted: sparse.csr_array, config: IntentTrainingConfig) -> NDArray[np.float32]:
    """Leading right singular vectors, shape (v, r), by subspace iteration (Halko et al. 2011).

    Bases are orthonormalised through their small Gram matrix, so matrices with v rows are only ever multiplied.
    """
    n, v = weighted.shape
    rank = min(_DIMENSIONS, n - 1, v - 1)
    if rank < 1:
        return np.zeros((v, 1), dtype=np.float32)
    random = np.random.default_rng(config.seed)
    if n > _MAX_SVD_ROWS:
        weighted = weighted[np.sort(random.choice(n, _MAX_SVD_ROWS, replace=False))]
    basis = random.standard_normal((v, min(rank + _SPARE, n - 1, v - 1))).astype(np.float32)
    transposed = weighted.T.tocsr()
    for _ in range(_ITERATIONS):
        basis = transposed @ _orthonormal(weighted @ basis)
    return np.ascontiguousarray(_orthonormal(basis)[:, :rank], dtype=np.float32)


def _orthonormal(basis: NDArray[np.float32]) -> NDArray[np.float32]:
    """An orthonormal basis of the columns, shape (m, r), largest directions first; nearly dependent ones become 0."""
    gram = (basis.T @ basis).astype(np.float64)
    values, directions = np.linalg.eigh(gram)
    values, directions = values[::-1], directions[:, ::-1]
    scale = np.where(values > _NEGLIGIBLE * values[0], 1.0 / np.sqrt(np.maximum(values, 1e-30)), 0.0)
    return np.asarray(basis @ (directions * scale).astype(np.float32))
