"""Texts whose vectors are known do not go through the encoder again; those in files are tested beside the index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.vectors.caches import RecentVectors


class Counting:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32).reshape(-1, 2)


def test_each_text_is_encoded_once_and_comes_in_order() -> None:
    encode, recent = Counting(), RecentVectors()
    assert recent.of(["a", "bb", "a"], encode) == pytest.approx(np.array([[1, 1], [2, 1], [1, 1]]))
    assert recent.of(["bb", "ccc"], encode) == pytest.approx(np.array([[2, 1], [3, 1]]))
    assert encode.asked == ["a", "bb", "ccc"]
    assert recent.of([], encode).shape == (0, 2)


def test_what_was_asked_for_longest_ago_goes_first_and_encoders_are_told_apart() -> None:
    encode, recent = Counting(), RecentVectors(most=2)
    recent.of(["a", "bb"], encode)
    recent.of(["a"], encode)
    recent.of(["ccc"], encode)
    recent.of(["a"], encode)
    assert encode.asked == ["a", "bb", "ccc"]
    recent.of(["a"], encode, "another")
    recent.of(["bb"], encode)
    assert encode.asked == ["a", "bb", "ccc", "a", "bb"]
