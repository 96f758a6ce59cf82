"""Chooses thresholds on held-out predictions, so that answered messages are wrong no more often than tolerated.

The wrong share is bounded with the exact binomial bound of Clopper and Pearson (1934), and thresholds are tried from
strict to lax until one fails: the fixed-sequence test of Learn then Test (Angelopoulos et al. 2021), which needs no
correction for trying many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from chatbot.intent.artifact import Thresholds

GUARANTEES = ("bound", "observed", "calibration")
"""How firmly thresholds hold, the strongest first; see `ThresholdChoice`."""

_STEPS = 60
_STRICTEST = 0.2
"""Share of the eligible rows that the strictest step answers."""
_ROOM = 2.0
"""Factor over the number of rows that would prove the share without a single mistake."""
_FEWEST = 10.0
_MARGINS = (0.3, 0.2, 0.1, 0.05)
_SCOPE_STEPS = 200
_MOST_EXAMPLES = 1_000_000
_MIN_KEPT = 0.9
"""The scope threshold must keep at least this share of the messages in scope, however good the score."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Held-out predictions, all of shape (n,).

    `in_scope` and `confidence` are the probabilities of being in scope and of the best intent, `margin` the difference
    between the best two; `right` says whether the best intent was correct (never for out-of-scope rows), `inside`
    whether the row is in scope; `weight` is the number of messages it stands for.
    """

    in_scope: NDArray[np.float64]
    confidence: NDArray[np.float64]
    margin: NDArray[np.float64]
    right: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def of(self, rows: NDArray[np.bool_]) -> HeldOut:
        """Select rows."""
        return HeldOut(*(getattr(self, field.name)[rows] for field in fields(HeldOut)))

    def answered(self, limits: Thresholds) -> NDArray[np.bool_]:
        """Which rows reach every threshold, shape (n,)."""
        sure = (self.in_scope >= limits.min_in_scope) & (self.confidence >= limits.min_confidence)
        return np.asarray(sure & (self.margin >= limits.min_margin))


@dataclass(frozen=True, slots=True)
class ThresholdChoice:
    """The thresholds, their result on the held-out rows, and how firmly they hold.

    `guarantee` is `bound` (the tolerated share holds with the required confidence), `observed` (it held on the held-out
    rows, which are too few to prove more) or `calibration` (it did not hold there: only the stated probability is
    trusted).
    """

    thresholds: Thresholds
    guarantee: str
    coverage: float
    wrong_share: float
    upper_bound: float


@dataclass(frozen=True, slots=True)
class BudgetPoint:
    """The outcome at one tolerated share of wrong answers, and the amount of data that is missing.

    `examples_needed` is how many answered held-out messages, at this error rate, would prove the share. It is 0 if the
    share is proven already or cannot be proven because the error rate is too high.
    """

    tolerated: float
    guarantee: str
    coverage: float
    wrong_share: float
    upper_bound: float
    examples_needed: int


BUDGETS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2)
"""The tolerated shares that a report lists."""


def budget_curve(
    rows: HeldOut, out_of_scope_below: float, confidence: float, budgets: Sequence[float] = BUDGETS
) -> tuple[BudgetPoint, ...]:
    """The coverage at each tolerated share."""
    points = []
    for tolerated in budgets:
        choice = choose_thresholds(rows, out_of_scope_below, tolerated, confidence)
        needed = 0 if choice.guarantee == "bound" else examples_needed(choice.wrong_share, tolerated, confidence)
        points.append(
            BudgetPoint(tolerated, choice.guarantee, choice.coverage, choice.wrong_share, choice.upper_bound, needed)
        )
    return tuple(points)


def examples_needed(wrong_share: float, tolerated: float, confidence: float) -> int:
    """The fewest answered messages that bound this error rate by `tolerated` on each path; 0 if no number does."""
    confidence = _each(confidence)
    if wrong_share >= tolerated:
        return 0
    n = 1
    while upper_bound(wrong_share * n, n, confidence) > tolerated:
        n = max(n + 1, int(n * 1.05))
        if n > _MOST_EXAMPLES:
            return 0
    return n


def upper_bound(wrong: float, answered: float, confidence: float) -> float:
    """Upper Clopper-Pearson bound of a share, 0 to 1, one-sided; 1 without rows. Weighted counts may be fractional."""
    if answered <= 0.0 or wrong >= answered:
        return 1.0
    return float(beta.ppf(confidence, wrong + 1.0, answered - wrong))


def choose_thresholds(rows: HeldOut, out_of_scope_below: float, tolerated: float, confidence: float) -> ThresholdChoice:
    """Choose the thresholds with the widest coverage whose wrong share stays within `tolerated`.

    Three paths lead from strict to lax: by the probability of the best intent, by that of being in scope, and by both
    equally. Each is followed as far as the upper bound of the wrong share allows, at a third of the risk that
    `confidence` leaves (Bonferroni), so that the widest may be taken. `min_margin` is set last: answers below it were
    wrong at least half of the time, so it can only lower the wrong share. No message that counts as out of scope is
    answered.
    """
    least = out_of_scope_below
    each = _each(confidence)
    choice: ThresholdChoice | None = None
    for guarantee in GUARANTEES[:2]:
        found = [_laxest(rows, way(rows, least), tolerated, each, guarantee) for way in _WAYS]
        choice = max(filter(None, found), key=lambda one: one.coverage, default=None)
        if choice is not None:
            break
    if choice is None:
        choice = _safest(rows, least, tolerated, each)
    limits = replace(choice.thresholds, min_margin=_margin(rows, choice.thresholds))
    return _outcome(rows, limits, each, choice.guarantee)


def scope_threshold(rows: HeldOut) -> float:
    """The in-scope probability that maximises Matthews correlation; messages below it count as out of scope."""
    inside, outside = rows.inside, ~rows.inside
    if not outside.any() or not inside.any():
        return 0.0
    candidates = np.unique(np.quantile(rows.in_scope, np.linspace(0.0, 1.0, _SCOPE_STEPS)))
    best, best_score = 0.0, -1.0
    total_in, total_out = rows.weight[inside].sum(), rows.weight[outside].sum()
    for threshold in candidates:
        accepted = rows.in_scope >= threshold
        kept = rows.weight[accepted & inside].sum()
        passed = rows.weight[accepted & outside].sum()
        if kept < _MIN_KEPT * total_in:
            break
        refused = total_in - kept + total_out - passed
        spread = (kept + passed) * total_in * total_out * refused
        score = (kept * (total_out - passed) - passed * (total_in - kept)) / np.sqrt(spread) if spread > 0 else 0.0
        if score > best_score:
            best, best_score = float(threshold), float(score)
    return best


def _each(confidence: float) -> float:
    """The confidence required of each path, so that all together keep `confidence`."""
    return 1.0 - (1.0 - confidence) / len(_WAYS)


def _by_confidence(rows: HeldOut, least: float) -> list[Thresholds]:
    eligible = rows.in_scope >= least
    return [Thresholds(least, threshold, 0.0, least) for threshold in _falling(rows.confidence[eligible])]


def _by_scope(rows: HeldOut, least: float) -> list[Thresholds]:
    return [Thresholds(max(least, threshold), 0.0, 0.0, least) for threshold in _falling(rows.in_scope)]


def _by_both(rows: HeldOut, least: float) -> list[Thresholds]:
    eligible = rows.in_scope >= least
    weaker = np.minimum(rows.in_scope, rows.confidence)[eligible]
    return [Thresholds(max(least, threshold), threshold, 0.0, least) for threshold in _falling(weaker)]


_WAYS = (_by_confidence, _by_scope, _by_both)


def _falling(values: NDArray[np.float64]) -> list[float]:
    """Thresholds that admit more and more of the values, in equal steps."""
    if not len(values):
        return []
    return [float(value) for value in np.unique(np.quantile(values, np.linspace(0.0, 1.0, _STEPS + 1)))[::-1]]


def _laxest(
    rows: HeldOut, way: Sequence[Thresholds], tolerated: float, confidence: float, guarantee: str
) -> ThresholdChoice | None:
    """The last step of a path that keeps the guarantee; None if there is none.

    The first steps are skipped: they answer too few rows to prove so small a share, whatever the result.
    """
    needed = _ROOM * np.log(1.0 - confidence) / np.log(1.0 - tolerated) if guarantee == "bound" else _FEWEST
    everything = float(rows.weight[rows.answered(way[-1])].sum()) if way else 0.0
    needed = max(_STRICTEST * everything, min(needed, everything))
    found: ThresholdChoice | None = None
    for limits in way:
        if float(rows.weight[rows.answered(limits)].sum()) < needed:
            continue
        outcome = _outcome(rows, limits, confidence, guarantee)
        if (outcome.upper_bound if guarantee == "bound" else outcome.wrong_share) <= tolerated:
            found = outcome
        elif guarantee == "bound":
            break  # a later success must not count: this makes trying many thresholds free of correction
    return found


def _safest(rows: HeldOut, least: float, tolerated: float, confidence: float) -> ThresholdChoice:
    """The step with the lowest error rate, for use if no step keeps the tolerated share."""
    outcomes = [
        _outcome(rows, limits, confidence, "calibration")
        for limits in _by_both(rows, least)
        if float(rows.weight[rows.answered(limits)].sum()) >= _FEWEST
    ]
    best = min(outcomes, key=lambda one: (one.wrong_share, -one.coverage), default=None)
    surest = best.thresholds.min_confidence if best is not None else 1.0 - tolerated
    scope = best.thresholds.min_in_scope if best is not None else least
    return _outcome(rows, Thresholds(scope, max(surest, 1.0 - tolerated), 0.0, least), confidence, "calibration")


def _margin(rows: HeldOut, limits: Thresholds) -> float:
    """The largest candidate margin below which at least half of the answered rows were wrong, else 0."""
    answered = rows.answered(limits)
    for margin in _MARGINS:
        close = answered & (rows.margin < margin)
        total = float(rows.weight[close].sum())
        if total >= _FEWEST and 2.0 * float(rows.weight[close & rows.right].sum()) <= total:
            return margin
    return 0.0


def _outcome(rows: HeldOut, limits: Thresholds, confidence: float, guarantee: str) -> ThresholdChoice:
    answered = rows.answered(limits)
    total = float(rows.weight[answered].sum())
    wrong = float(rows.weight[answered & ~rows.right].sum())
    return ThresholdChoice(
        thresholds=limits,
        guarantee=guarantee,
        coverage=float(rows.weight[answered & rows.inside].sum() / max(rows.weight[rows.inside].sum(), 1e-9)),
        wrong_share=wrong / total if total else 0.0,
        upper_bound=upper_bound(wrong, total, confidence),
    )
