"""Paired tests of two models on the same messages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

Numbers = NDArray[np.float64]

RESAMPLES = 2_000
_SLOW_RESAMPLES = 500


def mcnemar(lost: int, gained: int) -> float:
    """One-sided exact McNemar test (1947): probability of at least this many losses if gains are equally likely.

    Args:
        lost: messages that only the old model gets right.
        gained: messages that only the new model gets right.
    """
    return float(binom.sf(lost - 1, lost + gained, 0.5)) if lost else 1.0


def bootstrap_mean(differences: Numbers, *, seed: int = 13) -> Numbers:
    """Means of bootstrap resamples (Efron 1979), ascending, shape (RESAMPLES,); zeros for no differences."""
    n = len(differences)
    if not n:
        return np.zeros(RESAMPLES)
    rng = np.random.default_rng(seed)
    # Multinomial counts are equivalent to drawing rows, without an array of RESAMPLES times n.
    counts = (rng.multinomial(n, np.full(n, 1.0 / n)) for _ in range(RESAMPLES))
    return np.sort(np.array([count @ differences for count in counts]) / n)


def bootstrap_difference(new: Callable[[NDArray[np.int64]], float], n: int, *, seed: int = 13) -> Numbers:
    """Values of a figure of n paired rows on resamples, ascending; `new` gets the row numbers, shape (n,)."""
    rng = np.random.default_rng(seed)
    return np.sort(np.array([new(rng.integers(0, n, n)) for _ in range(_SLOW_RESAMPLES)]))


def quantile(ascending: Numbers, share: float) -> float:
    """The value that this share, 0 to 1, of the sorted values does not exceed."""
    return float(np.quantile(ascending, share))
