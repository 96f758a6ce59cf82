"""The trigram baseline: it is a distribution, and it prefers what it has read."""

from __future__ import annotations

import math

import pytest

from training.generator.trigram_baseline import Trigrams

TEXT = [1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 4]


@pytest.mark.parametrize("before", [(), (1,), (1, 2), (9, 9), (2, 9), (9, 2)])
def test_probabilities_sum_to_one(before: tuple[int, ...]) -> None:
    model = Trigrams([TEXT], 12)
    assert sum(model.probability(before, token) for token in range(12)) == pytest.approx(1.0)


def test_what_was_read_is_likelier() -> None:
    model = Trigrams([TEXT], 12)
    assert model.probability((1, 2), 3) > model.probability((1, 2), 4) > model.probability((1, 2), 7) > 0


def test_only_counted_tokens_are_scored() -> None:
    model = Trigrams([TEXT], 12)
    score, count = model.log_likelihood([1, 2, 3], [False, False, True])
    assert (score, count) == (pytest.approx(math.log(model.probability((1, 2), 3))), 1)
