"""Figures of merit against values computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.evaluation.metrics import (
    accuracy,
    auroc,
    average_precision,
    class_counts,
    expected_calibration_error,
    f1_interval,
    false_positive_rate,
    macro_f1,
    matthews,
    per_class,
    precision_recall_points,
    reliability,
    roc_points,
    wilson,
)

TRUTH = np.array([0, 0, 0, 1, 1, 2])
NAMED = np.array([0, 0, 1, 1, 2, 2])


def test_accuracy_is_the_share_of_equal_labels() -> None:
    assert accuracy(TRUTH, NAMED) == pytest.approx(4 / 6)
    assert accuracy(TRUTH[:0], NAMED[:0]) == 0.0


def test_precision_recall_and_f1_of_each_class() -> None:
    n, precision, recall, f1 = per_class(TRUTH, NAMED, 3)
    assert n.tolist() == [3, 2, 1]
    assert precision.tolist() == pytest.approx([1.0, 0.5, 0.5])
    assert recall.tolist() == pytest.approx([2 / 3, 0.5, 1.0])
    assert f1.tolist() == pytest.approx([0.8, 0.5, 2 / 3])


def test_macro_f1_leaves_out_classes_without_rows() -> None:
    assert macro_f1(TRUTH, NAMED, 3) == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)
    assert macro_f1(TRUTH, NAMED, 9) == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)


def test_a_class_that_is_never_named_has_no_precision() -> None:
    _, precision, recall, f1 = per_class(np.array([0, 1]), np.array([0, 0]), 2)
    assert (precision[1], recall[1], f1[1]) == (0.0, 0.0, 0.0)


def test_calibration_error_is_the_mean_gap_weighted_by_rows() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, True])
    # Two bins: 0.95 stated against 0.75, four rows; 0.55 stated against 1, two rows.
    assert expected_calibration_error(confidence, right, bins=10) == pytest.approx((4 * 0.2 + 2 * 0.45) / 6)
    assert expected_calibration_error(confidence[:0], right[:0]) == 0.0


def test_certainty_falls_into_the_last_bin() -> None:
    count, mean, share = reliability(np.array([1.0, 0.0]), np.array([True, False]), bins=4)
    assert count.tolist() == [1, 0, 0, 1]
    assert (mean[3], share[3], mean[0], share[0]) == (1.0, 1.0, 0.0, 0.0)
    assert np.isnan(mean[1])


def test_auroc_counts_ordered_pairs_and_half_of_the_ties() -> None:
    # Of six pairs four are in order and one is a tie.
    assert auroc(np.array([0.9, 0.5, 0.3]), np.array([0.5, 0.1])) == pytest.approx((2 + 1.5 + 1) / 6)
    assert auroc(np.array([0.9]), np.array([0.1])) == 1.0
    assert math.isnan(auroc(np.array([0.9]), np.array([])))


def test_fpr95_is_the_share_accepted_where_95_percent_in_scope_are() -> None:
    inside = np.arange(1, 101) / 100  # 95 of them are at or above 0.06
    outside = np.array([0.01, 0.055, 0.06, 0.5])
    assert false_positive_rate(inside, outside) == pytest.approx(0.5)
    assert math.isnan(false_positive_rate(inside, outside[:0]))


def test_matthews_of_two_classes_is_the_textbook_formula() -> None:
    truth = np.array([1] * 6 + [0] * 4)
    named = np.array([1] * 5 + [0] + [1] * 1 + [0] * 3)  # 5 true positives, 1 missed, 1 false alarm, 3 true negatives
    assert matthews(truth, named) == pytest.approx((5 * 3 - 1 * 1) / math.sqrt(6 * 6 * 4 * 4))


def test_matthews_is_one_when_all_is_right_and_zero_where_undefined() -> None:
    assert matthews(TRUTH, TRUTH) == pytest.approx(1.0)
    assert matthews(TRUTH, np.zeros_like(TRUTH)) == 0.0


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # The closed form by hand: 0 of n ends at z^2 / (n + z^2); 81 of 263 is Newcombe's (1998) example.
    [
        (81, 263, 0.2553, 0.3662),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (15, 148, 0.0624, 0.1605),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_score_interval_of_a_share(right: int, n: int, low: float, high: float) -> None:
    found = wilson(np.array([right]), np.array([n]))
    assert [float(end[0]) for end in found] == pytest.approx([low, high], abs=5e-5)


def test_the_interval_of_f1_is_that_of_its_proportion() -> None:
    n, named, right = class_counts(TRUTH, NAMED, 3)
    low, high = f1_interval(n, named, right)
    _, _, _, f1 = per_class(TRUTH, NAMED, 3)
    assert ((low < f1) & (f1 < high)).all()
    # 8 right, 2 taken for others, 1 taken from others: 8 of 11, whose score interval is 0.4344 to 0.9025.
    low, high = f1_interval(np.array([10]), np.array([9]), np.array([8]))
    assert [low[0], high[0]] == pytest.approx([2 * 0.43436 / 1.43436, 2 * 0.90254 / 1.90254], abs=1e-4)
    assert [end[0] for end in f1_interval(np.array([0]), np.array([0]), np.array([0]))] == [0.0, 1.0]


def test_the_points_of_a_roc_curve() -> None:
    false, true = roc_points(np.array([0.9, 0.6, 0.6]), np.array([0.8, 0.6]))
    assert false.tolist() == pytest.approx([0, 0, 1 / 2, 1])
    assert true.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1])
    area = np.trapezoid(true, false)
    assert area == pytest.approx(auroc(np.array([0.9, 0.6, 0.6]), np.array([0.8, 0.6])))


def test_the_points_of_a_precision_recall_curve_and_their_average() -> None:
    positive, negative = np.array([0.9, 0.6, 0.6]), np.array([0.8, 0.6])
    recall, precision = precision_recall_points(positive, negative)
    assert recall.tolist() == pytest.approx([1 / 3, 1 / 3, 1])
    assert precision.tolist() == pytest.approx([1, 1 / 2, 3 / 5])
    assert average_precision(positive, negative) == pytest.approx(1 / 3 * 1 + 2 / 3 * 3 / 5)
    assert average_precision(np.array([0.9, 0.8]), np.array([0.1])) == 1.0
    assert math.isnan(average_precision(positive, negative[:0]))
