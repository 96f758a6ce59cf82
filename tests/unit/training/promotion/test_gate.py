"""The gate: nothing goes live that is worse, and no change without a reason."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.paired_tests import bootstrap_mean, mcnemar, quantile
from training.promotion.gate import BETTER, EQUAL, WORSE, Judged, compare, coverage_at, rise

NAMES = ["a", "b"]


def judged(right: np.ndarray, confidence: float | np.ndarray = 0.9, loss: np.ndarray | None = None) -> Judged:
    n = len(right)
    sure = np.full(n, confidence) if isinstance(confidence, float) else confidence
    losses = np.where(right, 0.1, 2.0) if loss is None else loss
    return Judged(right, losses, sure, right, np.ones(n, bool), right, np.ones(n, bool))


def some(n: int, wrong: int, start: int = 0) -> np.ndarray:
    right = np.ones(n, dtype=bool)
    right[start : start + wrong] = False
    return right


def verdict(live: Judged, candidate: Judged, **options: object) -> tuple[str, dict[str, bool]]:
    labels = np.arange(len(live.right)) % 2
    outcome, checks = compare(live, candidate, labels, NAMES, **{"tolerated_wrong": 0.05, **options})
    return outcome, {check.name: check.passed for check in checks}


@pytest.mark.parametrize(("lost", "gained", "p"), [(0, 5, 1.0), (5, 0, 1 / 32), (1, 1, 0.75), (6, 2, 37 / 256)])
def test_mcnemar_is_exact(lost: int, gained: int, p: float) -> None:
    assert mcnemar(lost, gained) == pytest.approx(p)


def test_bootstrap_means_spread_around_the_mean() -> None:
    means = bootstrap_mean(np.array([0.0, 1.0] * 50))
    assert quantile(means, 0.05) < 0.5 < quantile(means, 0.95)
    assert abs(float(means.mean()) - 0.5) < 0.01
    assert quantile(bootstrap_mean(np.empty(0)), 0.5) == 0.0


def test_a_better_candidate_passes_everything() -> None:
    outcome, passed = verdict(judged(some(200, 40)), judged(some(200, 20)))
    assert outcome == BETTER
    assert all(passed.values())


def test_a_worse_candidate_is_refused_for_what_it_is_worse_at() -> None:
    outcome, passed = verdict(judged(some(200, 20)), judged(some(200, 40)))
    assert outcome == WORSE
    assert not passed["accuracy"]
    assert not passed["retrieval"]


def test_one_intent_that_suffers_is_enough() -> None:
    live, candidate = np.ones(200, bool), np.ones(200, bool)
    candidate[0:16:2] = False  # eight of intent a
    live[1:41:2] = False  # twenty of intent b, which the candidate gets right
    outcome, passed = verdict(judged(live, 0.93), judged(candidate, 0.93))
    assert outcome == BETTER
    assert [name for name, good in passed.items() if not good] == ["per intent"]


def test_without_a_difference_many_messages_ask_for_a_gain_and_few_do_not() -> None:
    assert verdict(judged(some(200, 20)), judged(some(200, 20)))[1]["gain"] is False
    assert verdict(judged(some(50, 5)), judged(some(50, 5)))[1]["gain"] is True
    outcome, passed = verdict(judged(some(200, 20)), judged(some(200, 20)), new_intents=True)
    assert (outcome, passed["gain"]) == (EQUAL, True)


def test_better_probabilities_alone_are_no_gain() -> None:
    live, candidate = some(200, 20), some(200, 20, start=6)  # six gained, six lost
    outcome, passed = verdict(judged(live, loss=np.full(200, 1.0)), judged(candidate, loss=np.full(200, 0.5)))
    assert (outcome, passed["gain"]) == (EQUAL, False)
    candidate[:6] = False
    candidate[6:20] = True
    assert verdict(judged(live, loss=np.full(200, 1.0)), judged(candidate, loss=np.full(200, 0.5)))[0] == BETTER


@pytest.mark.parametrize(("gained", "lost", "chance"), [(0, 0, 0.5), (3, 1, 0.8125), (1, 3, 0.1875), (2, 0, 0.875)])
def test_how_likely_a_rise_is(gained: int, lost: int, chance: float) -> None:
    """By hand: three gained and one lost leave 1 - (1 + 5) / 32 for a Beta(4, 2) above a half."""
    assert rise(gained, lost) == pytest.approx(chance)


def test_overconfidence_is_a_loss() -> None:
    right = some(300, 90, 0)
    _, passed = verdict(judged(right, 0.7), judged(right, 1.0))
    assert not passed["calibration"]


def test_fewer_answers_at_the_same_budget_are_a_loss() -> None:
    right = some(300, 60, 0)
    good = np.where(right, 0.9, 0.1)
    _, passed = verdict(judged(right, good), judged(right, np.full(300, 0.5)))
    assert not passed["coverage"]


def test_coverage_is_the_largest_share_within_the_budget() -> None:
    right = np.array([True, True, False, True])
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    assert coverage_at(confidence, right, 0.0) == 0.5
    assert coverage_at(confidence, right, 0.25) == 1.0
    assert coverage_at(np.empty(0), np.empty(0, bool), 0.1) == 0.0


def test_without_frozen_messages_nothing_speaks_against_a_candidate() -> None:
    nothing = judged(np.empty(0, bool))
    outcome, checks = compare(nothing, nothing, np.empty(0, np.int64), [], tolerated_wrong=0.05)
    assert (outcome, [check.passed for check in checks]) == (EQUAL, [True])
