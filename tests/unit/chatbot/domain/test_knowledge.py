"""The identity of FAQ entries."""

from __future__ import annotations

import pytest

from chatbot.domain import entry_id


def test_ids_of_existing_databases_stay() -> None:
    assert entry_id("How long does delivery take?", "en") == "15180b7b6050a1e4"
    assert entry_id("多久能送到？", "zh") == "4ee04a9308ae8a31"


@pytest.mark.parametrize("same", ["how long?", "HOW LONG", "How long??", "Ｈｏｗ ｌｏｎｇ？", "How long ?"])
def test_case_width_and_closing_signs_make_no_other_entry(same: str) -> None:
    assert entry_id(same, "en") == entry_id("How long?", "en")


@pytest.mark.parametrize(
    ("one", "other"), [("learn C", "learn C++"), ("C#", "C"), ("how long", "how, long"), ("送货", "送貨")]
)
def test_everything_else_does(one: str, other: str) -> None:
    assert entry_id(one, "en") != entry_id(other, "en")


def test_the_same_question_in_two_languages_is_two_entries() -> None:
    assert entry_id("OK?", "en") != entry_id("OK?", "zh")
