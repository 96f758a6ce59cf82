"""Figures of a reader, and its report."""

from __future__ import annotations

import numpy as np
import pytest

from training.reader.evaluation import Judged, by, figures, judged
from training.reader.report import report


def of(score: float, right: bool, kind: str = "one", business: str = "a") -> Judged:
    return Judged(business, "en", kind, score, right, right)


def test_a_message_is_judged_by_its_best_entry_and_by_the_four_shown() -> None:
    right = np.array([False, False, True, False, False])
    one = judged("a", "en", "one", np.array([0.1, 0.6, 0.4, 0.3, 0.2]), right)
    assert (one.score, one.right, one.among_shown) == (0.6, False, True)
    assert not judged("a", "en", "one", np.array([0.5, 0.6, 0.1, 0.3, 0.2]), right).among_shown


def test_answers_are_counted_as_far_as_the_share_of_wrong_ones_is_tolerated() -> None:
    found = figures([*(of(0.9, True) for _ in range(19)), of(0.8, False, "near"), of(0.7, False), of(0.6, True)])
    assert found.right_at[0.05] == pytest.approx(19 / 21)  # the trap is one wrong answer in twenty
    assert found.right_at[0.10] == pytest.approx(20 / 21)
    assert found.first == pytest.approx(20 / 21)
    assert found.messages == 22
    assert found.auroc == pytest.approx((19 * 2) / (20 * 2))


def test_two_questions_in_one_message_do_not_count() -> None:
    assert figures([of(0.9, True), of(0.1, False, "two")]).messages == 1


def test_figures_of_nothing_are_no_numbers() -> None:
    assert np.isnan(figures([of(0.4, False, "near")]).first)


def test_the_report_shows_businesses_languages_and_bars() -> None:
    messages = [of(0.9, True), of(0.4, False, "near"), of(0.6, True, business="b")]
    text = report(messages, [(0.3, 0.4), (0.5, 0.2)], {"seed": "13"})
    assert "- seed: 13\n" in text
    assert set(by(messages, lambda one: one.business)) == {"a", "b"}
    for line in ("| all | 3 |", "| a | 2 |", "| b | 1 |", "| en | 3 |", "| 0.9 to 1.0 | 1 |", "| 0.5 | 0.200 |"):
        assert line in text
    assert "nan" not in text
