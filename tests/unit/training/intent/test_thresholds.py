"""Thresholds follow from held-out outcomes."""

from __future__ import annotations

import numpy as np
import pytest

from training.intent.thresholds import HeldOut, ThresholdChoice, choose_thresholds, scope_threshold, upper_bound


def held_out(n: int, seed: int = 0, oos: int = 0) -> HeldOut:
    """Calibrated predictions: a confidence of c is right with probability c; out-of-scope rows score lower."""
    random = np.random.default_rng(seed)
    confidence = 1.0 - 0.6 * random.random(n + oos) ** 2
    inside = np.arange(n + oos) < n
    in_scope = np.where(inside, random.beta(8, 2, n + oos), random.beta(2, 8, n + oos))
    right = (random.random(n + oos) < confidence) & inside
    return HeldOut(in_scope, confidence, 2 * confidence - 1, right, inside, np.ones(n + oos))


@pytest.mark.parametrize(
    ("wrong", "answered", "bound"),
    # Without a mistake the bound is 1 - 0.1 ** (1 / n); the others are from tables of the binomial distribution.
    [(0, 45, 1 - 0.1 ** (1 / 45)), (0, 1, 0.9), (1, 10, 0.33685), (5, 100, 0.09077)],
)
def test_upper_bound_is_the_exact_binomial_one(wrong: int, answered: int, bound: float) -> None:
    assert upper_bound(wrong, answered, 0.9) == pytest.approx(bound, abs=5e-4)


def chosen(rows: HeldOut, tolerated: float, confidence: float) -> ThresholdChoice:
    return choose_thresholds(rows, scope_threshold(rows), tolerated, confidence)


def test_upper_bound_of_nothing_or_of_all_wrong_is_one() -> None:
    assert upper_bound(0, 0, 0.9) == 1.0
    assert upper_bound(7, 7, 0.9) == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_the_tolerated_share_holds_on_other_messages(seed: int) -> None:
    choice = chosen(held_out(2_000, seed, oos=200), 0.05, 0.9)
    fresh = held_out(20_000, seed + 100, oos=2_000)
    limits = choice.thresholds
    answered = (fresh.in_scope >= limits.min_in_scope) & (fresh.confidence >= limits.min_confidence)
    assert choice.guarantee == "bound"
    assert (~fresh.right)[answered].mean() <= 0.055
    assert answered[fresh.inside].mean() > 0.3


def test_more_tolerance_answers_more() -> None:
    rows = held_out(2_000, oos=200)
    covered = [chosen(rows, tolerated, 0.9).coverage for tolerated in (0.02, 0.05, 0.1, 0.3)]
    assert covered == sorted(covered)
    assert covered[0] < covered[-1]


def test_few_rows_are_kept_to_what_was_observed() -> None:
    rows = HeldOut(
        np.ones(30), np.linspace(0.7, 0.99, 30), np.ones(30), np.ones(30, bool), np.ones(30, bool), np.ones(30)
    )
    choice = chosen(rows, 0.05, 0.9)
    assert choice.guarantee == "observed"
    assert choice.upper_bound > 0.05
    assert choice.coverage == 1.0


def test_hopeless_rows_leave_only_the_stated_confidence() -> None:
    right = np.arange(200) % 2 == 0
    rows = HeldOut(np.ones(200), np.full(200, 0.6), np.full(200, 0.3), right, np.ones(200, bool), np.ones(200))
    choice = chosen(rows, 0.05, 0.9)
    assert choice.guarantee == "calibration"
    assert choice.thresholds.min_confidence == pytest.approx(0.95)
    assert choice.coverage == 0.0


def test_without_out_of_scope_rows_no_message_is_out_of_scope() -> None:
    assert chosen(held_out(500), 0.05, 0.9).thresholds.min_in_scope == 0.0


def test_the_scope_threshold_separates_and_keeps_most_messages() -> None:
    rows = held_out(2_000, oos=400)
    threshold = chosen(rows, 0.05, 0.9).thresholds.min_in_scope
    assert 0.35 < threshold < 0.65
    hard = HeldOut(np.random.default_rng(0).random(1_000), rows.confidence[:1_000], rows.margin[:1_000],
                   rows.right[:1_000], np.arange(1_000) < 600, np.ones(1_000))  # fmt: skip
    low = chosen(hard, 0.05, 0.9).thresholds.min_in_scope
    assert (hard.in_scope[hard.inside] >= low).mean() >= 0.9


def test_ties_that_are_mostly_wrong_are_refused() -> None:
    n = 1_000
    margin = np.where(np.arange(n) < 40, 0.02, 0.8)
    right = np.arange(n) >= 30
    rows = HeldOut(np.ones(n), np.full(n, 0.9), margin, right, np.ones(n, bool), np.ones(n))
    choice = chosen(rows, 0.05, 0.9)
    assert choice.thresholds.min_margin > 0.02
    assert choice.wrong_share == 0.0
