"""Combines the evidence of three experts into intent probabilities and one in-scope probability.

Training and serving both call these functions, so that a model is served exactly as it was measured.

The experts are a linear head on sentence vectors, a linear head on hashed n-grams, and a kernel vote of the prototypes
(training utterances near the message). They are combined as a log-linear opinion pool (Genest and Zidek 1986) whose
weights are fitted on held-out predictions and so include the temperature (Guo et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""float32 or float64, as the caller has them."""

EXPERTS = ("dense", "lexical", "votes")
SIGNALS = (
    "confidence",
    "energy",
    "lexical_energy",
    "nearest",
    "nearest_few",
    "known_words",
    "scope_head",
    "distance_to_oos",
)
"""The signals of the out-of-scope score in the order of its weights; higher always means more likely in scope."""

VOTE_TEMPERATURE = 0.05
"""Width of the vote's kernel in units of cosine similarity."""
FEW = 3
_VOTE_FLOOR = 1e-7
_SURE = 1e-5


@dataclass(frozen=True, slots=True)
class Evidence:
    """The experts' evidence on n messages and k intents.

    `dense`, `lexical` and `votes` are logits of shape (n, k), each row centred. The rest has shape (n,): cosine
    similarity to the nearest and to the few nearest training utterances, share of known n-grams (0 to 1), logit of
    being in scope from the head trained on labelled out-of-scope rows, and the negative similarity to the nearest of
    those rows (the last two are 0 without such rows).
    """

    dense: Floats
    lexical: Floats
    votes: Floats
    nearest: Floats
    nearest_few: Floats
    known_words: Floats
    scope_head: Floats
    distance_to_oos: Floats


@dataclass(frozen=True, slots=True)
class ScopeModel:
    """Logistic regressions over the standardised signals, one for each of g groups of messages.

    `mean`, `scale` and `weights` have shape (g, len(SIGNALS)), `intercept` (g,).
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]


def centred(logits: Floats) -> Floats:
    """Logits of shape (n, k) less their row mean, which leaves a softmax unchanged but not an energy."""
    return np.asarray(logits - np.add.reduce(logits, axis=1, keepdims=True) / logits.shape[1])


def vote_logits(similarities: Floats, counts: NDArray[np.int64]) -> Floats:
    """The kernel vote of the prototypes, shape (n, k).

    Args:
        similarities: cosine similarity to each prototype, shape (n, p); prototypes are in the order of the intents.
        counts: number of prototypes of each of the k intents, shape (k,), none of them 0.
    """
    starts = np.cumsum(counts) - counts
    highest = np.maximum.reduce(similarities, axis=1, keepdims=True)
    kernel = np.exp((similarities - highest) / VOTE_TEMPERATURE)
    return centred(np.log(np.add.reduceat(kernel, starts, axis=1) + _VOTE_FLOOR))


def nearest_similarities(similarities: Floats) -> tuple[Floats, Floats]:
    """The largest similarity of each row and the mean of the `FEW` largest, both of shape (n,)."""
    few = min(FEW, similarities.shape[1])
    largest = np.partition(similarities, similarities.shape[1] - few, axis=1)[:, -few:]
    return np.maximum.reduce(largest, axis=1), np.add.reduce(largest, axis=1) / few


def pooled_logits(evidence: Evidence, pool: NDArray[np.float64]) -> Floats:
    """The logits of the opinion pool, shape (n, k); `pool` (n, 3) or (3,) holds the weight of each of the EXPERTS."""
    dense, lexical, votes = np.atleast_2d(pool).T[:, :, None]
    return np.asarray(dense * evidence.dense + lexical * evidence.lexical + votes * evidence.votes)


def softmax(logits: Floats) -> Floats:
    """Probabilities along the rows, shape (n, k)."""
    raised = np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True))
    return np.asarray(raised / np.add.reduce(raised, axis=1, keepdims=True))


def scope_signals(evidence: Evidence, probabilities: Floats) -> NDArray[np.float64]:
    """The SIGNALS of n messages, shape (n, len(SIGNALS)).

    Sources: maximum probability (Hendrycks and Gimpel 2017), energy (Liu et al. 2020), distance to the nearest training
    samples (Sun et al. 2022).
    """
    highest = np.minimum(np.maximum(np.maximum.reduce(probabilities, axis=1), _SURE), 1.0 - _SURE)
    signals = np.empty((len(highest), len(SIGNALS)), dtype=np.float64)
    signals[:, 0] = np.log(highest) - np.log1p(-highest)
    signals[:, 1] = _energy(evidence.dense)
    signals[:, 2] = _energy(evidence.lexical)
    signals[:, 3] = evidence.nearest
    signals[:, 4] = evidence.nearest_few
    signals[:, 5] = evidence.known_words
    signals[:, 6] = evidence.scope_head
    signals[:, 7] = evidence.distance_to_oos
    return signals


def in_scope_probability(
    signals: NDArray[np.float64], model: ScopeModel, groups: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Calibrated probability of being in scope, shape (n,).

    Args:
        signals: shape (n, len(SIGNALS)).
        model: the regressions of the groups.
        groups: which of them each message belongs to, shape (n,).
    """
    standard = (signals - model.mean[groups]) / model.scale[groups]
    logits = np.vecdot(standard, model.weights[groups]) + model.intercept[groups]
    return np.asarray(1.0 / (1.0 + np.exp(-np.minimum(np.maximum(logits, -30.0), 30.0))))


def _energy(logits: Floats) -> Floats:
    highest = np.maximum.reduce(logits, axis=1)
    return np.asarray(highest + np.log(np.add.reduce(np.exp(logits - highest[:, None]), axis=1) / logits.shape[1]))
