"""Denials need a source that denies the same; manners and what one does not know oneself need none."""

from __future__ import annotations

import pytest

from chatbot.generation.guard.denials import Denials, denials

SOURCES = (
    "Sale items cannot be exchanged. Opened bedding cannot be returned after 30 days.",
    "清仓商品不支持退换。超过 30 天的床品不能退货。",
)


@pytest.mark.parametrize(
    "text",
    [
        "Sale items cannot be exchanged.",
        "I'm sorry, but sale items can't be exchanged.",
        "Opened bedding cannot be returned after 30 days.",
        "清仓商品不支持退换哦。",
        "超过30天，床品不能退货。",
        "I can't find that.",
        "I'm not a human.",
        "Don't worry, it's no problem.",
        "If it isn't there, please tell me.",
        "Isn't that so?",
        "不客气，别担心。",
        "抱歉，没有查到。",
        "如果没有收到，请告诉我。",
        "能不能说一下订单号？",
        "这款非常不错。",
    ],
)
def test_what_a_source_denies_or_needs_none_is_supported(text: str) -> None:
    assert Denials(SOURCES).missing(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Lamps cannot be exchanged.",
        "Opened bedding cannot be returned.",
        "We do not ship abroad.",
        "There are no refunds.",
        "No, that is impossible and we never do it.",
        "商品不能退货。",
        "床品不能退货。",
        "我们不接受现金。",
        "没有发票。",
        "Yes, our lamps are not included?",
    ],
)
def test_what_no_source_denies_is_missing(text: str) -> None:
    assert Denials(SOURCES).missing(text)


def test_a_bare_no_needs_a_source_that_denies_something() -> None:
    assert Denials(SOURCES).missing("No, they do not.") == ()
    assert Denials(("Delivery takes 2 days.",)).missing("No, they do not.") == ("No", "they do not.")


def test_the_clause_is_told_as_written() -> None:
    assert denials("It is blue, but it cannot be washed.") == ["it cannot be washed."]
