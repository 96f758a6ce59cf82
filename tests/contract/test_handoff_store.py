"""What every HandoffStore does, beside its ConversationStore."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from chatbot.domain import Role
from chatbot.errors import HeldError, NotFoundError
from chatbot.ports import ConversationStore
from chatbot.ports.handoffs import HandoffStore
from chatbot.storage.conversations.handoffs import SqlHandoffStore
from chatbot.storage.conversations.store import SqlConversationStore
from support.fakes.handoffs import FakeHandoffStore
from support.fakes.records import recorded
from support.fakes.storage import FakeConversationStore

Stores = tuple[ConversationStore, HandoffStore]


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "fake":
        conversations = FakeConversationStore()
        yield conversations, FakeHandoffStore(conversations)
        return
    database = request.getfixturevalue(request.param)
    yield SqlConversationStore(database), SqlHandoffStore(database)


def passed_on(conversations: ConversationStore, said: str, visitor: str = "visitor-1") -> str:
    begun = conversations.start(visitor, "en").id
    talk(conversations, begun, said, "handoff")
    return begun


def talk(conversations: ConversationStore, conversation_id: str, said: str, route: str) -> None:
    conversations.add_message(conversation_id, Role.CUSTOMER, said)
    conversations.add_message(conversation_id, Role.ASSISTANT, "Sure.", decision=recorded(route))


def waiting(handoffs: HandoffStore, **wanted: object) -> list[str]:
    return [one.conversation.id for one in handoffs.list(**wanted)]  # type: ignore[arg-type]


def test_only_conversations_that_were_passed_on_wait_and_who_waits_longest_comes_first(stores: Stores) -> None:
    conversations, handoffs = stores
    talk(conversations, conversations.start("visitor-1", "en").id, "opening hours", "faq")
    first, second = passed_on(conversations, "a person please"), passed_on(conversations, "call me back")
    assert waiting(handoffs) == [first, second]
    assert waiting(handoffs, limit=1, offset=1) == [second]
    assert waiting(handoffs, search="BACK") == [second]
    assert (handoffs.count(), handoffs.count(search="back"), handoffs.count(settled=True)) == (2, 1, 0)
    (found,) = handoffs.list(search="back")
    assert (found.conversation.title, found.conversation.message_count) == ("call me back", 2)
    assert found.settled_at is None
    assert found.asked_at >= found.conversation.started_at


def test_a_settled_one_leaves_the_list_and_can_be_put_back(stores: Stores) -> None:
    conversations, handoffs = stores
    one = passed_on(conversations, "a person please")
    handoffs.settle(one, "ann")
    assert waiting(handoffs) == []
    (found,) = handoffs.list(settled=True)
    assert (found.conversation.id, found.settled_by) == (one, "ann")
    assert found.settled_at is not None
    with pytest.raises(NotFoundError, match="does not wait"):
        handoffs.settle(one, "bob")
    handoffs.reopen(one)
    assert waiting(handoffs) == [one]
    with pytest.raises(NotFoundError, match="not settled"):
        handoffs.reopen(one)


def test_who_asks_again_after_it_was_settled_waits_again(stores: Stores) -> None:
    conversations, handoffs = stores
    one = passed_on(conversations, "a person please")
    talk(conversations, one, "hello? anybody?", "handoff")
    assert waiting(handoffs) == [one]
    handoffs.settle(one, "ann")
    talk(conversations, one, "opening hours", "faq")
    assert waiting(handoffs) == []
    talk(conversations, one, "a person again please", "handoff")
    assert waiting(handoffs) == [one]
    assert handoffs.count(settled=True) == 0


def test_an_erased_conversation_and_an_unknown_one_do_not_wait(stores: Stores) -> None:
    conversations, handoffs = stores
    passed_on(conversations, "a person please", "visitor-2")
    conversations.erase("visitor-2")
    assert handoffs.count() == 0
    with pytest.raises(NotFoundError, match="nowhere"):
        handoffs.settle("nowhere", "ann")


def test_one_colleague_takes_a_conversation_and_nobody_else_by_accident(stores: Stores) -> None:
    conversations, handoffs = stores
    one = passed_on(conversations, "a person please")
    assert conversations.get(one).held_by == ""
    handoffs.take(one, "Anna")
    handoffs.take(one, "Anna")
    with pytest.raises(HeldError, match="Anna"):
        handoffs.take(one, "Bob")
    with pytest.raises(HeldError, match="Anna"):
        handoffs.take(one, "Bob", instead_of="Carl")
    (found,) = handoffs.list()
    assert (found.conversation.held_by, conversations.get(one).held_by) == ("Anna", "Anna")
    assert found.taken_at is not None and found.taken_at >= found.asked_at
    handoffs.take(one, "Bob", instead_of="Anna")
    assert conversations.get(one).held_by == "Bob"
    for act in (handoffs.hand_back, handoffs.settle):
        with pytest.raises(HeldError, match="Bob"):
            act(one, "Anna")


def test_only_who_has_a_conversation_answers_in_it(stores: Stores) -> None:
    conversations, handoffs = stores
    one = passed_on(conversations, "a person please")
    with pytest.raises(HeldError):
        conversations.add_message(one, Role.AGENT, "Hello!", author="Anna")
    handoffs.take(one, "Anna")
    conversations.add_message(one, Role.CUSTOMER, "are you there?")
    conversations.add_message(one, Role.AGENT, "Hello!", author="Anna")
    with pytest.raises(HeldError, match="Anna"):
        conversations.add_message(one, Role.ASSISTANT, "Delivery takes two days.", decision=recorded("faq"))
    with pytest.raises(HeldError, match="Anna"):
        conversations.add_message(one, Role.AGENT, "Hello!", author="Bob")
    assert [(m.role, m.author) for m in conversations.messages(one)[2:]] == [(Role.CUSTOMER, ""), (Role.AGENT, "Anna")]
    handoffs.hand_back(one, "Anna")
    conversations.add_message(one, Role.ASSISTANT, "Delivery takes two days.", decision=recorded("faq"))
    assert waiting(handoffs) == [one]


def test_after_it_is_settled_the_assistant_has_it_and_the_next_wait_begins_anew(stores: Stores) -> None:
    conversations, handoffs = stores
    one = passed_on(conversations, "a person please")
    with pytest.raises(HeldError, match="Nobody"):
        handoffs.hand_back(one, "Anna")
    handoffs.take(one, "Anna")
    handoffs.settle(one, "Anna")
    assert conversations.get(one).held_by == ""
    for act in (handoffs.take, handoffs.hand_back):
        with pytest.raises(NotFoundError, match="does not wait"):
            act(one, "Anna")
    handoffs.reopen(one)
    assert conversations.get(one).held_by == ""
    handoffs.settle(one, "Anna")
    talk(conversations, one, "a person again", "handoff")
    found = handoffs.of(one)
    assert found is not None
    assert (found.conversation.held_by, found.taken_at, found.settled_at) == ("", None, None)


def test_it_is_known_who_spoke_last_and_who_still_waits_for_words(stores: Stores) -> None:
    conversations, handoffs = stores
    asked_faq = conversations.start("visitor-1", "en").id
    talk(conversations, asked_faq, "opening hours", "faq")
    assert handoffs.of(asked_faq) is None
    assert handoffs.of("nowhere") is None
    one, _other = passed_on(conversations, "a person please"), passed_on(conversations, "call me back")
    assert handoffs.count(unanswered=True) == 2
    handoffs.take(one, "Anna")
    assert handoffs.count(unanswered=True) == 2
    conversations.add_message(one, Role.AGENT, "Hello!", author="Anna")
    assert handoffs.count(unanswered=True) == 1
    conversations.add_message(one, Role.CUSTOMER, "hello?")
    assert (handoffs.count(unanswered=True), handoffs.count(unanswered=True, search="hello?")) == (2, 1)
    conversations.add_message(one, Role.AGENT, "Yes?", author="Anna")
    found = handoffs.of(one)
    assert found is not None
    assert (found.spoke_last, found.unanswered, found.conversation.message_count) == (Role.AGENT, False, 5)
    assert (handoffs.count(unanswered=True), handoffs.count()) == (1, 2)
    assert handoffs.count(settled=True, unanswered=True) == 0


def test_who_begins_to_wait_is_told_once(stores: Stores) -> None:
    conversations, handoffs = stores
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert list(handoffs.newly_waiting(long_ago)) == []
    one = passed_on(conversations, "a person please")
    (found,) = handoffs.list()
    assert list(handoffs.newly_waiting(found.asked_at + dt.timedelta(hours=1))) == []
    assert [told.conversation.id for told in handoffs.newly_waiting(long_ago)] == [one]
    assert list(handoffs.newly_waiting(long_ago)) == []
    talk(conversations, one, "hello? anybody?", "handoff")
    assert list(handoffs.newly_waiting(long_ago)) == []
    handoffs.settle(one, "Anna")
    talk(conversations, one, "a person again", "handoff")
    assert [told.conversation.id for told in handoffs.newly_waiting(long_ago)] == [one]


def test_who_stays_silent_loses_the_conversation_and_it_goes_on_waiting(stores: Stores) -> None:
    conversations, handoffs = stores
    long_ago, later = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    one, untaken = passed_on(conversations, "a person please"), passed_on(conversations, "call me back")
    assert list(handoffs.release(later)) == []
    handoffs.take(one, "Anna")
    assert list(handoffs.release(long_ago)) == []
    assert list(handoffs.release(later)) == [(one, "Anna")]
    assert conversations.get(one).held_by == ""
    handoffs.take(one, "Anna")
    conversations.add_message(one, Role.AGENT, "Hello!", author="Anna")
    assert list(handoffs.release(later)) == []  # now it is the customer's turn
    conversations.add_message(one, Role.CUSTOMER, "hello?")
    assert list(handoffs.release(later)) == [(one, "Anna")]
    conversations.add_message(one, Role.ASSISTANT, "Can I help?", decision=recorded("faq"))
    assert waiting(handoffs) == [one, untaken]
