"""What is fitted around the reader: trees as plain arrays, the line, the bars."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from chatbot.errors import TrainingError
from training.reader.fitting import Weighed, as_arrays, bars, fit_line, fit_trees


def rows(number: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(number, 5)).astype(np.float32)
    features[:, 4] = rng.integers(0, 3, number)  # many equal values: thresholds between neighbours
    return features, features[:, 0] + features[:, 4] * features[:, 1] + rng.normal(0, 0.3, number) > 0.5


def test_the_arrays_give_what_the_fitted_trees_give() -> None:
    features, right = rows()
    model = HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=8, min_samples_leaf=5, random_state=0)
    trees = as_arrays(model.fit(features, right))
    np.testing.assert_allclose(trees.log_odds(features), model.decision_function(features), atol=1e-5)


def test_neighbouring_numbers_stay_on_their_sides_of_a_threshold() -> None:
    pair = np.array([1.0, np.nextafter(np.float32(1.0), np.float32(2.0))], dtype=np.float32)
    features, right = np.repeat(pair, 50)[:, None], np.repeat([False, True], 50)
    model = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5, random_state=0).fit(features, right)
    np.testing.assert_allclose(as_arrays(model).log_odds(features), model.decision_function(features), atol=1e-5)


def test_equal_seeds_give_equal_trees_that_tell_right_from_wrong() -> None:
    features, right = rows()
    first, second = (fit_trees(features, right, 7, min_samples_leaf=5, max_iter=40) for _ in range(2))
    for name, values in first.arrays.items():
        np.testing.assert_array_equal(values, second.arrays[name])
    assert ((first.log_odds(features) > 0) == right).mean() > 0.9


def test_trees_need_right_and_wrong_candidates() -> None:
    features, right = rows(50)
    with pytest.raises(TrainingError, match="candidates that are wrong"):
        fit_trees(features, np.ones_like(right), 0)


def messages(number: int = 300) -> list[Weighed]:
    """Messages whose right candidate has log-odds one higher by the trees, and two higher by the reader."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(number):
        right = np.zeros(10, dtype=bool)
        right[rng.integers(0, 10)] = rng.random() < 0.8
        found.append(Weighed(rng.normal(0, 1, 10) + right, rng.normal(0, 1, 4) + 2 * right[:4], right))
    return found


def test_the_line_gives_both_log_odds_a_positive_weight() -> None:
    line = fit_line(messages())
    assert (len(line.read), len(line.unread)) == (4, 2)
    assert line.read[0] > 0
    assert line.read[1] + line.read[2] > line.read[0]
    assert line.unread[0] > 0


def test_the_line_says_when_there_is_nothing_to_fit() -> None:
    wrong = [Weighed(one.by_trees, one.by_reader, np.zeros(10, dtype=bool)) for one in messages(5)]
    with pytest.raises(TrainingError, match="Add messages"):
        fit_line(wrong)


def test_the_share_of_wrong_answers_never_rises_with_the_bar() -> None:
    rng = np.random.default_rng(2)
    scores = rng.random(500)
    found = bars(scores, rng.random(500) > scores)
    assert [bar for bar, _ in found] == sorted(bar for bar, _ in found)
    shares = [share for _, share in found]
    assert shares == sorted(shares, reverse=True)
    assert found[0][0] == 0.3
    assert 0.2 < shares[0] < 0.5


def test_a_bar_that_hardly_any_answer_reaches_states_no_share() -> None:
    scores = np.array([0.4] * 20 + [0.9] * 7)
    assert bars(scores, np.zeros(27, dtype=bool))[-1][0] == 0.4
    assert bars(np.array([0.9] * 7), np.zeros(7, dtype=bool)) == []
