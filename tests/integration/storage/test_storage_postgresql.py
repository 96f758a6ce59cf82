"""The same stores on a real PostgreSQL server, started for these tests where one is installed."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chatbot.domain import (
    Duplicates,
    EntryFilter,
    EntryOrder,
    FaqEntry,
    ImportReport,
    JobStatus,
    LabelAction,
    LabelledExample,
    Role,
    TranscriptTurn,
)
from chatbot.errors import NotFoundError, TrainingError
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database import upgrading
from chatbot.storage.database.engine import Database, open_database
from chatbot.storage.database.key_value import SqlStateStore
from chatbot.storage.faq.editing import SqlEntryStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from chatbot.storage.learning.evaluation_set import SqlEvaluationSetStore
from chatbot.storage.learning.jobs import SqlJobStore
from chatbot.storage.learning.registry import SqlModelRegistry
from chatbot.storage.learning.review import SqlReviewStore

pytest.importorskip("psycopg")
from support.fakes.records import recorded


@pytest.fixture
def database(postgresql: Database) -> Database:
    return postgresql


def report(read: int) -> ImportReport:
    return ImportReport("f.csv", "utf-8", read, 0, 0, 0, 0)


def test_processes_that_start_together_migrate_once(postgresql_url: str, database: Database) -> None:
    with database.write() as connection:
        command.downgrade(upgrading.alembic_config(connection), "base")
    with ThreadPoolExecutor(4) as threads:
        handles = list(threads.map(lambda _: open_database(postgresql_url, backup_dir=None), range(4)))
    with handles[0].write() as connection:
        command.check(upgrading.alembic_config(connection))
    for handle in handles:
        handle.close()
    assert "schema" in database.check()


def test_threads_lose_and_reorder_no_message(database: Database) -> None:
    store = SqlConversationStore(database)
    begun = store.start("visitor", "zh")

    def talk(thread: int) -> None:
        for n in range(40):
            store.add_message(
                begun.id, Role.CUSTOMER, f"{thread}:{n}", decision=recorded("faq", topic=f"问{n}", searched="\ud800")
            )

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(talk, range(6)))
    said = [message.text for message in store.messages(begun.id)]
    assert len(said) == 240
    for thread in range(6):
        assert [text for text in said if text.startswith(f"{thread}:")] == [f"{thread}:{n}" for n in range(40)]


def test_conversations_are_append_only_and_can_be_erased(database: Database) -> None:
    store = SqlConversationStore(database)
    begun = store.start("visitor", "en")
    message = store.add_message(begun.id, Role.ASSISTANT, "nul \x00 gone")
    store.add_feedback(message.id, "visitor", True)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text("UPDATE message SET text = 'other'"))
    assert [(found.text, found.helpful) for found in store.messages(begun.id)] == [("nul  gone", True)]
    done = store.add_transcripts([TranscriptTurn("1", 1, Role.CUSTOMER, "Where is my parcel?")], report(1))
    assert done.inserted == store.count(search="PARCEL") == 1
    assert store.erase("visitor") == 1
    with pytest.raises(NotFoundError):
        store.get(begun.id)


def test_imports_of_past_conversations_are_undone_but_for_what_went_on(database: Database) -> None:
    store = SqlConversationStore(database)
    begun = [TranscriptTurn("1", 1, Role.CUSTOMER, "Is it there?"), TranscriptTurn("1", 2, Role.AGENT, "Not yet.")]
    first = store.add_transcripts([*begun, TranscriptTurn("2", 1, Role.CUSTOMER, "Hello?")], report(3)).import_id
    second = store.add_transcripts([*begun, TranscriptTurn("1", 3, Role.CUSTOMER, "Now?")], report(3)).import_id
    assert first is not None and second is not None
    done = store.undo_transcripts(first)
    assert (done.conversations, done.messages, [kept.number for kept in done.kept]) == (1, 1, ["1"])
    assert store.undo_transcripts(second).messages == 1
    assert store.undo_transcripts(first).conversations == 1
    assert store.count(search="Not yet.") == 0


def test_imports_can_be_undone_and_models_promoted(database: Database) -> None:
    knowledge, registry = SqlKnowledgeStore(database), SqlModelRegistry(database)
    entry = FaqEntry("1", "多久到货？", "两天。", ("几天",), None, "zh", ("a",))
    revisions = [knowledge.revision()]
    done = knowledge.apply_faq([entry], report(1))
    assert knowledge.entries() == [entry]
    revisions.append(knowledge.revision())
    assert knowledge.preview_faq([entry], report(1)).skipped == 1
    assert knowledge.undo_import(done.import_id or "").put_back == 1
    for version in ("v1", "v2"):
        registry.add("intent", version, {"accuracy": 0.9})
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: registry.promote("intent", f"v{n % 2 + 1}"), range(8)))
    assert [record.status for record in registry.list()].count("live") == 1
    revisions.append(knowledge.revision())
    assert len(set(revisions)) == 3


def test_entries_are_listed_edited_counted_and_restored(database: Database) -> None:
    store, knowledge, talk = SqlEntryStore(database), SqlKnowledgeStore(database), SqlConversationStore(database)
    entry = FaqEntry("pg-1", "Where is 100 % cotton?", "Aisle 3.", ("COTTON_aisle",), "where", "en", ("shop", "退换"))
    store.create(entry, actor="ann")
    for word in ("cotton", "100 %", "n_a", "退换", "aisle 3"):
        assert [kept.entry for kept in store.page(EntryFilter(word)).entries] == [entry], word
    assert store.page(EntryFilter("n%a")).total == 0
    assert store.page(EntryFilter(tag="退换", lang="en")).total == 1
    assert {"shop", "退换"} <= set(store.tags())
    begun = talk.start("visitor", "en")
    talk.add_message(begun.id, Role.ASSISTANT, "!", decision=recorded("faq", hits=[{"id": "pg-1"}]))
    assert store.page(EntryFilter("cotton"), order=EntryOrder.ANSWERED).entries[0].answered == 1
    changed = dataclasses.replace(entry, answer="Aisle 4.")
    kept = knowledge.apply_faq([changed], report(1), duplicates=Duplicates.KEEP)
    assert (kept.inserted, kept.updated) == (1, 0)
    updated = knowledge.apply_faq([changed], report(1))
    assert knowledge.undo_import(updated.import_id or "", actor="bob").put_back == 1
    others = [kept.entry.id for kept in store.page(EntryFilter("cotton")).entries if kept.entry.id != "pg-1"]
    assert store.edit(dataclasses.replace(entry, answer="Aisle 5."), actor="ann")
    assert store.delete(["pg-1", *others], actor="ann") == 2
    edited = store.history("pg-1")[1]
    assert (edited.action, store.restore(edited.number, actor="ann")) == ("edit", "pg-1")
    assert store.get("pg-1").entry == entry
    assert [change.action for change in store.history("pg-1")][:2] == ["restore", "delete"]


def test_of_several_first_values_one_wins_for_everybody(database: Database) -> None:
    state = SqlStateStore(database)
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda n: state.set_default("secret", str(n)), range(4)))) == 1


def test_labels_leases_signs_and_jobs_work_there_as_well(database: Database) -> None:
    conversations, review, jobs = SqlConversationStore(database), SqlReviewStore(database), SqlJobStore(database)
    begun = conversations.start("me", "en")
    said = conversations.add_message(begun.id, Role.CUSTOMER, "how long")
    answer = conversations.add_message(begun.id, Role.ASSISTANT, "Two days.", decision=recorded("faq", intent="a"))
    conversations.add_feedback(answer.id, "me", True, "fast")
    assert review.collect_signals() == 1
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda who: review.lease([said.id], f"person {who}", seconds=60), range(8)))
    assert sum(map(len, got)) == 1
    assert [s.detail for s in review.logged(limit=5)[0].signals] == ["fast"]
    batch = review.label([said.id], "a", LabelAction.CONFIRM, "ann")
    assert [x.batch for x in review.labels(standing=True)] == [batch]
    assert review.count_labels() == 1
    job = jobs.start({}, "ann")
    with pytest.raises(TrainingError):
        jobs.start({}, "bob")
    assert jobs.progress(job.id, "fitting", 0.5)
    assert jobs.end(job.id, JobStatus.DONE, result={"version": "v"})
    frozen = SqlEvaluationSetStore(database)
    assert frozen.add([LabelledExample("how long", "a")], {0: said.id}) == 1
    conversations.erase("me")
    assert (review.labels(), frozen.count()) == ([], 0)
