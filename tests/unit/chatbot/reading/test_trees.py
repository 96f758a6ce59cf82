"""Trees as arrays give what the trees they were made of gave, and damaged arrays are refused."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.reading.trees import Trees

STUMP = {
    "feature": np.array([[1, 0, 0]], dtype=np.int16),
    "threshold": np.array([[0.5, 0, 0]], dtype=np.float32),
    "left": np.array([[1, 1, 2]], dtype=np.int16),
    "right": np.array([[2, 1, 2]], dtype=np.int16),
    "value": np.array([[0, -1.0, 2.0]], dtype=np.float32),
}


def test_a_value_at_the_threshold_goes_left() -> None:
    trees = Trees.of(STUMP, baseline=0.25)
    features = np.array([[9, 0.5], [9, 0.51]], dtype=np.float32)
    assert trees.log_odds(features).tolist() == [-0.75, 2.25]
    assert trees.depth == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"left": np.array([[1, 1, 3]], dtype=np.int16)},
        {"left": np.array([[1, 2, 0]], dtype=np.int16)},
        {"value": np.zeros((2, 3), dtype=np.float32)},
    ],
)
def test_arrays_that_are_no_trees_are_refused(changed: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="trees"):
        Trees.of(STUMP | changed, baseline=0.0)
