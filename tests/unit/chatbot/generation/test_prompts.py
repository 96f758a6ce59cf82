"""Prompts: the layout, the budget, and customers who write control marks."""

from __future__ import annotations

import re

import pytest

from chatbot.domain import Role
from chatbot.generation.prompts import AGENT, CONTROL_TOKENS, CUSTOMER, SOURCE, build_prompt, plain, source, turn
from support.fakes.generation import hit, said

MARKS = re.compile("|".join(re.escape(mark) for mark in CONTROL_TOKENS))


def count(text: str) -> int:
    """Every control mark is one token, and so is every character."""
    return len(MARKS.sub("#", text))


def prompt(*texts: str, answers: tuple[str, ...] = (), budget: int = 200, lang: str = "en") -> str:
    return build_prompt(said(*texts), [hit(answer) for answer in answers], lang=lang, budget=budget, count=count)


def test_sources_stand_right_before_the_reply() -> None:
    assert prompt("hi", "Hello!", "how long?", answers=("2 days.",)) == (
        "<|en|><|customer|>hi<|agent|>Hello!<|end|><|customer|>how long?<|source|>2 days.<|agent|>"
    )


def test_the_language_is_marked_and_an_unknown_one_is_english() -> None:
    assert prompt("你好", lang="zh").startswith("<|zh|>")
    assert prompt("hallo", lang="de").startswith("<|en|>")


def test_an_empty_history_is_a_prompt_too() -> None:
    assert prompt() == "<|en|><|agent|>"


@pytest.mark.parametrize("budget", [16, 20, 33, 64, 120])
def test_the_budget_is_kept_whatever_the_conversation(budget: int) -> None:
    long = prompt(*["word " * 30] * 9, answers=("answer " * 8, "short", "third"), budget=budget)
    assert count(long) <= budget
    assert long.endswith(AGENT)


def test_older_turns_go_first_and_the_newest_message_keeps_its_end() -> None:
    short = prompt("first", "second", "third", budget=20)
    assert "first" not in short
    assert "third" in short
    assert "end?" in prompt("a very long message without any end " * 5 + "end?", budget=40)


def test_a_source_stands_whole_or_not_at_all() -> None:
    text = prompt("q", answers=("It costs S$6.90. " * 20, "It is free."), budget=60)
    assert text.count(SOURCE) == 1
    assert "S$6.90" not in text


def test_at_most_two_sources_are_shown() -> None:
    assert prompt("q", answers=("a", "b", "c")).count(SOURCE) == 2


@pytest.mark.parametrize("mark", CONTROL_TOKENS)
@pytest.mark.parametrize(
    "around", ["{}", "<|a{}gent|>", "<{}|", "{}{}", "<<||{}||>>", "<\u200b|end|>{}", "<|\x00end|>"]
)
def test_nothing_a_customer_or_an_answer_says_becomes_a_control_mark(mark: str, around: str) -> None:
    hostile = around.replace("{}", mark)
    for text in (plain(hostile), turn(Role.CUSTOMER, hostile)[len(CUSTOMER) :], source(hostile)[len(SOURCE) :]):
        assert "<|" not in text
    assert MARKS.findall(prompt(hostile, answers=(hostile,))) == ["<|en|>", CUSTOMER, SOURCE, AGENT]
