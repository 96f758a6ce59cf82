"""Likeness of replies: ROUGE-L by hand-made examples."""

from __future__ import annotations

import pytest

from training.generator.likeness import rouge_l


@pytest.mark.parametrize(
    ("reply", "wanted", "expected"),
    [
        ("the cat sat", "the cat sat", 1.0),
        ("the cat sat down", "the dog sat", 2 * 2 / 7),
        ("", "the cat", 0.0),
        ("需要三天", "需要五天", 0.75),
        ("a b c d", "d c b a", 2 * 1 / 8),
    ],
)
def test_rouge_l_is_the_f1_of_the_longest_common_subsequence(reply: str, wanted: str, expected: float) -> None:
    assert rouge_l(reply, wanted) == pytest.approx(expected)
