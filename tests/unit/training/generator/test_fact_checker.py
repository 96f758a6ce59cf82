"""The second opinion on invented facts: it finds what is planted, and nothing in what the sources say."""

from __future__ import annotations

import csv

import pytest

from support.paths import DATA
from training.generator.fact_checker import FactChecker

SOURCES = (
    "Standard delivery takes 2 to 4 working days and costs S$6.90. Write to help@hazelnook.example.",
    "标准配送需要 2 到 4 个工作日，费用 6.90 新元。三十天内可以退货。",
)


def texts() -> list[str]:
    found = []
    for name in ("faq_en.csv", "faq_zh.csv", "transcripts_en.csv", "transcripts_zh.csv", "replies.csv"):
        with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
            found += [row.get("answer") or row.get("text") or "" for row in csv.DictReader(file)]
    return found


@pytest.fixture(scope="module")
def checker() -> FactChecker:
    return FactChecker(texts())


@pytest.mark.parametrize(
    "reply",
    [
        "It takes 2 to 4 working days.",
        "It takes two to four working days and costs $6.90.",
        "Hello! How can I help you?",
        "您好，标准配送需要两到四个工作日。",
        "30 天内可以退货。",
        "Write to help@hazelnook.example, please.",
    ],
)
def test_what_the_sources_say_is_not_counted(checker: FactChecker, reply: str) -> None:
    assert checker.invented(reply, SOURCES) == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("It takes 3 working days.", "number"),
        ("It takes 4 weeks.", "number"),
        ("It takes five working days.", "number"),
        ("需要五个工作日。", "number"),
        ("费用 9.90 新元。", "number"),
        ("You get 10% off.", "number"),
        ("Write to sales@hazelnook.example.", "address"),
        ("See www.cheap-pans.com for more.", "address"),
        ("We deliver with FedEx.", "name"),
        ("Zylphora pans are in stock.", "name"),
        ("请联系摩羯克洛先生。", "name"),
        ("We compensate you.", "promise"),
        ("我们会赔偿您。", "promise"),
        ("Your lamp cannot be returned.", "denial"),
        ("We do not accept returns.", "denial"),
        ("填写下商品不能退货，谢谢。", "denial"),
        ("本店不支持货到付款。", "denial"),
    ],
)
def test_what_is_planted_is_counted(checker: FactChecker, reply: str, kind: str) -> None:
    assert any(found.startswith(kind) for found in checker.invented(reply, SOURCES)), reply


def test_leaks_are_seen(checker: FactChecker) -> None:
    assert checker.leaks("I am a human.")
    assert checker.leaks("<|agent|>Hi")
    assert checker.leaks("I'm a digital assistant, not a human.") == []


@pytest.mark.parametrize(
    "reply",
    [
        "I can't find your order.",
        "Don't worry, no problem!",
        "If it has not arrived, please tell us.",
        "我没有自己的名字。",
        "没问题，不客气！",
        "您是不是想问运费？",
    ],
)
def test_manners_and_what_one_does_not_know_are_no_denials(checker: FactChecker, reply: str) -> None:
    assert checker.invented(reply, ()) == []


def test_a_denial_of_the_sources_is_not_counted(checker: FactChecker) -> None:
    sources = ("We are sorry, we do not offer same-day delivery.", "清仓商品不支持退换。")
    assert checker.invented("No, we do not offer same-day delivery.", sources) == []
    assert checker.invented("清仓商品是不支持退换的。", sources) == []


def test_leaving_words_out_invents_nothing(checker: FactChecker) -> None:
    sources = (
        "没有的，我们不设最低订单金额，买多买少都可以下单。",
        "我们的釉料不含铅和镉，每年由外部实验室检测。",
        "亚麻和棉质床品请用 40 °C 水洗，低温烘干。",
    )
    assert checker.invented("没有的，多少都可以下单。", sources) == []
    assert checker.invented("请放心，釉料不含铅和镉，每年由外部实验室检测。", sources) == []
    assert checker.invented("亚麻和棉质洗，低温烘干。", sources) == []


@pytest.mark.parametrize("reply", ["没有的，多少都可以退货。", "釉料不含塑化剂。", "英式 G 型插头。"])
def test_other_words_in_their_place_do(checker: FactChecker, reply: str) -> None:
    sources = ("没有的，我们不设最低订单金额，买多买少都可以下单。", "亚麻和棉质床品请用 40 °C 水洗，低温烘干。")
    assert checker.invented(reply, sources)
