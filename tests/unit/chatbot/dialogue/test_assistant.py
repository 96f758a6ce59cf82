"""The journey of a message: what is stored in which order, and what the customer reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.dialogue.assistant import Assistant
from chatbot.domain import FaqHit, Message, Reason, Role, Route
from chatbot.errors import InputError, StorageError
from support.fakes.core import entry
from support.fakes.shop import POLICY, QUESTION, Shop, record_of

HIT = {"dense": 0.7, "lexical": 3.0, "dense_part": 0.0, "lexical_part": 0.0, "answer": 0.0, "answer_part": 0.0}


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_question_and_answer_are_stored_in_order(shop: Shop) -> None:
    reply = shop.assistant.reply(shop.conversation(), QUESTION)
    assert shop.kept() == [(Role.CUSTOMER, QUESTION), (Role.ASSISTANT, "Answer a.")]
    assert (reply.text, reply.route, reply.reason) == ("Answer a.", Route.FAQ, Reason.INTENT_AND_MATCH)
    assert (reply.message_id, reply.conversation_id) == (shop.messages[1].id, shop.messages[1].conversation_id)
    assert [hit.entry.id for hit in reply.sources] == ["a"]


def test_the_question_is_stored_before_anything_can_fail(shop: Shop) -> None:
    def fail(_text: str) -> object:
        assert shop.kept() == [(Role.CUSTOMER, QUESTION)]
        raise RuntimeError("the encoder fails")

    shop.encoder.encode_one = fail  # type: ignore[method-assign, assignment]
    shop.assistant.reply(shop.conversation(), QUESTION)
    assert len(shop.kept()) == 2


def test_the_decision_is_stored_with_the_scores_that_led_to_it(shop: Shop) -> None:
    reply = shop.assistant.reply(shop.conversation(), QUESTION)
    assert shop.messages[0].decision is None
    record = record_of(shop).to_json()
    assert record.pop("timings_ms").keys() == {"remember", "encode", "understand", "search", "answer"}
    assert record.pop("policy")["min_answer"] == POLICY.min_answer
    assert [(check["name"], check["reached"]) for check in record.pop("checks")] == [
        ("in_scope", True),
        ("trusted_in_scope", True),
        ("confidence", True),
        ("margin", True),
        ("answer", True),
    ]
    assert record == {
        "route": "faq",
        "reason": "intent_and_match",
        "decided": "faq",
        "intent": "return_item",
        "confidence": 0.8115,
        "prediction": {
            "ranked": [["return_item", 0.9], ["greeting", 0.1]],
            "in_scope": 0.95,
            "out_of_scope_below": 0.5,
            "min_in_scope": 0.5,
            "min_confidence": 0.5,
            "min_margin": 0.0,
        },
        "hits": [HIT | {"id": "a", "score": 0.8115, "phrasing": "Question a?"}],
        "sources": ["a"],
        "choices": [],
        "offer": "nothing",
        "versions": {
            "encoder": "fake-64",
            "intent": "fake-intent-1",
            "index": "fake-index-1",
            "generator": "fake-generator-1",
            "common": "",
        },
    }
    assert reply.model_versions == record["versions"]
    assert reply.prediction is not None
    assert reply.timings_ms["total"] > 0


def test_a_reply_uses_one_snapshot_and_one_pass_of_the_encoder(shop: Shop) -> None:
    shop.assistant.reply(shop.conversation(), QUESTION)
    assert shop.snapshots == 1
    assert shop.encoder.asked == shop.intents.asked == shop.retriever.asked == [QUESTION]


def test_the_streamed_parts_end_with_the_stored_reply(shop: Shop) -> None:
    parts = list(shop.assistant.stream(shop.conversation(), "hi"))
    assert [part.text for part in parts] == ["Hello", "Hello there", "Hello there!", "Hello there!"]
    assert [part.reply is None for part in parts] == [True, True, True, False]
    assert shop.kept()[-1] == (Role.ASSISTANT, "Hello there!")


def test_a_weak_match_offers_choices_and_stores_them(shop: Shop) -> None:
    shop.intents.in_scope = 0.95
    shop.intents.answers = {"pan?": "other"}
    reply = shop.assistant.reply(shop.conversation(), "pan?")
    assert (reply.route, reply.choices) == (Route.CLARIFY, ("Question a?", "Question b?", "None of these"))
    assert record_of(shop).offered == reply.choices


@pytest.mark.parametrize(("choice", "lang"), [("None of these", "en"), ("都不是", "zh")])
def test_none_of_these_asks_for_other_words_and_searches_nothing(shop: Shop, choice: str, lang: str) -> None:
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    shop.assistant.reply(conversation, "pan?")
    reply = shop.assistant.reply(conversation, choice)
    assert (reply.text, reply.route, reply.reason) == (PHRASES["none_chosen"][lang], Route.FALLBACK, Reason.NO_MATCH)
    assert choice not in shop.retriever.asked


def test_none_of_these_out_of_the_blue_is_a_message_like_any_other(shop: Shop) -> None:
    conversation = shop.conversation()
    shop.assistant.reply(conversation, QUESTION)
    reply = shop.assistant.reply(conversation, "None of these")
    assert "None of these" in shop.retriever.asked
    assert reply.text != PHRASES["none_chosen"]["en"]


@pytest.mark.parametrize("said", ["2", "the second one", "第二个"])
def test_typing_the_number_of_a_choice_is_choosing_it(shop: Shop, said: str) -> None:
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    reply = shop.assistant.reply(conversation, "pan?")
    shop.assistant.reply(conversation, said)
    assert shop.retriever.asked[-1] == reply.choices[1]
    assert shop.kept()[-2] == (Role.CUSTOMER, said)


def test_the_last_number_is_none_of_these_and_a_higher_one_is_a_message(shop: Shop) -> None:
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    shop.assistant.reply(conversation, "pan?")
    assert shop.assistant.reply(conversation, "3").text == PHRASES["none_chosen"]["en"]
    shop.assistant.reply(conversation, "pan?")
    shop.assistant.reply(conversation, "4")
    assert shop.retriever.asked[-1] == "4"


def test_a_number_out_of_the_blue_is_a_message_like_any_other(shop: Shop) -> None:
    shop.assistant.reply(shop.conversation(), "2")
    assert shop.retriever.asked[-1] == "2"


def test_choosing_a_question_leads_to_its_answer(shop: Shop) -> None:
    shop.intents.answers = {"pan?": "other"}
    shop.retriever.hits = {**shop.retriever.hits, "Question b?": [FaqHit(entry("b"), 0.99), FaqHit(entry("a"), 0.95)]}
    conversation = shop.conversation()
    choices = shop.assistant.reply(conversation, "pan?").choices
    assert shop.assistant.reply(conversation, choices[1]).text == "Answer b."


@pytest.mark.parametrize(
    ("text", "started_in", "expected"),
    [
        ("今天天气怎么样", "en", "zh"),
        ("what about the weather", "zh", "en"),
        ("???", "zh", "zh"),
        ("12345", "en", "en"),
    ],
)
def test_the_wording_follows_the_message_and_else_the_conversation(
    shop: Shop, text: str, started_in: str, expected: str
) -> None:
    reply = shop.assistant.reply(shop.conversation(started_in), text)
    assert reply.text == PHRASES["out_of_scope"][expected]


def test_a_chinese_question_gets_its_curated_answer(shop: Shop) -> None:
    assert shop.assistant.reply(shop.conversation(), "锅怎么退").text == "30 天内可以退。"


def test_the_generator_sees_the_conversation_with_the_newest_message_last(shop: Shop) -> None:
    conversation = shop.conversation()
    for _ in range(8):
        shop.assistant.reply(conversation, QUESTION)
    shop.assistant.reply(conversation, "hi")
    (history,) = shop.generator.histories
    assert (history[-1].role, history[-1].text) == (Role.CUSTOMER, "hi")
    assert len(history) == 12


def test_a_route_that_needs_no_history_reads_none(shop: Shop) -> None:
    asked: list[object] = []
    original = shop.store.messages

    def messages(conversation_id: str, *, last: int | None = None) -> list[Message]:
        asked.append(conversation_id)
        return original(conversation_id, last=last)

    shop.store.messages = messages  # type: ignore[method-assign]
    shop.assistant.reply(shop.conversation(), QUESTION)
    assert asked == []


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (("intent_model",), Reason.CONFIDENT_MATCH),
        (("generator",), Reason.INTENT_AND_MATCH),
        (("retriever",), Reason.EMPTY_KNOWLEDGE),
        (("intent_model", "retriever", "generator"), Reason.EMPTY_KNOWLEDGE),
    ],
)
def test_the_assistant_works_without_some_of_its_parts(shop: Shop, missing: Sequence[str], expected: Reason) -> None:
    snapshot = replace(shop.snapshot(), **dict.fromkeys(missing))
    assistant = Assistant(shop.store, lambda: snapshot)
    reply = assistant.reply(shop.conversation(), QUESTION)
    assert reply.reason is expected
    assert reply.text


def test_a_question_that_cannot_be_stored_is_not_answered(shop: Shop) -> None:
    def fail(_conversation_id: str, _role: Role, _text: str, *, decision: object = None) -> Message:
        raise StorageError("The disk is full.")

    shop.store.add_message = fail  # type: ignore[method-assign, assignment]
    with pytest.raises(StorageError, match="full"):
        shop.assistant.reply(shop.conversation(), QUESTION)
    assert shop.encoder.asked == []


def test_explaining_stores_nothing(shop: Shop) -> None:
    explained = shop.assistant.explain(f" {QUESTION} ")
    assert explained.decided.prediction is not None
    assert [hit.entry.id for hit in explained.hits] == ["a"]
    assert explained.decision.route is Route.FAQ
    assert (explained.nearest[0].text, explained.nearest[0].intent) == (QUESTION, "return_item")
    assert shop.kept() == []


def test_an_explanation_is_what_a_reply_stores(shop: Shop) -> None:
    for text in (QUESTION, "pan?", "hi", "锅怎么退", "what is this"):
        reply = shop.assistant.reply(shop.conversation(), text)
        explained = shop.assistant.explain(text)
        stored, record = record_of(shop), explained.record()
        assert (stored.decided, stored.hits, stored.checks) == (record.route, record.hits, record.checks)
        assert (stored.prediction, stored.policy, stored.versions) == (
            record.prediction,
            record.policy,
            record.versions,
        )
        assert reply.checks == explained.decision.checks


def test_a_reply_looks_up_no_utterances(shop: Shop) -> None:
    shop.assistant.reply(shop.conversation(), QUESTION)
    assert shop.intents.looked_up == 0
    assert len(shop.encoder.asked) == 1


def test_explaining_refuses_what_replying_refuses(shop: Shop) -> None:
    with pytest.raises(InputError):
        shop.assistant.explain(" ")
