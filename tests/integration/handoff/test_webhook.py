"""The team's webhook, against a real server: who begins to wait is told once, and no reply waits for it."""

from __future__ import annotations

import datetime as dt
import logging
import socket
from collections.abc import Iterator

import pytest

from chatbot.dialogue.assistant import Assistant
from chatbot.domain import Route
from chatbot.handoff.webhook import WaitingNotices
from chatbot.storage.conversations.handoffs import SqlHandoffStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.engine import Database
from support.fakes.shop import QUESTION, Shop
from support.servers.web_listener import Listener, listening

PERSON = "i want to complain"
AT_ONCE = (0.0, 0.0, 0.0)


class Desk:
    """A shop on a real database, and a customer."""

    def __init__(self, database: Database) -> None:
        shop = Shop()
        shop.intents.answers[PERSON] = "complaint"
        self.conversations, self.handoffs = SqlConversationStore(database), SqlHandoffStore(database)
        self.assistant = Assistant(self.conversations, shop.snapshot)
        self.id = self.conversations.start("visitor", "en").id

    def say(self, text: str) -> Route:
        return self.assistant.reply(self.conversations.get(self.id), text).route


@pytest.fixture
def desk(sqlite: Database) -> Desk:
    return Desk(sqlite)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as started:
        yield started


def test_who_begins_to_wait_is_told_once_and_without_a_word_of_the_customer(desk: Desk, listener: Listener) -> None:
    notices = WaitingNotices(desk.handoffs, listener.address)
    notices.look()
    desk.say(QUESTION)
    notices.look()
    assert listener.bodies() == []
    desk.say(PERSON)
    for _ in range(2):
        notices.look()
    (told,) = listener.bodies()
    assert told.keys() == {"event", "conversation_id", "lang", "waiting_since", "waiting", "text"}
    assert (told["event"], told["conversation_id"], told["lang"], told["waiting"]) == (
        "conversation_waits",
        desk.id,
        "en",
        1,
    )
    assert dt.datetime.fromisoformat(told["waiting_since"]) == desk.handoffs.list()[0].asked_at
    assert PERSON not in str(told)
    assert QUESTION not in str(told)
    desk.say(PERSON)
    notices.look()
    assert listener.bodies() == []
    desk.handoffs.settle(desk.id, "Anna")
    desk.say(PERSON)
    notices.look()
    assert [one["conversation_id"] for one in listener.bodies()] == [desk.id]


def test_of_two_servers_one_tells(desk: Desk, listener: Listener) -> None:
    first, second = (WaitingNotices(desk.handoffs, listener.address) for _ in range(2))
    desk.say(PERSON)
    first.look()
    second.look()
    assert len(listener.bodies()) == 1


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_what_fails_for_now_is_tried_again(
    desk: Desk, listener: Listener, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    notices = WaitingNotices(desk.handoffs, listener.address, pauses=AT_ONCE)
    listener.answers[:] = [status, status]
    desk.say(PERSON)
    for _ in range(5):
        notices.look()
    bodies = listener.bodies()
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert caplog.records == []


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (302, 1), (500, 4)])
def test_what_is_refused_or_fails_for_good_is_given_up_and_logged_without_the_address(
    desk: Desk, listener: Listener, status: int, tries: int, caplog: pytest.LogCaptureFixture
) -> None:
    notices = WaitingNotices(desk.handoffs, listener.address, pauses=AT_ONCE)
    listener.answers[:] = [status] * 10
    desk.say(PERSON)
    with caplog.at_level(logging.WARNING):
        for _ in range(6):
            notices.look()
    assert len(listener.bodies()) == tries
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert f"127.0.0.1 was not told that conversation {desk.id} waits: it answered {status}" in record.getMessage()
    assert "secret" not in record.getMessage()


def test_the_next_try_waits_for_its_pause(desk: Desk, listener: Listener) -> None:
    notices = WaitingNotices(desk.handoffs, listener.address, pauses=(3_600.0,))
    listener.answers[:] = [500]
    desk.say(PERSON)
    for _ in range(3):
        notices.look()
    assert len(listener.bodies()) == 1


def test_an_address_where_nobody_listens_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    notices = WaitingNotices(desk.handoffs, f"http://127.0.0.1:{port}/", pauses=())
    desk.say(PERSON)
    notices.look()
    assert [f"conversation {desk.id} waits: ConnectError" in record.getMessage() for record in caplog.records] == [True]


def test_no_reply_waits_for_an_address_that_does_not_answer(desk: Desk, listener: Listener) -> None:
    listener.held.clear()
    stop = WaitingNotices(desk.handoffs, listener.address, timeout=30.0).begin(every=0.01)
    assert desk.say(PERSON) is Route.HANDOFF
    told = listener.got.get(timeout=30)  # the notice is on its way and stays there
    assert told["conversation_id"] == desk.id
    assert desk.say(QUESTION) is Route.FAQ
    stop.set()


def test_an_address_that_does_not_answer_in_time_is_tried_again(desk: Desk, listener: Listener) -> None:
    listener.held.clear()
    notices = WaitingNotices(desk.handoffs, listener.address, timeout=0.05, pauses=AT_ONCE)
    desk.say(PERSON)
    notices.look()
    assert len(listener.bodies()) == 1
    listener.held.set()
    for _ in range(2):
        notices.look()
    assert len(listener.bodies()) == 1
