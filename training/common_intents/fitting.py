"""Fits the linear model of common intents, and the temperature of its logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from chatbot.domain import CommonIntent
from chatbot.intent.common.artifact import CommonWeights
from chatbot.intent.common.features import BUCKETS, features
from chatbot.intent.common.model import weighted
from training.common_intents.data import Labelled

INTENTS = tuple(CommonIntent)
"""The order of the columns."""

_STRENGTH = 5.0
"""Inverse regularisation strength C; 5 and 20 measured alike."""
_MAX_ITERATIONS, _TOLERANCE = 150, 1e-3
"""80 iterations and 3e-3 stop too early: macro F1 .733, not .755, though with some patterns fewer (2026-12-01)."""
_LEAST_TEXTS = 3
"""In how many texts a bucket must occur."""
_MOST_BUCKETS = 60_000
"""So many rows are kept, those with the largest weights: 2.2 MB."""
_EVENNESS = 0.7
"""How far intents with few messages are weighed up: 0 not at all, 1 until all weigh the same."""
BUSINESS_WEIGHT, FILLED_WEIGHT, JOINED_WEIGHT = 0.5, 0.3, 0.5
"""Weight of a message of a business, of a filled pattern and of two joined messages beside a labelled one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Counted rows: `counts` sparse (n, BUCKETS), `labels` (n,) as places in `INTENTS`, `weights` (n,)."""

    counts: sparse.csr_array
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]

    def of(self, chosen: NDArray[np.int64]) -> Rows:
        """Select rows."""
        return Rows(self.counts[chosen], self.labels[chosen], self.weights[chosen])

    def and_(self, others: Rows) -> Rows:
        """These and others below."""
        return Rows(
            sparse.vstack([self.counts, others.counts]).tocsr(),
            np.concatenate([self.labels, others.labels]),
            np.concatenate([self.weights, others.weights]),
        )


def counted(messages: Sequence[Labelled], weight: float = 1.0) -> Rows:
    """The features of messages; those of a business weigh `BUSINESS_WEIGHT`, the others `weight`."""
    found = [features(one.text) for one in messages]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    indices = np.concatenate([np.empty(0, dtype=np.int64), *(buckets for buckets, _ in found)])
    values = np.concatenate([np.empty(0, dtype=np.float32), *(counts for _, counts in found)])
    return Rows(
        sparse.csr_array((values, indices, ends), shape=(len(messages), BUCKETS)),
        np.array([INTENTS.index(one.intent) for one in messages], dtype=np.int64),
        np.array([BUSINESS_WEIGHT if one.business else weight for one in messages], dtype=np.float64),
    )


def fit(rows: Rows, seed: int) -> CommonWeights:
    """Multinomial logistic regression on TF-IDF rows, with the buckets that matter most."""
    texts = np.bincount(rows.counts.indices, minlength=BUCKETS)
    buckets = np.flatnonzero(texts >= _LEAST_TEXTS)
    idf = (np.log((1.0 + len(rows.labels)) / (1.0 + texts[buckets])) + 1.0).astype(np.float32)
    of_intent = np.bincount(rows.labels, weights=rows.weights, minlength=len(INTENTS))
    even = (rows.weights.sum() / np.maximum(of_intent, 1e-9)) ** _EVENNESS
    model = LogisticRegression(C=_STRENGTH, max_iter=_MAX_ITERATIONS, tol=_TOLERANCE, random_state=seed)
    sample = rows.weights * even[rows.labels]
    model.fit(matrix(rows.counts, buckets, idf), rows.labels, sample_weight=sample * (len(sample) / sample.sum()))
    weights = np.zeros((len(buckets), len(INTENTS)), dtype=np.float32)
    bias = np.full(len(INTENTS), -10.0, dtype=np.float32)
    weights[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    if len(buckets) > _MOST_BUCKETS:
        kept = np.sort(np.argsort(-(np.abs(weights).max(axis=1) * idf), kind="stable")[:_MOST_BUCKETS])
        buckets, idf, weights = buckets[kept], idf[kept], weights[kept]
    return CommonWeights(buckets.astype(np.int32), idf, weights, bias)


def logits(rows: Rows, weights: CommonWeights) -> NDArray[np.float64]:
    """The logits of rows, shape (n, len(INTENTS)), as serving computes them."""
    product = matrix(rows.counts, weights.buckets.astype(np.int64), weights.idf) @ weights.weights
    return np.asarray(product + weights.bias, dtype=np.float64)


def matrix(counts: sparse.csr_array, buckets: NDArray[np.int64], idf: NDArray[np.float32]) -> sparse.csr_array:
    """Rows over the `buckets` (v,) with the values of serving, sparse (n, v)."""
    chosen = counts[:, buckets].tocsr()
    chosen.sort_indices()
    for start, end in zip(chosen.indptr[:-1], chosen.indptr[1:], strict=True):
        places = chosen.indices[start:end]
        chosen.data[start:end] = weighted(buckets[places], chosen.data[start:end], idf[places])
    return chosen


def fit_temperature(raw: NDArray[np.float64], labels: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """The temperature of held-out logits (n, k) with the highest likelihood (Guo et al. 2017)."""

    def loss(log_temperature: float) -> float:
        shares = probabilities(raw, np.full(len(raw), np.exp(log_temperature)))
        at_label = shares[np.arange(len(labels)), labels]
        return float(-(weights * np.log(np.maximum(at_label, 1e-12))).sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def probabilities(raw: NDArray[np.float64], temperatures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of logits (n, k), each row at its temperature (n,)."""
    scaled = raw / temperatures[:, None]
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
