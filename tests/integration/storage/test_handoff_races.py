"""Colleagues and the assistant who act at the same moment, on real databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from chatbot.domain import Role
from chatbot.errors import HeldError
from chatbot.storage.conversations import handoff_guard
from chatbot.storage.conversations.handoffs import SqlHandoffStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.engine import Database
from support.fakes.records import recorded

ROUNDS = 15
COLLEAGUES = ("Anna", "Bob", "Carl")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(request.param)
    return found


def waiting(conversations: SqlConversationStore) -> str:
    begun = conversations.start("visitor", "en").id
    conversations.add_message(begun, Role.CUSTOMER, "a person please")
    conversations.add_message(begun, Role.ASSISTANT, "Sure.", decision=recorded("handoff"))
    return begun


def done(act: Callable[[], object], together: threading.Barrier) -> bool:
    together.wait()
    try:
        act()
    except HeldError:
        return False
    return True


def test_of_colleagues_who_take_at_once_one_has_it_and_no_reply_of_the_assistant_follows(database: Database) -> None:
    conversations, handoffs = SqlConversationStore(database), SqlHandoffStore(database)
    with ThreadPoolExecutor(len(COLLEAGUES) + 1) as pool:
        for _ in range(ROUNDS):
            one = waiting(conversations)
            together = threading.Barrier(len(COLLEAGUES) + 1)
            takes = [pool.submit(done, partial(handoffs.take, one, by), together) for by in COLLEAGUES]
            bot = pool.submit(
                done,
                partial(
                    conversations.add_message,
                    one,
                    Role.ASSISTANT,
                    "Two days.",
                    decision=recorded("faq"),
                ),
                together,
            )
            winners = [by for by, taken in zip(COLLEAGUES, takes, strict=True) if taken.result()]
            assert winners == [conversations.get(one).held_by]
            stored = [m.text for m in conversations.messages(one)].count("Two days.")
            assert stored == int(bot.result())
            with pytest.raises(HeldError):
                conversations.add_message(one, Role.ASSISTANT, "Three days.", decision=recorded("faq"))


def test_nobody_takes_a_conversation_between_the_look_who_has_it_and_the_reply(postgresql: Database) -> None:
    """SQLite has one writer at a time; on a server the row itself has to be held."""
    one = waiting(SqlConversationStore(postgresql))
    row = select(handoff_guard.HANDOFF.c.taken_by).where(handoff_guard.HANDOFF.c.conversation_id == one)
    with postgresql.write(keep=False) as storing:
        handoff_guard.check_turn(storing, one, Role.ASSISTANT, "")
        with postgresql.writer.connect() as taking, pytest.raises(OperationalError, match="could not obtain lock"):
            taking.execute(row.with_for_update(key_share=True, nowait=True))
    with postgresql.writer.connect() as taking:
        assert taking.execute(row.with_for_update(key_share=True, nowait=True)).scalar_one() == ""
