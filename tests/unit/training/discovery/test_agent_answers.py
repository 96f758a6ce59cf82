"""Colleagues' words in live chats as answers for the knowledge base."""

from __future__ import annotations

import datetime as dt

import pytest

from chatbot.domain import LoggedMessage, Message, Role
from chatbot.pii import public_data
from support.fakes.handoffs import FakeHandoffStore
from support.fakes.records import recorded
from support.fakes.storage import FakeConversationStore
from training.discovery.agent_answers import colleague_answer, masked_chat

NOW = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
ASKED = "Do you rent out boats?"
YES = "Yes, we rent out boats from 20 euros a day."


class Chats:
    """Live chats in memory in which a question was not answered."""

    def __init__(self) -> None:
        self.store = FakeConversationStore()
        self.handoffs = FakeHandoffStore(self.store)
        self.asked: list[LoggedMessage] = []

    def begin(self, question: str = ASKED) -> str:
        one = self.store.start("visitor", "en").id
        message = self.store.add_message(one, Role.CUSTOMER, question)
        at = NOW + dt.timedelta(minutes=len(self.asked))
        self.asked.append(LoggedMessage(message.id, one, "visitor", question, "en", at, "Sorry.", "fallback"))
        self.store.add_message(one, Role.ASSISTANT, "Sorry.", decision=recorded("fallback"))
        self.store.add_message(one, Role.CUSTOMER, "a person please")
        self.store.add_message(one, Role.ASSISTANT, "Sure.", decision=recorded("handoff"))
        self.handoffs.take(one, "Anna")
        return one

    def say(self, conversation: str, *lines: str) -> None:
        for line in lines:
            self.store.add_message(conversation, Role.AGENT, line, author="Anna")

    def answer(self, **wanted: frozenset[str]) -> str:
        return colleague_answer(self.store, self.asked, **wanted)


@pytest.fixture
def chats() -> Chats:
    return Chats()


def test_the_first_words_that_answer_are_taken_without_courtesies(chats: Chats) -> None:
    chats.say(chats.begin(), "Hello!", "One moment, let me check.", f"Thanks for waiting. {YES}")
    assert YES in chats.answer()
    assert "moment" not in chats.answer()
    assert "Hello" not in chats.answer()


def test_nothing_is_offered_where_no_colleague_answered(chats: Chats) -> None:
    chats.begin()
    assert chats.answer() == ""
    chats.say(chats.begin(), "Hello!", "One moment please.")
    assert chats.answer() == ""


def test_what_answers_the_next_question_does_not_answer_this_one(chats: Chats) -> None:
    one = chats.begin()
    chats.say(one, "Hello!")
    chats.store.add_message(one, Role.CUSTOMER, "And how long does delivery take to Singapore?")
    chats.say(one, "Delivery to Singapore takes four days.")
    assert chats.answer() == ""


def test_the_most_frequent_answer_wins_and_the_newest_of_equals(chats: Chats) -> None:
    for line in (YES, "No, boats are for members of our club alone.", YES):
        chats.say(chats.begin(), line)
    assert chats.answer() == YES
    other = Chats()
    for line in (YES, "No, boats are for members of our club alone."):
        other.say(other.begin(), line)
    assert other.answer() == "No, boats are for members of our club alone."


def test_personal_data_is_masked_but_for_what_the_team_publishes(chats: Chats) -> None:
    line = "Please call our hotline at +65 6123 4567, or write to anna.li@example.com."
    chats.say(chats.begin(), line)
    assert "6123" not in chats.answer()
    assert "anna.li" not in chats.answer()
    kept = chats.answer(public=public_data(["Our hotline is +65 6123 4567."]))
    assert "+65 6123 4567" in kept
    assert "anna.li" not in kept


def test_a_live_chat_is_masked_line_by_line_and_without_the_assistant() -> None:
    hotline = "+65 6123 4567"
    said = [
        Message(Role.CUSTOMER, f"my phone is {hotline}", id=1),
        Message(Role.ASSISTANT, "Sure.", id=2),
        Message(Role.AGENT, f"Call {hotline} or mail anna.li@example.com", id=3),
    ]
    kept = list(masked_chat(said, public=public_data([hotline])))
    assert [message.role for message in kept] == [Role.CUSTOMER, Role.AGENT]
    assert hotline not in kept[0].text
    assert hotline in kept[1].text
    assert "anna.li" not in kept[1].text
