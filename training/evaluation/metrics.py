"""Evaluation metrics on NumPy arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

BINS = 15
_Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


def accuracy(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Share of equal labels, 0 to 1; 0 for no rows."""
    return float((truth == predicted).mean()) if len(truth) else 0.0


def class_counts(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows of each of k classes, rows predicted as it, and rows that are both, each (k,)."""
    n = np.bincount(truth[truth >= 0], minlength=k)[:k]
    named = np.bincount(predicted[predicted >= 0], minlength=k)[:k]
    right = np.bincount(truth[(truth == predicted) & (truth >= 0)], minlength=k)[:k]
    return n, named, right


def per_class(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], Numbers, Numbers, Numbers]:
    """How many true rows each of k classes has, and its precision, recall and F1 (0 where undefined), each (k,)."""
    n, named, right = class_counts(truth, predicted, k)
    precision = right / np.maximum(named, 1)
    recall = right / np.maximum(n, 1)
    f1 = 2.0 * right / np.maximum(named + n, 1)
    return n, precision, recall, f1


def macro_f1(truth: NDArray[np.int64], predicted: NDArray[np.int64], k: int) -> float:
    """Mean F1 over the classes that occur in `truth`; 0 for no rows."""
    n, _, _, f1 = per_class(truth, predicted, k)
    return float(f1[n > 0].mean()) if (n > 0).any() else 0.0


def wilson(right: NDArray[np.int64], n: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """95 % score interval (Wilson 1927) of the shares right / n: lower and upper ends, 0 and 1 where n is 0."""
    rows = np.maximum(n, 1)
    share = right / rows
    middle = share + _Z95**2 / (2.0 * rows)
    half = _Z95 * np.sqrt(share * (1.0 - share) / rows + _Z95**2 / (4.0 * rows**2))
    low, high = (middle - half) / (1.0 + _Z95**2 / rows), (middle + half) / (1.0 + _Z95**2 / rows)
    return np.where(n > 0, np.clip(low, 0.0, 1.0), 0.0), np.where(n > 0, np.clip(high, 0.0, 1.0), 1.0)


def f1_interval(n: NDArray[np.int64], named: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """95 % interval of F1, from the counts of `class_counts`: lower and upper ends.

    The indirect Wilson interval of Lam, Gopal and Qian (2023, arXiv:2309.14621): among the rows that are of the class
    or were predicted as it, the share that is both is a plain proportion p, and F1 = 2p / (1 + p) rises with it.
    """
    low, high = wilson(right, n + named - right)
    return 2.0 * low / (1.0 + low), 2.0 * high / (1.0 + high)


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


def roc_points(positive: Numbers, negative: Numbers) -> tuple[Numbers, Numbers]:
    """False and true positive rate of every threshold, strict to lax, from (0, 0) to (1, 1); neither may be empty."""
    found, mistaken = _accepted(positive, negative)
    return np.append(0.0, mistaken / len(negative)), np.append(0.0, found / len(positive))


def precision_recall_points(positive: Numbers, negative: Numbers) -> tuple[Numbers, Numbers]:
    """Recall and precision at every threshold, strict to lax; neither may be empty."""
    found, mistaken = _accepted(positive, negative)
    return found / len(positive), found / (found + mistaken)


def average_precision(positive: Numbers, negative: Numbers) -> float:
    """Precision at every threshold, weighted by the recall it adds, 0 to 1; NaN if either is empty."""
    if not len(positive) or not len(negative):
        return float("nan")
    recall, precision = precision_recall_points(positive, negative)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def _accepted(positive: Numbers, negative: Numbers) -> tuple[Numbers, Numbers]:
    """Positives and negatives at or above every distinct score, highest first."""
    thresholds = np.unique(np.concatenate([positive, negative]))[::-1]
    found = len(positive) - np.searchsorted(np.sort(positive), thresholds, side="left")
    mistaken = len(negative) - np.searchsorted(np.sort(negative), thresholds, side="left")
    return found.astype(np.float64), mistaken.astype(np.float64)


def matthews(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Matthews correlation of any number of classes (Gorodkin 2004), -1 to 1; 0 where it is undefined."""
    names, codes = np.unique(np.concatenate([truth, predicted]), return_inverse=True)
    n = len(truth)
    t = np.bincount(codes[:n], minlength=len(names)).astype(np.float64)
    p = np.bincount(codes[n:], minlength=len(names)).astype(np.float64)
    right = float((truth == predicted).sum())
    spread = (n * n - p @ p) * (n * n - t @ t)
    return float((right * n - t @ p) / np.sqrt(spread)) if spread > 0 else 0.0
