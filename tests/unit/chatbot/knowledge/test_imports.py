"""Imports: first stored, then on record, then told to the index; a trial run leaves no trace."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from chatbot.bootstrap.progress import ProgressRelay
from chatbot.domain import ImportReport, LabelledExample, Role, RowProblem, TranscriptTurn
from chatbot.domain.faq_limits import empty
from chatbot.errors import ImportDataError, NotFoundError, StorageError
from chatbot.knowledge.imports import Knowledge
from support.fakes.core import entry
from support.fakes.storage import FakeAuditLog, FakeConversationStore, FakeKnowledgeStore


def report(rows: int) -> ImportReport:
    return ImportReport("faq.csv", "utf-8", rows, 0, 0, 0, 0)


class Desk:
    """The use case with fakes, and what was stored each time that the index was told of a change."""

    def __init__(self) -> None:
        self.store = FakeKnowledgeStore([entry("old")])
        self.conversations = FakeConversationStore()
        self.audit = FakeAuditLog()
        self.told: list[tuple[list[str], int]] = []
        self.knowledge = Knowledge(self.store, self.conversations, self.audit, self._changed)

    def _changed(self) -> None:
        self.told.append((self.ids(), len(self.audit.lines)))

    def ids(self) -> list[str]:
        return [found.id for found in self.store.entries()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_import_is_stored_and_on_record_before_the_index_is_told(desk: Desk) -> None:
    done = desk.knowledge.import_faq([entry("a"), entry("b")], report(2), dry_run=False, actor="ann")
    assert (done.read, done.inserted, done.import_id) == (2, 2, "1")
    assert desk.told == [(["old", "a", "b"], 1)]
    ((_, actor, action, detail),) = desk.audit.recent()
    assert (actor, action, detail) == ("ann", "faq import", {"import_id": "1", "file": "faq.csv"})


def test_whoever_imports_hears_how_far_the_indexing_is(desk: Desk) -> None:
    others: list[str] = []
    heard = ProgressRelay(lambda step, share: others.append(step))
    told: list[tuple[str, float]] = []

    def index() -> None:
        heard("Encoding 2 sentences", 0.25)

    use = Knowledge(desk.store, desk.conversations, desk.audit, index, heard.to)
    use.import_faq(
        [entry("a")], report(1), dry_run=False, actor="ann", progress=lambda step, done: told.append((step, done))
    )
    assert told[-2:] == [("index", 0.0), ("index", 0.25)]
    heard("Encoding 9 sentences", 0.5)
    assert (told[-1], others) == (("index", 0.25), ["Encoding 2 sentences", "Encoding 9 sentences"])


def test_a_trial_run_reports_the_same_and_leaves_no_trace(desk: Desk) -> None:
    tried = desk.knowledge.import_faq([entry("a")], report(1), dry_run=True, actor="ann")
    assert (tried.read, tried.inserted, tried.import_id) == (1, 1, None)
    assert (desk.ids(), desk.told, desk.audit.lines) == (["old"], [], [])


def test_undoing_puts_back_what_was_there(desk: Desk) -> None:
    done = desk.knowledge.import_faq([entry("a"), entry("old", answer="New.")], report(2), dry_run=False, actor="ann")
    assert desk.knowledge.undo_import(str(done.import_id), actor="bob").put_back == 2
    assert [(found.id, found.answer) for found in desk.store.entries()] == [("old", "Answer old.")]
    assert desk.told[-1] == (["old"], 2)
    assert desk.audit.recent(1)[0][1:] == ("bob", "faq undo", {"import_id": "1", "changed": 2, "conflicts": 0})


def test_an_import_that_cannot_be_undone_changes_nothing(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.knowledge.undo_import("7", actor="ann")
    done = desk.knowledge.import_faq([entry("a")], report(1), dry_run=False, actor="ann")
    desk.knowledge.import_faq([entry("a", answer="Edited.")], report(1), dry_run=False, actor="ann")
    assert desk.knowledge.undo_import(str(done.import_id), actor="ann").conflicts
    with pytest.raises(StorageError):
        desk.knowledge.undo_import(str(done.import_id), actor="ann")
    assert (len(desk.told), len(desk.audit.lines)) == (3, 3)


def test_all_or_nothing_refuses_a_file_with_a_bad_row(desk: Desk) -> None:
    failed = dataclasses.replace(report(2), failed=1, problems=(RowProblem(2, "answer", empty("answer")),))
    with pytest.raises(ImportDataError, match=r"1 of 2 rows of faq.csv.*row 2, answer: The answer is empty"):
        desk.knowledge.import_faq([entry("a")], lambda: failed, dry_run=False, actor="ann", all_or_nothing=True)
    assert desk.audit.lines == []


def test_labelled_examples_do_not_concern_the_index(desk: Desk) -> None:
    examples = [LabelledExample("where is it", "track_order"), LabelledExample("rain?", "oos")]
    done = desk.knowledge.import_examples(examples, report(2), actor="ann")
    assert done.inserted == 2
    assert [found.text for found in desk.store.examples()] == ["where is it", "rain?"]
    assert desk.told == []
    assert desk.audit.recent(1)[0][2] == "intents import"


def test_transcripts_become_conversations(desk: Desk) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    turns = [
        TranscriptTurn("t1", 1, Role.CUSTOMER, "hi", moment),
        TranscriptTurn("t1", 2, Role.AGENT, "Hello!", moment),
    ]
    done = desk.knowledge.import_transcripts(turns, report(2), actor="ann")
    assert done.inserted == 2
    assert desk.conversations.count() == 1
    assert desk.told == []
    assert desk.audit.recent(1)[0][2] == "transcripts import"
