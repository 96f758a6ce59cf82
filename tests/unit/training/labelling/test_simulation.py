"""What the order of the queue saves over labelling at random."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.errors import TrainingError
from training.labelling.simulation import Plan, label_savings


def blobs(sizes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    middles = rng.normal(size=(len(sizes), 16))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    vectors = middles[labels] + 0.9 * rng.normal(size=(len(labels), 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels.astype(np.int64)


def texts(labels: np.ndarray) -> list[str]:
    return [f"message {row}" for row in range(len(labels))]


def test_the_queue_needs_fewer_labels_and_both_start_alike() -> None:
    vectors, labels = blobs((150, 150, 40, 40, 25, 25))
    found = label_savings(
        [f"message {row}" for row in range(len(labels))],
        vectors,
        labels,
        Plan(start=2, per_round=8, rounds=12),
        lambda share: None,
    )
    assert found.queue[0] == found.at_random[0]
    assert found.labels == tuple(range(0, 104, 8))
    assert found.reached is not None
    assert found.reached < found.labels[-1]
    assert found.as_json()["share_of_labels"] == round(found.reached / 96, 3)


def test_a_file_that_is_too_small_for_the_plan_is_refused() -> None:
    vectors, labels = blobs((10, 10))
    with pytest.raises(TrainingError, match="too few"):
        label_savings(texts(labels), vectors, labels, Plan(), lambda share: None)
