"""Fits the opinion pool and the in-scope regression to held-out evidence; both are convex problems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from chatbot.intent.scoring import EXPERTS, SIGNALS, Evidence, ScopeModel

_PRIOR_POOL = np.array([1.0, 0.3, 0.3])
"""Prior for the pool weights, used where there are too few rows to fit them; typical of larger data sets."""
_PRIOR_ROWS = 5.0
_SCOPE_PENALTY = 2.0


def fit_pool(evidence: Evidence, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights of the opinion pool, shape (3,), non-negative, by maximum likelihood on held-out rows.

    The negative log-likelihood is convex in the weights. Their scale is the inverse temperature of temperature scaling
    (Guo et al. 2017), so the pooled softmax is calibrated without a further step.

    Args:
        evidence: evidence about n held-out rows in scope.
        labels: the true intent of each row, shape (n,). Without rows the prior is returned.
    """
    if not len(labels):
        return _PRIOR_POOL.copy()
    logits = np.stack([evidence.dense, evidence.lexical, evidence.votes]).astype(np.float64)
    n = len(labels)
    at_label = logits[:, np.arange(n), labels]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        pooled = np.tensordot(weights, logits, axes=1)
        highest = pooled.max(axis=1, keepdims=True)
        raised = np.exp(pooled - highest)
        total = raised.sum(axis=1, keepdims=True)
        expected = np.einsum("eij,ij->ei", logits, raised / total)
        value = float((highest[:, 0] + np.log(total[:, 0]) - weights @ at_label).sum())
        away = weights - _PRIOR_POOL
        return (value + _PRIOR_ROWS * float(away @ away)) / n, (
            (expected - at_label).sum(axis=1) + 2.0 * _PRIOR_ROWS * away
        ) / n

    found = minimize(loss, _PRIOR_POOL, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(EXPERTS))
    return np.asarray(found.x, dtype=np.float64)


def fit_scope(signals: NDArray[np.float64], inside: NDArray[np.bool_], weights: NDArray[np.float64]) -> ScopeModel:
    """Logistic regression from signals to being in scope, for one group, with non-negative weights.

    Every signal is built so that a higher value means "more likely in scope". The constraint keeps a fit on few or
    unusual out-of-scope rows from learning a rule that fails on other traffic.

    Args:
        signals: shape (n, s).
        inside: whether each row is in scope, shape (n,).
        weights: weight of each row, shape (n,), summing to about n.
    """
    mean = np.average(signals, axis=0, weights=weights)
    spread = np.sqrt(np.average((signals - mean) ** 2, axis=0, weights=weights))
    scale = np.where(spread > 1e-6, spread, 1.0)
    x = np.where(spread > 1e-6, (signals - mean) / scale, 0.0)
    sign = np.where(inside, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, intercept = parameters[:-1], parameters[-1]
        margins = sign * (x @ slope + intercept)
        value = float(weights @ np.logaddexp(0.0, -margins)) + 0.5 * _SCOPE_PENALTY * float(slope @ slope)
        pull = -weights * sign / (1.0 + np.exp(np.clip(margins, -30.0, 30.0)))
        return value, np.append(x.T @ pull + _SCOPE_PENALTY * slope, pull.sum())

    s = signals.shape[1]
    bounds = [(0.0, None)] * s + [(None, None)]
    found = minimize(loss, np.zeros(s + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return ScopeModel(mean[None, :], scale[None, :], found.x[None, :-1], found.x[-1:])


def unfitted_scope(share: float) -> ScopeModel:
    """The model without held-out rows to fit: any message is in scope with probability 1 - `share`, 0 to 1."""
    s = len(SIGNALS)
    intercept = np.log((1.0 - share) / share)
    return ScopeModel(np.zeros((1, s)), np.ones((1, s)), np.zeros((1, s)), np.array([intercept]))


def joined(models: Sequence[ScopeModel]) -> ScopeModel:
    """Combine the regressions of several groups into one model."""
    return ScopeModel(
        np.concatenate([model.mean for model in models]),
        np.concatenate([model.scale for model in models]),
        np.concatenate([model.weights for model in models]),
        np.concatenate([model.intercept for model in models]),
    )
