"""Noise changes an utterance a little, in its own script, and never its numbers."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from chatbot.errors import TrainingError
from training.datasets.augmentation import KINDS, augment, cross_over

ENGLISH = "where is the parcel that I ordered last week"
CHINESE = "我上周买的锅什么时候能送到"


def copies(text: str, *kinds: str, n: int = 50) -> list[str]:
    return [augment(text, kinds, random.Random(seed)) for seed in range(n)]


def test_equal_states_of_chance_give_equal_copies() -> None:
    assert copies(ENGLISH, *KINDS) == copies(ENGLISH, *KINDS)


def test_copies_differ_from_their_text_and_from_each_other() -> None:
    made = copies(ENGLISH, "words", "typos")
    assert ENGLISH not in made
    assert len(set(made)) > 10


def test_dropped_words_leave_the_others_in_their_order() -> None:
    for made in copies(ENGLISH, "words"):
        left = iter(ENGLISH.split())
        assert all(word in left for word in made.split())
        assert len(made.split()) == len(ENGLISH.split()) - 1


def test_a_typo_changes_one_longer_word_and_keeps_its_first_letter() -> None:
    for made in copies(ENGLISH, "typos"):
        changed = [(old, new) for old, new in zip(ENGLISH.split(), made.split(), strict=True) if old != new]
        assert len(changed) <= 1
        assert all(len(old) >= 4 and old[0] == new[0] for old, new in changed)


def test_chinese_loses_or_exchanges_characters_and_gains_none() -> None:
    made = copies(CHINESE, "characters")
    assert all(not Counter(one) - Counter(CHINESE) and len(one) >= len(CHINESE) - 1 for one in made)
    assert CHINESE not in made


def test_kinds_of_the_other_script_leave_a_text_alone() -> None:
    assert set(copies(CHINESE, "words", "typos")) == {CHINESE}
    assert set(copies(ENGLISH, "characters")) == {ENGLISH}


@pytest.mark.parametrize("text", ["order 10442 cost 1,250 dollars, not 99", "订单 10442 一共 1250 元，不是 99 元"])
def test_numbers_stay_as_they_are(text: str) -> None:
    numbers = ["10442", "99"]
    for made in copies(text, *KINDS):
        assert all(number in made for number in numbers)


def test_clauses_of_either_script_change_places() -> None:
    assert set(copies("my card is lost, what now?", "clauses")) == {"what now? my card is lost,"}
    assert set(copies("卡丢了，怎么办？", "clauses")) == {"怎么办？卡丢了，"}


@pytest.mark.parametrize("text", ["", "hi", "OK?", "退款", "12 34 56", "?!"])
def test_a_text_too_short_to_lose_anything_stays_as_it_is(text: str) -> None:
    assert set(copies(text, "words", "characters", "clauses")) == {text}


@pytest.mark.parametrize(
    ("first", "second"), [("where is my parcel", "has it been sent yet"), ("我的包裹在哪里", "快递怎么还没到呀")]
)
def test_a_crossed_utterance_begins_like_one_and_ends_like_the_other(first: str, second: str) -> None:
    made = {cross_over(first, second, random.Random(seed)) for seed in range(50)}
    assert len(made) > 5
    assert all(one.startswith(first[:3]) and one.endswith(second[-3:]) for one in made)


def test_an_unknown_kind_is_named_with_the_known_ones() -> None:
    with pytest.raises(TrainingError, match=r"'synonyms'.*words, typos, characters, clauses"):
        augment(ENGLISH, ["synonyms"], random.Random(0))
