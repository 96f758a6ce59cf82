"""The grounding guard: no unsupported fact leaves, and supported text passes unchanged."""

from __future__ import annotations

import random

import pytest

from chatbot.domain import Message, Role
from chatbot.errors import UngroundedReply
from chatbot.generation.guard.grounding import GroundingGuard
from chatbot.generation.guard.guarded_generator import GuardedGenerator
from chatbot.generation.guard.source_facts import unsupported
from support.fakes.core import FakeGenerator
from support.fakes.generation import hit

SOURCES = (
    "Standard delivery takes 2 to 4 working days after dispatch, costs S$6.90 and is free from S$80.00.",
    "Write to help@hazelnook.example or call +65 6555 0142, Monday to Saturday 09:00 to 18:00.",
    "The mid-year sale runs from 15 June to 30 June. Returns within 30 days, 10 % off, see hazelnook.example/jobs.",
    "14:00 前下单，下一个工作日送达，费用为 12.00 新元。补货通常需要 2 到 3 周。",
    "Hazelnook Returns, 18 Tannery Walk, #03-07, Singapore 347998. Two-step sign-in; lamps take E27 bulbs up to 10 W.",
)
CUSTOMER = ("Where is HN4821907? I paid 55 dollars to Anna",)


def lets_through(text: str) -> bool:
    return not unsupported(text, SOURCES, customer=CUSTOMER)


@pytest.mark.parametrize(
    "text",
    [
        "Hello! How can I help you today?",
        "It takes 2 to 4 working days.",
        "It takes two to four business days.",
        "需要两到四个工作日。",
        "It costs S$6.90, or 6.9 SGD.",
        "运费是 6.90 新元。",
        "Call 6555 0142 from Monday to Saturday, 9 am to 6 p.m.",
        "周一到周六，上午九点到下午六点。",
        "The sale runs from 15 to 30 June.",
        "大促从 6 月 15 日到 6 月 30 日。",
        "You get ten percent off.",
        "可享 10 % 折扣，也就是百分之十。",
        "Write to HELP@hazelnook.example.",
        "See https://www.hazelnook.example/jobs/.",
        "Your order HN4821907 is being looked at.",
        "您的订单HN4821907正在处理。",
        "Send it to 18 Tannery Walk, #03-07, Singapore 347998.",
        "It takes an E27 bulb of at most 10W.",
        "Within thirty days, please.",
        "十分抱歉，万一不行，请早一点告诉我们，祝您有美好的一天！",
        "One of my colleagues will help you, this one is on us.",
        "Of course, Anna!",
        "I'm sorry, I'll ask. May I have your order number?",
        "１４：００ 前下单。",
        "下午两点前下单，下个工作日送达。",
    ],
)
def test_supported_text_passes_in_any_notation(text: str) -> None:
    assert lets_through(text), unsupported(text, SOURCES, customer=CUSTOMER)


@pytest.mark.parametrize(
    "text",
    [
        "It takes 3 working days.",
        "It takes 2 to 4 days.",
        "It takes 2 to 4 weeks.",
        "It takes three working days.",
        "It takes a week.",
        "It takes a few days.",
        "It takes half a day.",
        "It takes twenty-four hours.",
        "三天内送达。",
        "一周后送达。",
        "半小时送达。",
        "过几天就到。",
        "It costs S$69.",
        "It costs S$6.9 0.50.",
        "It costs US$6.90.",
        "It costs 6.90 euros.",
        "运费 6.90 元。",
        "价格是1,000.50新元。",
        "You get 15 % off.",
        "打八折。",
        "百分之二十的折扣。",
        "The sale starts on 16 June.",
        "The sale starts in July.",
        "大促 7 月开始。",
        "It comes tomorrow.",
        "明天送到。",
        "It comes on Sunday.",
        "周日送货。",
        "We close at 7 pm.",
        "晚上八点关门。",
        "We close at 6:30 p.m.",
        "Write to sales@hazelnook.example.",
        "Write to help@hazelnook.example.com.",
        "See www.fake-shop.com.",
        "See hazelnook.example/refund.",
        "Call +65 6555 0143.",
        "Your order HN4821908 is on its way.",
        "You paid 55 dollars.",
        "It takes an E14 bulb.",
        "We deliver with FedEx.",
        "请用Alipay付款。",
        "1 2 3 go",
        "³ days",
        "３ 天",
        "壹佰新元",
        "It costs S$12.000.",
        "It costs S$six.",
        "a two-day wait",
        "两三天就到",
        "3\u200b3 days",
    ],
)
def test_unsupported_text_is_refused_in_any_notation(text: str) -> None:
    assert not lets_through(text)


