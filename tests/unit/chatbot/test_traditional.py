"""How Chinese is written: told from a text, and changed without touching anything else."""

from __future__ import annotations

import csv

import pytest

from chatbot.text import Wording, in_traditional, traditional_lead
from support.paths import ROOT


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("我想退貨", 1),
        ("我想退货", -1),
        ("退款", 0),
        ("refund 30 days", 0),
        ("", 0),
        ("台北后里店", 0),
        ("請問台北有店嗎", 1),
    ],
)
def test_a_text_shows_how_it_is_written_or_nothing(text: str, lead: int) -> None:
    assert (traditional_lead(text) > 0) - (traditional_lead(text) < 0) == lead


KEPT = ["https://a.cn/订单?状态=发货", "www.a.cn/退货", "`设置`", "](https://b.cn/退货)", "SKU-发A1", "iPhone 13 Pro",
        "¥1,299.00", "10:00–22:00", "service@a.cn", "USB-C", "50%", "+86 138-0000-0000", "１２３"]  # fmt: skip


@pytest.mark.parametrize("wording", list(Wording))
@pytest.mark.parametrize("kept", KEPT)
def test_addresses_codes_numbers_and_english_come_out_unchanged(kept: str, wording: Wording) -> None:
    assert in_traditional(f"订单见 {kept} 。发货", wording) == f"訂單見 {kept} 。發貨"
    assert in_traditional("Plain English, no. 1", wording) == "Plain English, no. 1"


@pytest.mark.parametrize("wording", list(Wording))
def test_every_answer_of_the_sample_shop_keeps_what_is_not_chinese(wording: Wording) -> None:
    with (ROOT / "data" / "faq_zh.csv").open(encoding="utf-8", newline="") as file:
        answers = [row["answer"] for row in csv.DictReader(file)]
    for answer in answers:
        shown = in_traditional(answer, wording)
        assert [sign for sign in shown if sign.isascii()] == [sign for sign in answer if sign.isascii()]
        assert traditional_lead(shown) >= 0


def test_words_follow_the_place_unless_they_would_say_something_else() -> None:
    assert in_traditional("鼠标和软件", Wording.TAIWAN) == "滑鼠和軟體"
    assert in_traditional("软件里的服务器", Wording.HONG_KONG) == "軟件裏的伺服器"
    assert in_traditional("注销账户，礼品卡代码", Wording.TAIWAN) == "註銷賬戶，禮品卡代碼"
    assert in_traditional("审核通过后支持退货", Wording.TAIWAN) == "審核通過後支持退貨"
