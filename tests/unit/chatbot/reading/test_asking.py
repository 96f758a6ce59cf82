"""What a text asks for, and whether it denies."""

from __future__ import annotations

import pytest

from chatbot.reading.asking import KINDS, denies, kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("how much is it", "amount"),
        ("what does delivery cost", "amount"),
        ("多少钱", "amount"),
        ("how long does it take", "duration"),
        ("要几天", "duration"),
        ("what time do you close", "time"),
        ("where are you", "place"),
        ("喺邊度", "place"),
        ("can I pay later", "whether"),
        ("可以带狗吗", "whether"),
    ],
)
def test_the_kind_of_a_question_is_told(text: str, kind: str) -> None:
    assert kinds(text)[KINDS.index(kind)] == 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I do not want it", True),
        ("doesn't it come in red", True),
        ("everything except shoes", True),
        ("不要了", True),
        ("唔係呢個", True),
        ("a note about the north", False),
        ("how do I knot it", False),
        ("怎么退货", False),
    ],
)
def test_words_that_turn_the_meaning_are_seen(text: str, expected: bool) -> None:
    assert denies(text) is expected
