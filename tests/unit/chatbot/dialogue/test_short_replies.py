"""Bare "yes", "ok" and "no" are told apart, and mean what the reply before makes of them."""

from __future__ import annotations

import pytest

from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.dialogue.short_replies import Before, ShortReply, said_before, short_reply
from chatbot.domain import FaqHit, Message, Reason, Role, Route
from support.fakes.core import FakeRetriever, entry
from support.fakes.shop import QUESTION, Shop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes!", ShortReply.YES),
        ("yes, please", ShortReply.YES),
        ("是的。", ShortReply.YES),
        ("No.", ShortReply.NO),
        ("不是", ShortReply.NO),
        ("OK", ShortReply.NOTED),
        ("好的～", ShortReply.NOTED),
        ("收到", ShortReply.NOTED),
        ("👍🏽", ShortReply.NOTED),
        ("No, thanks", ShortReply.DONE),
        ("Nope, I'm all set.", ShortReply.DONE),
        ("没有了", ShortReply.DONE),
        ("沒有了", ShortReply.DONE),
        ("yes but how long does it take", None),
        ("not ok", None),
        ("no refund yet", None),
        ("好的，那运费呢", None),
        ("🎉", None),
        ("?", None),
    ],
)
def test_only_a_message_that_says_nothing_more_is_short(text: str, expected: ShortReply | None) -> None:
    assert short_reply(text) is expected


def reply(text: str, route: Route, *choices: str) -> list[Message]:
    decision = {"route": route.value, "choices": list(choices)}
    return [Message(Role.CUSTOMER, "?"), Message(Role.ASSISTANT, text, decision=decision)]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([], Before.NOTHING),
        (reply("It takes 2 days.", Route.FAQ), Before.ANSWER),
        (reply("Shall we?", Route.FAQ), Before.ANSWER),
        (reply("Which one?", Route.CLARIFY, "A?", "None of these"), Before.CHOICES),
        (reply(PHRASES["no_match"]["en"], Route.FALLBACK), Before.PERSON),
        (reply(PHRASES["no_match"]["zh"], Route.FALLBACK), Before.PERSON),
        (reply("我是智能客服，不是真人。需要的话，我可以帮您转接人工同事。", Route.GENERATE), Before.PERSON),
        (reply(PHRASES["handoff"]["en"], Route.HANDOFF), Before.ANSWER),
        (reply("Hello! How can I help you?", Route.GENERATE), Before.QUESTION),
        (reply("Take care!", Route.GENERATE), Before.ANSWER),
    ],
)
def test_what_was_said_before_is_told_by_its_route_and_words(messages: list[Message], expected: Before) -> None:
    assert said_before(messages)[0] is expected


@pytest.mark.parametrize(
    ("said", "key", "lang"),
    [
        ("ok", "noted", "en"),
        ("好的", "noted", "zh"),
        ("yes", "glad", "en"),
        ("no", "not_that", "en"),
        ("没有了", "done", "zh"),
        ("no thanks", "done", "en"),
    ],
)
def test_after_an_answer_a_short_reply_is_answered_without_a_search(shop: Shop, said: str, key: str, lang: str) -> None:
    conversation = shop.conversation()
    shop.assistant.reply(conversation, QUESTION)
    found = shop.assistant.reply(conversation, said)
    assert (found.text, found.route, found.reason) == (PHRASES[key][lang], Route.GENERATE, Reason.SHORT_REPLY)
    assert shop.retriever.asked == [QUESTION]


def test_at_the_beginning_it_is_greeted(shop: Shop) -> None:
    assert shop.assistant.reply(shop.conversation(), "ok").text == PHRASES["hello"]["en"]


@pytest.mark.parametrize(("said", "key"), [("yes please", "go_on"), ("no", "done"), ("ok", "noted")])
def test_a_question_of_the_assistant_is_answered_by_it(shop: Shop, said: str, key: str) -> None:
    shop.generator.pieces = ["Is there anything else?"]
    conversation = shop.conversation()
    shop.assistant.reply(conversation, "hi")
    assert shop.assistant.reply(conversation, said).text == PHRASES[key]["en"]


@pytest.mark.parametrize(("said", "route"), [("yes", Route.HANDOFF), ("no", Route.GENERATE), ("ok", Route.GENERATE)])
def test_yes_to_the_offer_of_a_person_passes_the_customer_on(shop: Shop, said: str, route: Route) -> None:
    shop.intents.answers = {"zxqv": "other"}
    conversation = shop.conversation()
    assert shop.assistant.reply(conversation, "zxqv").text == PHRASES["no_match"]["en"]
    assert shop.assistant.reply(conversation, said).route is route


def test_yes_to_several_choices_asks_which_and_no_means_none_of_them(shop: Shop) -> None:
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    offered = shop.assistant.reply(conversation, "pan?").choices
    again = shop.assistant.reply(conversation, "yes")
    assert (again.text, again.route, again.choices) == (PHRASES["which_one"]["en"], Route.CLARIFY, offered)
    assert shop.assistant.reply(conversation, "no").text == PHRASES["none_chosen"]["en"]


def test_yes_to_the_only_choice_chooses_it() -> None:
    answers = {"pan?": [FaqHit(entry("a"), 0.4)], "Question a?": [FaqHit(entry("a"), 0.95)]}
    shop = Shop(retriever=FakeRetriever(answers))
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    assert shop.assistant.reply(conversation, "pan?").choices == ("Question a?", "None of these")
    assert shop.assistant.reply(conversation, "yes").text == entry("a").answer
    assert shop.retriever.asked[-1] == "Question a?"


@pytest.fixture
def shop() -> Shop:
    return Shop()
