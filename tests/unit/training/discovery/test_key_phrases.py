"""The words that name a group, in both languages."""

from __future__ import annotations

from training.discovery.key_phrases import key_phrases, spread, terms


def named(texts: list[str], others: list[str]) -> tuple[str, ...]:
    return key_phrases(texts, spread([*texts, *others]), len(texts) + len(others))


def test_key_phrases_tell_a_topic_from_the_others() -> None:
    texts = ["how do I rent a boat", "rent a boat on sunday", "where can one rent a boat"]
    phrases = named(texts, ["how do I pay", "where is my order", "can I pay on sunday"])
    assert set(phrases) == {"rent", "boat"}


def test_no_word_comes_twice_whatever_its_ending() -> None:
    texts = ["gift cards that expire", "does a gift card expire", "expiry of my gift card", "gift cards expired"]
    phrases = named(texts, ["where is my order", "pay by invoice"])
    assert phrases[0].startswith("gift")
    assert len([phrase for phrase in phrases if "gift" in phrase]) == 1
    assert len([phrase for phrase in phrases if "expir" in phrase]) == 1


def test_a_pair_that_always_comes_together_is_one_phrase_with_its_small_word() -> None:
    texts = ["my top up failed", "top-up was reverted", "why was my top up declined"]
    assert named(texts, ["where is my card", "card lost"])[0] == "top up"


def test_common_words_and_numbers_name_nothing() -> None:
    assert terms("what's the thing I don't want, 12345") == set()
    assert terms("请问你们的这个怎么可以呢") == set()


def test_chinese_phrases_are_whole_words_without_question_words() -> None:
    texts = ["充电宝坏了怎么办", "我的充电宝坏了", "充电宝不能充电", "充电宝可以退吗"]
    phrases = named(texts, ["怎么付款", "可以退货吗", "运费多少钱"])
    assert phrases[0] == "充电宝"
    assert not any(part in phrase for phrase in phrases[1:] for part in ("充电宝", "电宝", "怎么", "可以"))
    assert named(["可以租船吗", "租船多少钱", "怎么租船"], ["怎么付款"])[0] == "租船"


def test_both_languages_in_one_message() -> None:
    assert {"wifi", "密码"} <= terms("wifi密码是多少")
