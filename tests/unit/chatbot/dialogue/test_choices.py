"""Numbers as customers type them when they are asked to choose."""

from __future__ import annotations

import pytest

from chatbot.dialogue.choices import choice_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[(text, 2) for text in ("2", " 2. ", "#2", "(2)", "２", "Option 2", "number two", "2nd", "the second one")],
        *[(text, 2) for text in ("I mean the second", "2 please", "No. 2", "it's the second one!")],
        *[(text, 2) for text in ("二", "第二个", "第2项", "选2", "我要第二个", "我选二。", "选项2", "第二个吧", "两")],
        *[(text, 2) for text in ("第二個", "第2項", "選2", "我選二。", "選項2", "兩")],
        ("first", 1),
        ("第一", 1),
    ],
)
def test_a_number_is_understood_as_it_is_typed(text: str, number: int) -> None:
    assert choice_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "22",
        "2 parcels",
        "where is my second parcel?",
        "two of them are broken",
        "none",
        "第二天到吗",
        "二手的吗",
        "²x",
    ],
)
def test_other_messages_are_no_numbers(text: str) -> None:
    assert choice_number(text) is None
