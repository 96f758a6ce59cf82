"""Bare "yes", "ok" and "no" are told apart, and mean what the reply before makes of them."""

from __future__ import annotations

import pytest

from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.dialogue.short_replies import LastReply, ShortReply, last_reply, short_reply
from chatbot.domain import CustomerMessage, DecisionRecord, FaqHit, Message, Offer, Reason, Role, Route, RoutingPolicy
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
    assert short_reply(CustomerMessage.read(text)) is expected


def reply(offer: Offer, *choices: str, route: Route = Route.CANNED) -> list[Message]:
    record = DecisionRecord(route, choices=choices, offer=offer)
    return [Message(Role.CUSTOMER, "?"), Message(Role.ASSISTANT, "reply", decision=record)]


def test_what_the_last_reply_left_open_is_what_was_recorded_with_it() -> None:
    assert last_reply([]) == LastReply(exists=False)
    for offer in (Offer.NOTHING, Offer.QUESTION, Offer.PERSON):
        assert last_reply(reply(offer)) == LastReply(True, offer)
    choices = reply(Offer.CHOICES, "A?", "None of these", route=Route.CLARIFY)
    assert last_reply([*choices, Message(Role.CUSTOMER, "yes")]) == LastReply(
        True, Offer.CHOICES, ("A?", "None of these")
    )


def test_an_agent_asks_what_ends_with_a_question_mark() -> None:
    assert last_reply([Message(Role.AGENT, "您的订单号是多少？", author="Anna")]).offer is Offer.QUESTION
    assert last_reply([Message(Role.AGENT, "Please wait.", author="Anna")]).offer is Offer.NOTHING


@pytest.mark.parametrize(
    ("stored", "offer"),
    [
        ({"route": "clarify", "choices": ["A?", "None of these"]}, Offer.CHOICES),
        ({"route": "fallback", "reason": "no_match"}, Offer.PERSON),
        ({"route": "fallback", "reason": "out_of_scope"}, Offer.NOTHING),
        ({"route": "faq"}, Offer.NOTHING),
    ],
)
def test_records_of_earlier_versions_tell_what_was_offered_by_route_and_reason(
    stored: dict[str, object], offer: Offer
) -> None:
    assert last_reply([Message(Role.ASSISTANT, "x", decision=DecisionRecord.from_json(stored))]).offer is offer


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
    assert (found.text, found.route, found.reason) == (PHRASES[key][lang], Route.CANNED, Reason.SHORT_REPLY)
    assert shop.retriever.asked == [QUESTION]


def test_at_the_beginning_it_is_greeted(shop: Shop) -> None:
    assert shop.assistant.reply(shop.conversation(), "ok").text == PHRASES["hello"]["en"]


@pytest.mark.parametrize(("said", "key"), [("yes please", "go_on"), ("no", "done"), ("ok", "noted")])
def test_a_question_of_the_assistant_is_answered_by_it(shop: Shop, said: str, key: str) -> None:
    shop.generator.pieces = ["Is there anything else?"]
    conversation = shop.conversation()
    shop.assistant.reply(conversation, "hi")
    assert shop.assistant.reply(conversation, said).text == PHRASES[key]["en"]


@pytest.mark.parametrize(("said", "route"), [("yes", Route.HANDOFF), ("no", Route.CANNED), ("ok", Route.CANNED)])
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
    shop = Shop(retriever=FakeRetriever(answers), policy=RoutingPolicy(suggests=False))
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    assert shop.assistant.reply(conversation, "pan?").choices == ("Question a?", "None of these")
    assert shop.assistant.reply(conversation, "yes").text == entry("a").answer
    assert shop.retriever.asked[-1] == "Question a?"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("yes", "glad"),
        ("ok", "glad"),
        ("no", "none_chosen"),
        ("none of these", "none_chosen"),
        ("no thanks", "done"),
    ],
)
def test_a_suggestion_may_be_taken_or_rejected_in_a_word(said: str, text: str) -> None:
    shop = Shop(retriever=FakeRetriever({"pan?": [FaqHit(entry("a"), 0.4), FaqHit(entry("b"), 0.3)]}))
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    suggested = shop.assistant.reply(conversation, "pan?")
    assert (suggested.route, suggested.choices) == (Route.SUGGEST, ("Question b?", "None of these"))
    assert shop.assistant.reply(conversation, said).text == PHRASES[text]["en"]


def test_the_number_beside_a_suggestion_chooses_another_entry() -> None:
    answers = {
        "pan?": [FaqHit(entry("a"), 0.4), FaqHit(entry("b"), 0.3)],
        "Question b?": [FaqHit(entry("b"), 0.95)],
    }
    shop = Shop(retriever=FakeRetriever(answers))
    shop.intents.answers = {"pan?": "other"}
    conversation = shop.conversation()
    shop.assistant.reply(conversation, "pan?")
    assert shop.assistant.reply(conversation, "1").text == entry("b").answer


@pytest.fixture
def shop() -> Shop:
    return Shop()
