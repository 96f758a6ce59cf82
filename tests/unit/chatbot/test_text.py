"""Normalising, tokens, language and hashes: English, Chinese and what keyboards produce besides."""

from __future__ import annotations

import pytest

from chatbot.text import (
    clean,
    content_hash,
    half_width,
    language,
    normalise,
    split_lines,
    split_tags,
    tokens,
)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  hello \t\n there  ", "hello there"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301te\u0301", "été"),
        ("a\x00b\x1fc\x7f", "abc"),
        ("\u202eevil", "evil"),
        ("full\u3000width", "full width"),
        ("", ""),
        (" \u200b\n ", ""),
        ("S$6.90, OK?", "S$6.90, OK?"),
        ("多少钱？", "多少钱？"),
        ("👍", "👍"),
        ("half \ud83d", "half"),
    ],
)
def test_clean_keeps_what_a_person_reads(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I RETURN it?!", "how do i return it"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("多少钱？", "多少钱"),
        ("Straße", "STRASSE"),
        ("what's up", "What's   up..."),
        ("我的order几天到", "我的 order 几天到"),
        ("貨到付款嗎？", "货到付款吗"),
    ],
)
def test_texts_that_say_the_same_normalise_alike(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize("text", ["How do I return it?!", "ＡＢＣ 多少钱", "Straße", "I'm 20 % off", "ﬁne", "İstanbul"])
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("text", ["", "   ", "?!…", "👍👍", "\u200b"])
def test_a_text_without_letters_or_digits_normalises_to_nothing(text: str) -> None:
    assert normalise(text) == ""
    assert tokens(text) == []


def test_words_are_lower_case_tokens() -> None:
    assert tokens("Free delivery, from S$80.00") == ["free", "delivery", "from", "s", "80", "00"]


def test_chinese_gives_characters_and_pairs() -> None:
    assert tokens("退货款") == ["退", "货", "款", "退货", "货款"]


def test_mixed_text_gives_both_kinds_of_token() -> None:
    assert tokens("我的order几天到") == ["我", "的", "我的", "order", "几", "天", "到", "几天", "天到"]


def test_traditional_chinese_has_the_tokens_of_simplified() -> None:
    assert tokens("退貨") == ["退", "货", "退货"]


def test_half_a_surrogate_pair_beside_chinese_does_no_harm() -> None:
    assert tokens("退\ud83d")[0] == "退"


def test_full_width_signs_become_the_usual_ones() -> None:
    assert half_width("ＵＥＮ　１２３％") == "UEN 123%"


def test_a_single_chinese_character_is_one_token() -> None:
    assert tokens("啊") == ["啊"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How long does it take?", "en"),
        ("多久能到", "zh"),
        ("express 几点前下单", "zh"),
        ("请问 standard delivery 要多少天", "zh"),
        ("I bought the 榛 lamp last week and it does not work", "en"),
        ("12345", "en"),
        ("", "en"),
        ("👍", "en"),
        ("¿Dónde está?", "en"),
    ],
)
def test_the_language_of_a_text(text: str, expected: str) -> None:
    assert language(text) == expected


def test_a_hash_depends_on_content_order_and_borders() -> None:
    hashes = {content_hash(parts) for parts in (["ab", "c"], ["a", "bc"], ["c", "ab"], ["abc"], ["abc", ""], [])}
    assert len(hashes) == 6


def test_a_hash_is_stable_and_as_long_as_asked() -> None:
    assert content_hash(["退货", "return"]) == content_hash(iter(["退货", "return"]))
    assert len(content_hash(["x"], length=8)) == 8


def test_half_a_surrogate_pair_can_be_hashed() -> None:
    assert content_hash(["\ud83d"])


def test_people_list_tags_between_many_signs_and_phrasings_on_lines() -> None:
    assert split_tags("a, b；c、 d|a\n") == ("a", "b", "c", "d")
    assert split_lines(" Where is it?\n\nWhere  is it?\r\nA, b") == ("Where is it?", "A, b")
    assert split_tags("") == split_lines("") == ()
