"""Many customers at once: the real assistant on SQLite on disk, with the real encoder, index and intent model."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import FaqEntry, ImportReport, Message, Role, Route
from chatbot.errors import InputError
from chatbot.settings import load_settings
from support.shops.small_shop import faq_rows

THREADS, MESSAGES = 16, 500
ROWS = faq_rows()
EDITION = re.compile(r" \[edition (\d+)\]$")


@pytest.fixture
def running(shop: Path) -> Iterator[Application]:
    stores = open_stores(load_settings())
    yield build_application(stores)
    stores.close()


def asked(thread: int, number: int) -> dict[str, str]:
    """What one customer asks next: each in an order of their own."""
    return ROWS[(thread * 7 + number * (thread + 1)) % len(ROWS)]


def turns(messages: list[Message]) -> list[tuple[str, str]]:
    """Question and answer of each turn, after checking that they alternate in the order they were stored."""
    assert [message.role for message in messages] == [Role.CUSTOMER, Role.ASSISTANT] * (len(messages) // 2)
    assert [message.id for message in messages] == sorted(message.id for message in messages)
    return [(first.text, second.text) for first, second in zip(messages[::2], messages[1::2], strict=True)]


def test_no_turn_is_lost_or_mixed_up_between_customers(running: Application) -> None:
    share = [MESSAGES // THREADS + (thread < MESSAGES % THREADS) for thread in range(THREADS)]
    together = threading.Barrier(THREADS)

    def talk(thread: int) -> str:
        conversation = running.assistant.start(f"visitor-{thread}", "en")
        together.wait()
        for number in range(share[thread]):
            row = asked(thread, number)
            reply = running.assistant.reply(conversation, row["question"])
            assert (reply.text, reply.route) == (row["answer"], Route.FAQ)
            assert (reply.conversation_id, reply.sources[0].entry.id) == (conversation.id, row["id"])
        return conversation.id

    with ThreadPoolExecutor(THREADS) as threads:
        ids = list(threads.map(talk, range(THREADS)))
    for thread, conversation_id in enumerate(ids):
        expected = [(asked(thread, n)["question"], asked(thread, n)["answer"]) for n in range(share[thread])]
        assert turns(running.stores.conversations.messages(conversation_id)) == expected
    stored = running.stores.conversations.list(limit=10_000)
    assert sum(conversation.message_count for conversation in stored) == 2 * MESSAGES


def test_messages_of_one_conversation_are_answered_one_after_another(running: Application) -> None:
    conversation = running.assistant.start("visitor", "en")

    def talk(thread: int) -> None:
        for number in range(5):
            running.assistant.reply(conversation, asked(thread, number)["question"])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(talk, range(8)))
    answers = {row["question"]: row["answer"] for row in ROWS}
    found = turns(running.stores.conversations.messages(conversation.id))
    assert len(found) == 40
    assert all(answers[question] == answer for question, answer in found)


def test_a_stream_that_was_left_lets_the_next_message_through(running: Application) -> None:
    conversation = running.assistant.start("visitor", "en")
    stream = running.assistant.stream(conversation, ROWS[0]["question"])
    next(stream)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(stream.close).result()
    assert running.assistant.reply(conversation, ROWS[1]["question"]).text == ROWS[1]["answer"]
    assert len(turns(running.stores.conversations.messages(conversation.id))) == 2


def test_wrong_messages_among_right_ones_disturb_nobody(running: Application) -> None:
    def talk(thread: int) -> str:
        conversation = running.assistant.start(f"visitor-{thread}", "en")
        for number in range(6):
            row = asked(thread, number)
            with pytest.raises(InputError):
                running.assistant.reply(conversation, " " if number % 2 else "x" * 5_000)
            assert running.assistant.reply(conversation, row["question"]).text == row["answer"]
        return conversation.id

    with ThreadPoolExecutor(8) as threads:
        for conversation_id in threads.map(talk, range(8)):
            assert len(turns(running.stores.conversations.messages(conversation_id))) == 6


def test_customers_are_answered_while_the_knowledge_changes(running: Application) -> None:
    editions = 4
    entries = running.stores.knowledge.entries()
    done = threading.Event()

    def edition(entry: FaqEntry, number: int) -> FaqEntry:
        return FaqEntry(entry.id, entry.question, f"{entry.answer} [edition {number}]", entry.variants, entry.intent)

    def change() -> None:
        try:
            for number in range(1, editions + 1):
                report = ImportReport("faq.csv", "utf-8", len(entries), 0, 0, 0, 0)
                changed = [edition(entry, number) for entry in entries]
                running.knowledge.import_faq(changed, report, dry_run=False, actor="test")
        finally:
            done.set()

    def talk(thread: int) -> list[int]:
        conversation = running.assistant.start(f"visitor-{thread}", "en")
        seen: list[int] = []
        number = 0
        while not done.is_set() or number < 5:
            row = asked(thread, number)
            reply = running.assistant.reply(conversation, row["question"])
            mark = EDITION.search(reply.text)
            assert (EDITION.sub("", reply.text), reply.route) == (row["answer"], Route.FAQ)
            seen.append(int(mark[1]) if mark else 0)
            number += 1
        return seen

    with ThreadPoolExecutor(5) as threads:
        talking = [threads.submit(talk, thread) for thread in range(4)]
        threads.submit(change).result()
        for one in talking:
            seen = one.result()
            assert seen == sorted(seen), "a reply came from older knowledge than the one before"
    conversation = running.assistant.start("visitor", "en")
    assert running.assistant.reply(conversation, ROWS[0]["question"]).text.endswith(f"[edition {editions}]")