def test_a_customers_amount_is_not_a_source_but_the_order_number_may_be_read_back() -> None:
    said = ("I was promised a refund of S$99 within 3 days for order HN1234567",)
    assert unsupported("You get S$99 within 3 days for HN1234567.", (), customer=said) == ("S$99", "3 days")


def test_known_names_need_no_source() -> None:
    assert unsupported("Welcome to Hazelnook!", ()) == ("Hazelnook",)
    assert unsupported("Welcome to Hazelnook!", (), known_names={"Hazelnook"}) == ()


WORDS = (
    *(
        "It takes",
        "and",
        "to",
        "or",
        "hello!",
        "我们",
        "需要",
        "送达",
        "，",
        "。",
        ". ",
        ", ",
        "-",
        "的",
        "一",
        "下",
        " ",
    ),
    *("2", "4", "3", "working days", "days", "个工作日", "天", "周", "S$", "6.90", "80", "0", ".", ":", "14", "00"),
    *("新元", "%", "June", "15", "30", "help", "@", "hazelnook.example", "HN", "4821907", "two", "twenty", "half a"),
    *("Monday", "tomorrow", "am", "下午", "点", "百分之", "十", "三", "+65", "6555", "0142", "Anna", "FedEx", "#03-07"),
)


def in_pieces(text: str, rng: random.Random) -> list[str]:
    pieces, at = [], 0
    while at < len(text):
        step = rng.choice((1, 1, 2, 3, 8))
        pieces.append(text[at : at + step])
        at += step
    return pieces


def what_leaves(pieces: list[str], *, lang: str = "en", asked: str = "how long") -> tuple[str, str]:
    """What leaves the guard and the rule that stopped the rest, empty for none."""
    generator = GuardedGenerator(FakeGenerator(pieces), GroundingGuard())
    history = [*(Message(Role.CUSTOMER, text) for text in CUSTOMER), Message(Role.CUSTOMER, asked)]
    left = ""
    try:
        for piece in generator.stream(history, [hit(text) for text in SOURCES], lang=lang):
            left += piece.text
    except UngroundedReply as refused:
        return left, refused.rule
    return left, ""


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_pieces_the_same_sentences_leave_and_no_unsupported_fact(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(8):
        text = "".join(rng.choice(WORDS) + rng.choice(("", "", " ")) for _ in range(rng.randint(1, 14)))
        left, rule = what_leaves(in_pieces(text, rng))
        assert text.startswith(left)
        assert lets_through(left), text
        assert (left, rule) == what_leaves([text]), text


@pytest.mark.parametrize("seed", range(5))
def test_supported_sentences_leave_unchanged_in_any_pieces(seed: int) -> None:
    text = "Hello! " + " ".join(SOURCES[seed : seed + 1])
    lang = "zh" if seed == 3 else "en"
    text = text if lang == "en" else SOURCES[3]
    assert what_leaves(in_pieces(text, random.Random(seed)), lang=lang) == (text, "")


def test_a_reply_is_released_sentence_by_sentence() -> None:
    generator = FakeGenerator(["Hel", "lo! It ta", "kes 2 to 4 work", "ing days. It", " is free."])
    stream = GuardedGenerator(generator, GroundingGuard()).stream(
        [Message(Role.CUSTOMER, "how long")], [hit(SOURCES[0])], lang="en"
    )
    assert next(stream).text == "Hello!"
    assert generator.said == 2
    assert next(stream).text == " It takes 2 to 4 working days."
    assert generator.said == 4


def test_closing_the_guard_closes_the_generator() -> None:
    generator = FakeGenerator(["Hello there! ", "How can I ", "help you?"])
    stream = GuardedGenerator(generator, GroundingGuard()).stream([Message(Role.CUSTOMER, "hello")], [], lang="en")
    assert next(stream)
    stream.close()
    assert generator.stopped


def test_an_empty_reply_is_empty() -> None:
    stream = GuardedGenerator(FakeGenerator([]), GroundingGuard()).stream([], [], lang="en")
    assert list(stream) == []


@pytest.mark.parametrize("pieces", [["Your order ", "[order]", " is late."], list("Call [phone] now.")])
def test_a_placeholder_of_a_masked_transcript_never_leaves(pieces: list[str]) -> None:
    with pytest.raises(UngroundedReply):
        list(GuardedGenerator(FakeGenerator(pieces), GroundingGuard()).stream([], [], lang="en"))
