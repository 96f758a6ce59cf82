"""What is fitted around the reader: trees over the evidence as plain arrays, the line through both, the bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.errors import TrainingError
from chatbot.reading.evidence import above_others
from chatbot.reading.trees import Trees

Values = NDArray[np.float64]

_TREES: dict[str, Any] = {
    "max_iter": 200,
    "learning_rate": 0.05,
    "max_leaf_nodes": 10,
    "min_samples_leaf": 80,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}
"""Small trees of many rows each: a business is one of 80, and what holds in it alone must not be learned."""
_FIRST_BAR, _LAST_BAR, _BAR_STEP = 0.3, 1.0, 0.01
_LEAST_ABOVE = 8
"""Answers that a share of wrong ones is stated from."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The candidates of one message, as they are weighed."""

    by_trees: Values
    """Log-odds of the trees, shape (n,)."""
    by_reader: Values
    """Log-odds of the reader for the first candidates, shape (read,)."""
    right: NDArray[np.bool_]
    """Shape (n,)."""


@dataclass(frozen=True, slots=True)
class Line:
    """The weights of both log-odds, as `ReaderWeights.read` and `ReaderWeights.unread`."""

    read: tuple[float, ...]
    unread: tuple[float, ...]


def fit_trees(features: NDArray[np.float32], right: NDArray[np.bool_], seed: int, **choices: Any) -> Trees:
    """Boosted trees that tell right candidates from wrong ones.

    Args:
        features: evidence of candidates, shape (rows, columns).
        right: shape (rows,).
        seed: draws the features of each split.
        choices: replaces those of `_TREES`.

    Raises:
        TrainingError: all candidates are right, or all wrong.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    if len(set(right.tolist())) < 2:
        raise TrainingError("The trees need candidates that are right and candidates that are wrong.")
    model = HistGradientBoostingClassifier(random_state=seed, early_stopping=False, **{**_TREES, **choices})
    return as_arrays(model.fit(features, right))


def as_arrays(model: Any) -> Trees:
    """The trees of a fitted `HistGradientBoostingClassifier` of two classes."""
    nodes = [one[0].nodes for one in model._predictors]  # there is no other way to them
    shape = len(nodes), max(len(one) for one in nodes)
    own = np.tile(np.arange(shape[1], dtype=np.int16), (shape[0], 1))
    arrays: dict[str, NDArray[Any]] = {
        "feature": np.zeros(shape, np.int16),
        "threshold": np.zeros(shape, np.float32),
        "left": own.copy(),
        "right": own.copy(),
        "value": np.zeros(shape, np.float32),
    }
    for row, tree in enumerate(nodes):
        leaf = tree["is_leaf"].astype(bool)
        inner = np.flatnonzero(~leaf)
        arrays["value"][row, : len(tree)][leaf] = tree["value"][leaf]
        arrays["feature"][row, inner] = tree["feature_idx"][inner]
        arrays["threshold"][row, inner] = _rounded_down(tree["num_threshold"][inner])
        arrays["left"][row, inner] = tree["left"][inner]
        arrays["right"][row, inner] = tree["right"][inner]
    return Trees.of(arrays, float(np.ravel(model._baseline_prediction)[0]))


def _rounded_down(thresholds: Values) -> NDArray[np.float32]:
    """In single precision no value changes its side: none lies between a threshold and the next number below it."""
    single = thresholds.astype(np.float32)
    return np.where(single > thresholds, np.nextafter(single, np.float32(-np.inf)), single)


def fit_line(messages: Sequence[Weighed]) -> Line:
    """The line through the log-odds of trees and reader, from messages of businesses that neither has seen.

    Raises:
        TrainingError: among the candidates that were read, or those that were not, all are right, or all wrong.
    """
    read = [
        np.column_stack([one.by_trees[: len(one.by_reader)], one.by_reader, above_others(one.by_reader)])
        for one in messages
    ]
    unread = [one.by_trees[len(one.by_reader) :, None] for one in messages]
    return Line(
        _logistic(read, [one.right[: len(one.by_reader)] for one in messages]),
        _logistic(unread, [one.right[len(one.by_reader) :] for one in messages]),
    )


def _logistic(rows: Sequence[Values], right: Sequence[NDArray[np.bool_]]) -> tuple[float, ...]:
    """The weights of the columns, then the constant."""
    from sklearn.linear_model import LogisticRegression

    labels = np.concatenate(right)
    if len(set(labels.tolist())) < 2:
        raise TrainingError(
            "The businesses held out have too few messages: among the closest four entries, and among the rest, some "
            "must be right and some wrong. Add messages."
        )
    model = LogisticRegression(C=1.0).fit(np.concatenate(rows), labels)
    return (*map(float, model.coef_[0]), float(model.intercept_[0]))


def bars(scores: Values, wrong: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """The expected share of wrong answers from each score on, by rising score; it never rises with the score.

    Args:
        scores: the highest score of each message, shape (messages,).
        wrong: whether the entry with that score does not answer, shape (messages,).
    """
    found: list[tuple[float, float]] = []
    for step in range(round((_LAST_BAR - _FIRST_BAR) / _BAR_STEP) - 1, -1, -1):
        bar = round(_FIRST_BAR + step * _BAR_STEP, 2)
        above = scores >= bar
        if above.sum() < _LEAST_ABOVE:
            continue
        share = round(float((wrong[above].sum() + 0.5) / (above.sum() + 1)), 4)
        found.append((bar, max(share, found[-1][1]) if found else share))
    return found[::-1]
