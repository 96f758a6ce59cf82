"""Small talk in plain words is answered in any home, also without a generator and without intents of its own."""

from __future__ import annotations

import pytest

from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import FaqHit, Reason, Route
from chatbot.generation.small_talk import PlainSmallTalk
from support.fakes.core import FakeIntentModel, FakeRetriever, entry
from support.fakes.shop import POLICY, Shop


def assistant(shop: Shop, hits: tuple[FaqHit, ...] = ()) -> Assistant:
    asked = ("hello", "你是真人吗", "I want a real person", "hello?", "terrible service, where is it")
    retriever = FakeRetriever({text: list(hits) for text in asked})
    snapshot = Snapshot(shop.encoder, None, retriever, None, POLICY, None, PlainSmallTalk())
    return Assistant(shop.store, lambda: snapshot)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "help|do for you"),
        ("thank you so much", "welcome|help"),
        ("你是真人吗", "智能客服"),
        ("Are you sure?", "team"),
    ],
)
def test_it_is_answered_without_any_model(text: str, expected: str) -> None:
    shop = Shop()
    reply = assistant(shop).reply(shop.conversation(), text)
    assert (reply.route, reply.reason) == (Route.CANNED, Reason.SMALL_TALK)
    assert any(word in reply.text for word in expected.split("|")), reply.text


def test_a_weak_match_gives_way_and_an_answer_does_not() -> None:
    shop = Shop()
    weak = assistant(shop, (FaqHit(entry("jobs"), 0.3), FaqHit(entry("reviews"), 0.25)))
    assert weak.reply(shop.conversation(), "你是真人吗").reason is Reason.SMALL_TALK
    sure = assistant(shop, (FaqHit(entry("hello"), 0.8),))
    assert sure.reply(shop.conversation(), "hello").route is Route.FAQ


@pytest.mark.parametrize("text", ["I want a real person", "Can I speak to a human?", "agent please", "帮我找人工客服"])
def test_who_asks_for_a_person_gets_one(text: str) -> None:
    shop = Shop()
    assert assistant(shop).reply(shop.conversation(), text).route is Route.HANDOFF


@pytest.mark.parametrize(
    "text",
    [
        "how are returns handled",
        "hello, where is my parcel?",
        "is this machine washable",
        "are you open on Sunday",
        "你们退货吗",
    ],
)
def test_questions_are_no_small_talk(text: str) -> None:
    assert PlainSmallTalk()(text, "zh" if not text.isascii() else "en", True) is None


@pytest.mark.parametrize("text", ["you people are hopeless service, nobody answers", "气死我了，都没人理我"])
def test_displeasure_that_nothing_answers_gets_an_apology(text: str) -> None:
    shop = Shop()
    reply = assistant(shop).reply(shop.conversation(), text)
    assert reply.reason is Reason.SMALL_TALK
    assert "sorry" in reply.text or "抱歉" in reply.text


def test_displeasure_beside_a_question_leaves_the_question_to_the_entries() -> None:
    shop = Shop()
    weak = assistant(shop, (FaqHit(entry("jobs"), 0.3), FaqHit(entry("reviews"), 0.25)))
    assert weak.reply(shop.conversation(), "terrible service, where is it").reason is not Reason.SMALL_TALK


def test_an_intent_with_a_route_of_its_own_goes_first() -> None:
    shop = Shop(intents=FakeIntentModel({"hello": "complaint"}))
    snapshot = Snapshot(shop.encoder, shop.intents, FakeRetriever({}), None, POLICY, None, PlainSmallTalk())
    reply = Assistant(shop.store, lambda: snapshot).reply(shop.conversation(), "hello")
    assert reply.route is Route.HANDOFF
