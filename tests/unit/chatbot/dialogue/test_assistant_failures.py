"""What a customer gets when a step fails, a reply is stopped, or the message is not acceptable."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import Reason, Role, Route
from chatbot.errors import InputError, StorageError, UngroundedReply
from support.fakes.shop import QUESTION, Shop, record_of


@pytest.fixture
def shop() -> Shop:
    return Shop()


def broken_encoder(shop: Shop) -> None:
    def fail(_text: str) -> object:
        raise RuntimeError("no encoder")

    shop.encoder.encode_one = fail  # type: ignore[method-assign, assignment]


def broken_intents(shop: Shop) -> None:
    shop.intents.answers = {}  # its prediction divides by the number of intents

    def fail(_text: str, _vector: object) -> object:
        raise ValueError("no intents")

    shop.intents.predict = fail  # type: ignore[method-assign, assignment]


def broken_search(shop: Shop) -> None:
    def fail(_text: str, _vector: object, *, limit: int = 5) -> object:
        raise OSError("no index")

    shop.retriever.search = fail  # type: ignore[method-assign, assignment]


def broken_generator(shop: Shop) -> None:
    shop.generator.pieces = ["Hel", RuntimeError("no generator")]


def broken_snapshot(shop: Shop) -> None:
    def fail() -> Snapshot:
        raise StorageError("no snapshot")

    shop.snapshot = fail  # type: ignore[method-assign]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("break_it", [broken_encoder, broken_intents, broken_search, broken_generator, broken_snapshot])
def test_a_failing_step_gives_the_fallback_and_the_log_gets_the_reason(
    shop: Shop, break_it: Callable[[Shop], None], lang: str, caplog: pytest.LogCaptureFixture
) -> None:
    break_it(shop)
    text = {"en": "hi", "zh": "你好"}[lang]
    with caplog.at_level(logging.ERROR):
        reply = shop.assistant.reply(shop.conversation(), text)
    assert (reply.text, reply.route, reply.reason) == (PHRASES["failed"][lang], Route.FALLBACK, Reason.STEP_FAILED)
    assert shop.kept() == [(Role.CUSTOMER, text), (Role.ASSISTANT, PHRASES["failed"][lang])]
    assert record_of(shop).reason is Reason.STEP_FAILED
    (record,) = caplog.records
    assert record.exc_info is not None
    assert "conversation1" in record.getMessage()


def test_the_log_never_contains_what_the_customer_wrote(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    broken_search(shop)
    with caplog.at_level(logging.DEBUG):
        shop.assistant.reply(shop.conversation(), "my card is 4111 1111")
    assert "4111" not in caplog.text


def test_a_customer_who_leaves_stops_the_generator_and_what_was_shown_is_stored(shop: Shop) -> None:
    kept_at_stop: list[int] = []
    shop.generator.on_stop = lambda: kept_at_stop.append(len(shop.messages))
    parts = shop.assistant.stream(shop.conversation(), "hi")
    shown = [next(parts).text, next(parts).text]
    parts.close()  # type: ignore[attr-defined]
    assert shown[-1] == "Hello there"
    assert shop.kept() == [(Role.CUSTOMER, "hi"), (Role.ASSISTANT, "Hello there")]
    assert (shop.generator.said, shop.generator.stopped) == (2, True)
    assert kept_at_stop == [1], "the model was still running while the reply was stored"


def test_leaving_after_the_last_part_stores_nothing_twice(shop: Shop) -> None:
    parts = shop.assistant.stream(shop.conversation(), QUESTION)
    while next(parts).reply is None:
        pass
    parts.close()  # type: ignore[attr-defined]
    assert len(shop.kept()) == 2


def test_an_ungrounded_reply_is_replaced(shop: Shop) -> None:
    shop.generator.pieces = ["Only ", UngroundedReply("S$3.00")]
    parts = list(shop.assistant.stream(shop.conversation(), "hi"))
    assert parts[0].text == "Only"
    assert parts[-1].text == PHRASES["no_match"]["en"]
    assert shop.kept()[-1] == (Role.ASSISTANT, PHRASES["no_match"]["en"])
    record = record_of(shop)
    assert (record.route, record.reason, record.decided) == (Route.FALLBACK, Reason.UNGROUNDED, Route.GENERATE)


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "\u200b\ufeff", "\ud83d", "x" * 10_000_000, "字" * 2_001],
    ids=["nothing", "blanks", "invisible", "half a character", "10 MB", "too long"],
)
def test_a_message_that_is_empty_or_too_long_is_refused_and_nothing_is_stored(shop: Shop, text: str) -> None:
    with pytest.raises(InputError, match=r"empty|limit is 2,000"):
        shop.assistant.reply(shop.conversation(), text)
    assert shop.kept() == []
    assert shop.snapshots == 0


def test_the_longest_message_allowed_is_answered(shop: Shop) -> None:
    assert shop.assistant.reply(shop.conversation(), "x" * 2_000).text


def test_a_message_is_cleaned_before_it_is_stored(shop: Shop) -> None:
    shop.assistant.reply(shop.conversation(), f"  {QUESTION}\u200b\n")
    assert shop.kept()[0] == (Role.CUSTOMER, QUESTION)
