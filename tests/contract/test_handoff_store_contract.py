"""What every HandoffStore does, beside its ConversationStore."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes_handoffs import FakeHandoffStore
from fakes_storage import FakeConversationStore

from chatbot.domain import Role
from chatbot.errors import NotFoundError
from chatbot.ports import ConversationStore
from chatbot.ports.handoffs import HandoffStore
from chatbot.storage.conversations import SqlConversationStore
from chatbot.storage.handoffs import SqlHandoffStore

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
    conversations.add_message(conversation_id, Role.ASSISTANT, "Sure.", decision={"route": route})


def waiting(handoffs: HandoffStore, **wanted: object) -> list[str]:
    return [one.conversation.id for one in handoffs.list(**wanted)]  # type: ignore[arg-type]


def test_only_conversations_that_were_passed_on_wait_newest_first(stores: Stores) -> None:
    conversations, handoffs = stores
    talk(conversations, conversations.start("visitor-1", "en").id, "opening hours", "faq")
    first, second = passed_on(conversations, "a person please"), passed_on(conversations, "call me back")
    assert waiting(handoffs) == [second, first]
    assert waiting(handoffs, limit=1, offset=1) == [first]
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
