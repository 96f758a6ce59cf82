"""How well messages are read: the right entry first, wrong answers at each bar, honesty of the scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.metrics import auroc, expected_calibration_error

TOLERATED = (0.05, 0.08, 0.10, 0.15, 0.20)
"""Shares of wrong answers at which the share of right ones is stated."""
SHOWN = 4
"""Entries that a customer is shown at most, when none is sure enough."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the scores say of one message."""

    business: str
    lang: str
    kind: str
    score: float
    """That of the best entry, 0 to 1."""
    right: bool
    """Whether it answers."""
    among_shown: bool
    """Whether one of the best four does."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; NaN where nothing was counted."""

    messages: int
    first: float
    """Of the questions that one entry answers: it comes first."""
    among_shown: float
    auroc: float
    """Probability that a right answer scores above a wrong one."""
    calibration: float
    """Expected calibration error."""
    right_at: dict[float, float]
    """By tolerated share of wrong answers, the share of questions that one entry answers and that get it."""


def judged(business: str, lang: str, kind: str, scores: NDArray[np.float64], right: NDArray[np.bool_]) -> Judged:
    """The outcome of one message from the scores of its candidates, both of shape (n,)."""
    order = np.argsort(-scores, kind="stable")
    best = order[0]
    return Judged(business, lang, kind, float(scores[best]), bool(right[best]), bool(right[order[:SHOWN]].any()))


def figures(messages: Sequence[Judged]) -> Figures:
    """The figures of messages; those with two questions do not count, as one entry is half an answer."""
    counted = [one for one in messages if one.kind != "two"]
    one = [each for each in counted if each.kind == "one"]
    scores = np.array([each.score for each in counted], dtype=np.float64)
    right = np.array([each.right for each in counted], dtype=bool)
    asked = np.array([each.kind == "one" for each in counted], dtype=bool)
    return Figures(
        len(counted),
        _share([each.right for each in one]),
        _share([each.among_shown for each in one]),
        auroc(scores[right], scores[~right]),
        expected_calibration_error(scores, right),
        {tolerated: _right_at(scores, right, asked, tolerated) for tolerated in TOLERATED},
    )


def by(messages: Sequence[Judged], key: Callable[[Judged], str]) -> dict[str, Figures]:
    """The figures of each group of messages, by name."""
    groups: dict[str, list[Judged]] = {}
    for one in messages:
        groups.setdefault(key(one), []).append(one)
    return {name: figures(groups[name]) for name in sorted(groups)}


def _right_at(
    scores: NDArray[np.float64], right: NDArray[np.bool_], asked: NDArray[np.bool_], tolerated: float
) -> float:
    """Answers go from the highest score down, as far as the share of wrong ones stays within what is tolerated."""
    if not asked.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    within = np.flatnonzero(wrong <= tolerated)
    answered = order[: within[-1] + 1] if len(within) else order[:0]
    return float((right & asked)[answered].sum() / asked.sum())


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")
