"""Two questions in one message: where it may be cut, and what then is answered."""

from __future__ import annotations

import pytest

from chatbot.dialogue.questions import MOST_CUTS, cuts
from chatbot.domain import FaqHit, Reason, Route
from support.fakes.core import FakeRetriever, entry
from support.fakes.shop import Shop


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Where in Galway are you? And is there parking?", ("Where in Galway are you", "is there parking")),
        ("how much is the flu jab and do i have to book it", ("how much is the flu jab", "do i have to book it")),
        ("副卡多少钱，过期了里面的钱还在吗", ("副卡多少钱", "过期了里面的钱还在吗")),
        ("老师什么学历 教室几点开门", ("老师什么学历", "教室几点开门")),
        ("總店地址在哪 順便問幾點關門", ("總店地址在哪", "問幾點關門")),
    ],
)
def test_a_message_is_cut_between_its_questions(text: str, parts: tuple[str, str]) -> None:
    assert cuts(text)[0] == parts


@pytest.mark.parametrize(
    "text",
    [
        "how long does delivery take",
        "my kettle arrived yesterday and the lid is loose, it leaks",
        "孩子一岁半了，找个住家看娃的多少钱",
        "ok and?",
        "",
        "🙂",
    ],
)
def test_a_story_before_a_question_is_no_question(text: str) -> None:
    assert cuts(text) == ()


def test_only_a_few_places_are_tried() -> None:
    assert len(cuts("can I pay, do you ship, is it red, are you open, what is it, how big is it")) == MOST_CUTS


TWICE = "is it red and can I pay by card"


def shop(score: float, *, same: bool = False) -> Shop:
    red, card = FaqHit(entry("red"), 0.8), FaqHit(entry("red" if same else "card"), score)
    return Shop(retriever=FakeRetriever({TWICE: [red, card], "is it red": [red], "can I pay by card": [card]}))


def test_both_questions_are_answered_each_with_its_source() -> None:
    one = shop(0.7)
    one.intents.answers = dict.fromkeys((TWICE, "is it red", "can I pay by card"), "other")
    found = one.assistant.reply(one.conversation(), TWICE)
    assert (found.route, found.reason) == (Route.FAQ, Reason.SEVERAL_QUESTIONS)
    assert found.text == f"{entry('red').answer}\n\n{entry('card').answer}"
    assert [hit.entry.id for hit in found.sources] == ["red", "card"]
    assert found.confidence == 0.7


@pytest.mark.parametrize("unsure", [shop(0.4), shop(0.9, same=True)])
def test_a_part_that_finds_nothing_sure_of_its_own_leaves_the_message_whole(unsure: Shop) -> None:
    unsure.intents.answers = dict.fromkeys((TWICE, "is it red", "can I pay by card"), "other")
    assert unsure.assistant.reply(unsure.conversation(), TWICE).reason is not Reason.SEVERAL_QUESTIONS


def test_a_double_question_that_an_entry_stores_gets_that_entry() -> None:
    one = shop(0.9)
    stored = [FaqHit(entry("both", question=TWICE), 0.99)]
    one.retriever = FakeRetriever({**one.retriever.hits, TWICE: stored})
    one.intents.answers = dict.fromkeys((TWICE, "is it red", "can I pay by card"), "other")
    found = one.assistant.reply(one.conversation(), TWICE)
    assert ([hit.entry.id for hit in found.sources], found.route) == (["both"], Route.FAQ)
