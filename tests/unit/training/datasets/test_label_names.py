"""A label's name as words."""

from __future__ import annotations

import pytest

from training.datasets.label_names import label_words


@pytest.mark.parametrize(
    ("label", "words"),
    [("card_arrival", "card arrival"), ("why-verifyIdentity?", "why verify identity"), ("退款进度", "退款进度")],
)
def test_a_label_is_read_as_words(label: str, words: str) -> None:
    assert label_words(label) == words


@pytest.mark.parametrize("label", ["17", "a1", "__", "c-3"])
def test_a_label_without_words_says_nothing(label: str) -> None:
    assert label_words(label) == ""
