"""Several threads, processes that die, disks that fill up."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from chatbot.domain import FaqEntry, ImportReport, Role
from chatbot.errors import StorageError
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database import engine as engine_module
from chatbot.storage.database.engine import Database, open_database
from chatbot.storage.database.key_value import SqlStateStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from chatbot.storage.learning.registry import SqlModelRegistry

THREADS, MESSAGES = 16, 500
ENTRIES = 2000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield opened
    opened.close()


def report(read: int) -> ImportReport:
    return ImportReport("faq.csv", "utf-8", read, 0, 0, 0, 0)


def test_threads_lose_and_reorder_no_message(database: Database) -> None:
    store, knowledge = SqlConversationStore(database), SqlKnowledgeStore(database)
    shared = store.start("shared", "en")

    def talk(thread: int) -> str:
        own = store.start(f"visitor-{thread}", "en")
        for n in range(MESSAGES):
            store.add_message(shared.id if n % 5 == 0 else own.id, Role.CUSTOMER, f"{thread}:{n}")
            if n % 50 == 0:
                knowledge.revision()
                store.messages(own.id, last=4)
        return own.id

    with ThreadPoolExecutor(THREADS) as threads:
        own = list(threads.map(talk, range(THREADS)))
    for thread, conversation_id in enumerate(own):
        said = [message.text for message in store.messages(conversation_id)]
        assert said == [f"{thread}:{n}" for n in range(MESSAGES) if n % 5]
    together = [message.text.split(":") for message in store.messages(shared.id)]
    for thread in range(THREADS):
        assert [int(n) for who, n in together if who == str(thread)] == list(range(0, MESSAGES, 5))
    with database.read() as connection:
        positions = connection.exec_driver_sql(
            "SELECT position FROM message WHERE conversation_id = ? ORDER BY id", (shared.id,)
        ).scalars()
        assert list(positions) == list(range(1, THREADS * MESSAGES // 5 + 1))


def test_two_handles_on_one_file_wait_for_each_other(database: Database) -> None:
    other = open_database(f"sqlite:///{database.place}", backup_dir=None)
    stores = [SqlConversationStore(handle) for handle in (database, other)]
    begun = stores[0].start("visitor", "en")

    def talk(number: int) -> None:
        for n in range(100):
            stores[number % 2].add_message(begun.id, Role.CUSTOMER, f"{number}:{n}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(talk, range(4)))
    assert stores[1].get(begun.id).message_count == 400
    other.close()


def test_of_several_first_values_one_wins_for_everybody(database: Database) -> None:
    state = SqlStateStore(database)
    with ThreadPoolExecutor(8) as threads:
        seen = set(threads.map(lambda n: state.set_default("cookie_secret", str(n)), range(8)))
    assert seen == {state.get("cookie_secret")}


def test_threads_that_promote_leave_one_live_version(database: Database) -> None:
    registry = SqlModelRegistry(database)
    for n in range(8):
        registry.add("intent", f"v{n}", {})
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: registry.promote("intent", f"v{n}"), range(8)))
    assert [record.status for record in registry.list()].count("live") == 1


def test_a_reader_sees_an_import_whole_or_not_at_all(database: Database) -> None:
    knowledge = SqlKnowledgeStore(database)
    versions = [[FaqEntry(str(n), f"q{n}", f"answer {v}", (f"{v}",)) for n in range(200)] for v in range(6)]

    def look() -> set[int]:
        sizes = set()
        for _ in range(40):
            entries = knowledge.entries()
            sizes.add(len({entry.answer.split()[1] for entry in entries} | {entry.variants[0] for entry in entries}))
        return sizes

    with ThreadPoolExecutor(3) as threads:
        looking = [threads.submit(look) for _ in range(2)]
        for version in versions:
            knowledge.apply_faq(version, report(200))
    assert set().union(*(one.result() for one in looking)) <= {0, 1}


def test_a_process_killed_during_an_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "chatbot.db"
    code = f"""
import os, signal, sys
from sqlalchemy import event
from chatbot.domain import FaqEntry, ImportReport
from chatbot.storage.database.engine import open_database
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
database = open_database("sqlite:///{path}", backup_dir=None)
store = SqlKnowledgeStore(database)
store.apply_faq([FaqEntry("0", "q0", "old", ("v",))], ImportReport("a", "utf-8", 1, 0, 0, 0, 0))
stop_at = int(sys.argv[1])
seen = 0
def count(*_):
    global seen
    seen += 1
    if seen == stop_at:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(database.engine, "after_cursor_execute", count)
entries = [FaqEntry(str(n), f"q{{n}}", "new" * 50, (f"a{{n}}", f"b{{n}}")) for n in range({ENTRIES})]
store.apply_faq(entries, ImportReport("b", "utf-8", {ENTRIES}, 0, 0, 0, 0))
print(seen)
"""
    finished = 0
    for stop_at in (3, 8, 10, 12, 10_000):
        done = subprocess.run([sys.executable, "-c", code, str(stop_at)], capture_output=True, text=True, check=False)
        assert done.returncode in (-9, 0), done.stderr
        database = open_database(f"sqlite:///{path}", backup_dir=None)
        store = SqlKnowledgeStore(database)
        entries = store.entries()
        if done.returncode == 0:
            finished += 1
            assert len(entries) == ENTRIES
        else:
            assert entries == [FaqEntry("0", "q0", "old", ("v",))]
        assert database.check()
        database.close()
    assert finished == 1


@pytest.fixture
def full(database: Database) -> Database:
    """The database on a disk with no room for another page, on every connection."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(database.engine, "connect", limit)
    database.engine.dispose()
    return database


def test_a_full_disk_is_one_sentence_and_loses_nothing(full: Database) -> None:
    knowledge = SqlKnowledgeStore(full)
    many = [FaqEntry(str(n), f"question {n}", "answer " * 100) for n in range(500)]
    before = knowledge.revision()
    with pytest.raises(StorageError, match=r"is full, so nothing was saved\. Free some space"):
        knowledge.apply_faq(many, report(500))
    assert (knowledge.entries(), knowledge.revision()) == ([], before)


def test_a_database_that_became_read_only_is_one_sentence(database: Database) -> None:
    store = SqlConversationStore(database)
    begun = store.start("visitor", "en")

    def forbid(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(database.engine, "connect", forbid)
    database.engine.dispose()
    with pytest.raises(StorageError, match="cannot be opened for writing"):
        store.add_message(begun.id, Role.CUSTOMER, "hello")
    assert store.get(begun.id).message_count == 0


def test_a_database_locked_by_another_program_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = tuple(pragma.replace("5000", "20") for pragma in engine_module.PRAGMAS)
    monkeypatch.setattr(engine_module, "PRAGMAS", impatient)
    database = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    store = SqlConversationStore(database)
    with closing(sqlite3.connect(tmp_path / "chatbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked by another program"):
            store.start("visitor", "en")
        assert store.count() == 0
        other.execute("ROLLBACK")
    store.start("visitor", "en")
    database.close()
