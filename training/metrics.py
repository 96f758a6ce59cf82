"""Figures of merit, computed by hand on arrays.

Knows: NumPy. Does not know: models, files or reports.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

BINS = 15


def accuracy(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Share of equal labels, 0 to 1; 0 for no rows."""
    return float((truth == predicted).mean()) if len(truth) else 0.0


def per_class(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], Numbers, Numbers, Numbers]:
    """How many true rows each of k classes has, and its precision, recall and F1 (0 where undefined), each (k,)."""
    n = np.bincount(truth[truth >= 0], minlength=k)[:k]
    named = np.bincount(predicted[predicted >= 0], minlength=k)[:k]
    right = np.bincount(truth[(truth == predicted) & (truth >= 0)], minlength=k)[:k]
    precision = right / np.maximum(named, 1)
    recall = right / np.maximum(n, 1)
    f1 = 2.0 * right / np.maximum(named + n, 1)
    return n, precision, recall, f1


def macro_f1(truth: NDArray[np.int64], predicted: NDArray[np.int64], k: int) -> float:
    """Mean F1 over the classes that occur in `truth`; 0 for no rows."""
    n, _, _, f1 = per_class(truth, predicted, k)
    return float(f1[n > 0].mean()) if (n > 0).any() else 0.0


def reliability(confidence: Numbers, right: NDArray[np.bool_], bins: int = BINS) -> tuple[Numbers, Numbers, Numbers]:
    """Rows, mean confidence and share right of each of `bins` equal bins over 0 to 1; NaN in empty bins."""
    place = np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    count = np.bincount(place, minlength=bins).astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, weights=confidence, minlength=bins) / count
        share = np.bincount(place, weights=right.astype(np.float64), minlength=bins) / count
    return count, mean, share


def expected_calibration_error(confidence: Numbers, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """ECE with equal-width bins (Naeini et al. 2015), 0 to 1; 0 for no rows."""
    if not len(confidence):
        return 0.0
    count, mean, share = reliability(confidence, right, bins)
    filled = count > 0
    return float((count[filled] * np.abs(mean[filled] - share[filled])).sum() / count.sum())


def auroc(positive: Numbers, negative: Numbers) -> float:
    """Probability that a positive scores above a negative, ties counting half; NaN if either is empty."""
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    not_above = np.searchsorted(ordered, positive, side="right")
    return float((below + not_above).sum() / (2.0 * len(positive) * len(negative)))


def false_positive_rate(positive: Numbers, negative: Numbers, recall: float = 0.95) -> float:
    """Share of negatives accepted at the highest threshold that accepts `recall` of the positives; NaN if none."""
    if not len(positive) or not len(negative):
        return float("nan")
    needed = int(np.ceil(recall * len(positive)))
    threshold = np.sort(positive)[len(positive) - needed]
    return float((negative >= threshold).mean())


def matthews(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Matthews correlation of any number of classes (Gorodkin 2004), -1 to 1; 0 where it is undefined."""
    names, codes = np.unique(np.concatenate([truth, predicted]), return_inverse=True)
    n = len(truth)
    t = np.bincount(codes[:n], minlength=len(names)).astype(np.float64)
    p = np.bincount(codes[n:], minlength=len(names)).astype(np.float64)
    right = float((truth == predicted).sum())
    spread = (n * n - p @ p) * (n * n - t @ t)
    return float((right * n - t @ p) / np.sqrt(spread)) if spread > 0 else 0.0
