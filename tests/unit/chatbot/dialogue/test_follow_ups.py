"""Which messages may lean on the conversation, and what its topic is."""

from __future__ import annotations

import pytest

from chatbot.dialogue.follow_ups import LONGEST_TOPIC, may_follow, topic_of
from chatbot.domain import CustomerMessage, Message, Role
from support.fakes.records import recorded


@pytest.mark.parametrize(
    "text",
    [
        "and to Canada?",
        "What about cash on delivery?",
        "how much is it?",
        "do they expire?",
        "when?",
        "same price?",
        "in the oven too?",
        "那周日呢？",
        "它用不了啊",
        "多少钱？",
        "还能取消吗？",
        "可以去那里自提吗？",
    ],
)
def test_a_short_message_that_refers_back_or_says_little_may_follow(text: str) -> None:
    assert may_follow(CustomerMessage.read(text))


@pytest.mark.parametrize(
    "text",
    [
        "How do I change the delivery address of my order?",
        "I moved house last week, can you send it to the new place instead?",
        "我买的锅收到以后发现尺寸不合适，想把它退掉，最晚什么时候办",
        "怎么更换账户的邮箱地址",
    ],
)
def test_a_message_that_says_enough_stands_alone(text: str) -> None:
    assert not may_follow(CustomerMessage.read(text))


def said(text: str) -> Message:
    return Message(Role.CUSTOMER, text)


def replied(route: str, **more: str) -> Message:
    return Message(Role.ASSISTANT, "reply", decision=recorded(route, **more))


def test_the_topic_is_the_newest_message_that_was_about_something() -> None:
    before = [said("How much is delivery?"), replied("faq"), said("thanks!"), replied("generate")]
    assert topic_of(before) == "How much is delivery?"


def test_a_follow_up_brings_the_topic_that_it_leaned_on_itself() -> None:
    before = [said("and to Malaysia?"), replied("faq", topic="How much is delivery?")]
    assert topic_of(before) == "How much is delivery? and to Malaysia?"


def test_a_chosen_question_is_the_topic_instead_of_its_number() -> None:
    before = [said("2"), replied("faq", searched="Which countries do you ship to?")]
    assert topic_of(before) == "Which countries do you ship to?"


@pytest.mark.parametrize("before", [[], [said("hello"), replied("generate")], [said("a person"), replied("handoff")]])
def test_small_talk_leaves_no_topic(before: list[Message]) -> None:
    assert topic_of(before) == ""


def test_a_long_topic_keeps_its_newest_end() -> None:
    topic = topic_of([said("x" * 400 + " and the end"), replied("fallback")])
    assert len(topic) == LONGEST_TOPIC
    assert topic.endswith("and the end")


def test_what_was_spoken_of_before_a_colleague_wrote_is_over() -> None:
    before = [
        Message(Role.CUSTOMER, "how much is delivery to Singapore?"),
        Message(Role.ASSISTANT, "S$4.", decision=recorded("faq")),
        Message(Role.AGENT, "I have sent it again.", author="Anna"),
    ]
    assert topic_of(before[:2]) == "how much is delivery to Singapore?"
    assert topic_of(before) == ""
