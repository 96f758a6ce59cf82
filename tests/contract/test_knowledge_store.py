"""What every KnowledgeStore does."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.domain import (
    Duplicates,
    FaqEntry,
    ImportReport,
    IntentDefinition,
    LabelledExample,
    Route,
    UndoReport,
)
from chatbot.errors import CancelledError, NotFoundError, StorageError
from chatbot.ports import KnowledgeStore
from chatbot.storage.database.engine import open_database
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from support.fakes.storage import FakeKnowledgeStore

DELIVERY = FaqEntry(
    "delivery", "How long is delivery?", "Two days.", ("when does it come", "eta"), "eta", "en", ("a", "b")
)
REFUND = FaqEntry("refund", "Can I get a refund?", "Yes,\nwithin 30 days.")
CHINESE = FaqEntry("zh", "多久到货？", "两天。", ("几天到",), None, "zh")


@pytest.fixture(params=["sql", "fake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KnowledgeStore]:
    if request.param == "fake":
        yield FakeKnowledgeStore()
        return
    database = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield SqlKnowledgeStore(database)
    database.close()


def report(read: int, *, skipped: int = 0, failed: int = 0) -> ImportReport:
    return ImportReport("faq.csv", "utf-8", read, 0, 0, skipped, failed)


def counts(done: ImportReport) -> tuple[int, int, int, int]:
    assert done.read == done.inserted + done.updated + done.skipped + done.failed
    return done.inserted, done.updated, done.skipped, done.failed


def test_a_new_store_knows_nothing(store: KnowledgeStore) -> None:
    assert (store.entries(), store.intents(), store.examples()) == ([], [], [])


def test_entries_come_back_equal_and_in_import_order(store: KnowledgeStore) -> None:
    done = store.apply_faq([REFUND, DELIVERY], report(4, skipped=1, failed=1))
    assert counts(done) == (2, 0, 1, 1)
    assert done.import_id
    store.apply_faq([CHINESE], report(1))
    assert store.entries() == [REFUND, DELIVERY, CHINESE]


def test_importing_the_same_again_skips_everything_and_keeps_the_revision(store: KnowledgeStore) -> None:
    store.apply_faq([DELIVERY, REFUND], report(2))
    revision = store.revision()
    assert counts(store.apply_faq([DELIVERY, REFUND], report(2))) == (0, 0, 2, 0)
    assert store.revision() == revision


@pytest.mark.parametrize(
    "changed",
    [
        dataclasses.replace(DELIVERY, answer="Three days."),
        dataclasses.replace(DELIVERY, variants=("eta",)),
        dataclasses.replace(DELIVERY, variants=()),
        dataclasses.replace(DELIVERY, intent=None),
        dataclasses.replace(DELIVERY, tags=()),
        dataclasses.replace(DELIVERY, question="How long does delivery take?"),
    ],
)
def test_a_change_of_any_field_updates_the_entry_in_place(store: KnowledgeStore, changed: FaqEntry) -> None:
    store.apply_faq([DELIVERY, REFUND], report(2))
    revision = store.revision()
    assert counts(store.apply_faq([changed, REFUND], report(2))) == (0, 1, 1, 0)
    assert store.entries() == [changed, REFUND]
    assert store.revision() != revision


def test_the_same_question_under_another_id_is_the_same_entry(store: KnowledgeStore) -> None:
    store.apply_faq([DELIVERY], report(1))
    same = dataclasses.replace(DELIVERY, id="other", question="how long is delivery?", answer="Three days.")
    assert counts(store.apply_faq([same], report(1))) == (0, 1, 0, 0)
    assert store.entries() == [dataclasses.replace(same, id="delivery")]
    in_chinese = dataclasses.replace(DELIVERY, id="zh-delivery", lang="zh")
    assert counts(store.apply_faq([in_chinese], report(1))) == (1, 0, 0, 0)


def test_an_entry_given_twice_counts_once(store: KnowledgeStore) -> None:
    assert counts(store.apply_faq([DELIVERY, DELIVERY], report(2))) == (1, 0, 1, 0)
    assert store.entries() == [DELIVERY]


def test_a_preview_reports_the_same_and_changes_nothing(store: KnowledgeStore) -> None:
    store.apply_faq([DELIVERY], report(1))
    revision = store.revision()
    given = [dataclasses.replace(DELIVERY, answer="Three days."), REFUND]
    preview = store.preview_faq(given, report(2))
    assert counts(preview) == (1, 1, 0, 0)
    assert preview.import_id is None
    assert store.entries() == [DELIVERY]
    assert store.revision() == revision
    assert dataclasses.replace(store.apply_faq(given, report(2)), import_id=None) == preview


def test_undo_puts_changed_entries_back_and_removes_new_ones(store: KnowledgeStore) -> None:
    store.apply_faq([DELIVERY, CHINESE], report(2))
    revision = store.revision()
    done = store.apply_faq([dataclasses.replace(DELIVERY, answer="Never.", variants=("x",)), REFUND], report(2))
    assert store.undo_import(done.import_id or "") == UndoReport(done.import_id or "", 2)
    assert store.entries() == [DELIVERY, CHINESE]
    assert store.revision() != revision


def test_undo_of_an_unknown_import_is_refused(store: KnowledgeStore) -> None:
    for unknown in ("99", "", "abc", "-1", "²", "9" * 40):
        with pytest.raises(NotFoundError):
            store.undo_import(unknown)


def test_undo_happens_once(store: KnowledgeStore) -> None:
    done = store.apply_faq([DELIVERY], report(1))
    store.undo_import(done.import_id or "")
    with pytest.raises(StorageError):
        store.undo_import(done.import_id or "")


def test_undo_after_a_later_change_puts_the_rest_back_and_lists_the_conflict(store: KnowledgeStore) -> None:
    first = store.apply_faq([DELIVERY, REFUND], report(2))
    store.apply_faq([dataclasses.replace(REFUND, answer="No.")], report(1), actor="ann")
    done = store.undo_import(first.import_id or "")
    assert (done.put_back, [c.entry_id for c in done.conflicts]) == (1, ["refund"])
    assert store.entries() == [dataclasses.replace(REFUND, answer="No.")]


def test_undo_may_overwrite_later_changes(store: KnowledgeStore) -> None:
    store.apply_faq([REFUND], report(1))
    second = store.apply_faq([dataclasses.replace(REFUND, answer="No."), DELIVERY], report(2))
    store.apply_faq([dataclasses.replace(REFUND, answer="Maybe.")], report(1))
    assert store.undo_import(second.import_id or "", overwrite=True) == UndoReport(second.import_id or "", 2)
    assert store.entries() == [REFUND]


def test_an_undone_later_import_is_no_conflict(store: KnowledgeStore) -> None:
    first = store.apply_faq([DELIVERY, REFUND], report(2))
    later = store.apply_faq([dataclasses.replace(REFUND, answer="No.")], report(1))
    store.undo_import(later.import_id or "")
    assert store.undo_import(first.import_id or "") == UndoReport(first.import_id or "", 2)
    assert store.entries() == []


def test_known_questions_can_be_skipped_or_kept_beside_the_new_ones(store: KnowledgeStore) -> None:
    store.apply_faq([DELIVERY], report(1))
    other = dataclasses.replace(DELIVERY, answer="Three days.")
    assert counts(store.apply_faq([other, REFUND], report(2), duplicates=Duplicates.SKIP)) == (1, 0, 1, 0)
    assert store.entries() == [DELIVERY, REFUND]
    assert counts(store.apply_faq([other, REFUND], report(2), duplicates=Duplicates.KEEP)) == (1, 0, 1, 0)
    assert [entry.answer for entry in store.entries()] == ["Two days.", REFUND.answer, "Three days."]
    assert counts(store.apply_faq([other, REFUND], report(2), duplicates=Duplicates.KEEP)) == (0, 0, 2, 0)


def test_entries_may_come_one_by_one_and_the_report_at_the_end(store: KnowledgeStore) -> None:
    def entries() -> Iterator[FaqEntry]:
        yield DELIVERY
        yield dataclasses.replace(DELIVERY, question="how soon?", variants=("ETA", "by when"))
        read.append(1)

    read: list[int] = []
    done = store.apply_faq(entries(), lambda: report(2 * len(read)))
    assert counts(done) == (1, 0, 1, 0)
    assert store.entries()[0].variants == ("when does it come", "eta", "how soon?", "by when")


def test_what_watches_an_import_can_stop_it(store: KnowledgeStore) -> None:
    def stop(step: str, done: float) -> None:
        raise CancelledError("stopped")

    if isinstance(store, FakeKnowledgeStore):
        return
    with pytest.raises(CancelledError):
        store.apply_faq([DELIVERY], report(1), progress=stop)
    assert (store.entries(), store.imports(), store.interrupted_imports()) == ([], [], [])


def test_imports_are_listed_newest_first(store: KnowledgeStore) -> None:
    first = store.apply_faq([DELIVERY], report(1))
    second = store.apply_faq([REFUND], report(1))
    store.undo_import(first.import_id or "")
    listed = store.imports()
    assert [(found.id, found.undone_at is not None) for found in listed] == [
        (second.import_id, False),
        (first.import_id, True),
    ]


def test_intents_are_replaced_by_name(store: KnowledgeStore) -> None:
    store.apply_intents([IntentDefinition("refund", Route.FAQ, "money"), IntentDefinition("human", Route.HANDOFF)])
    revision = store.revision()
    store.apply_intents([IntentDefinition("refund", Route.FAQ, "money")])
    assert store.revision() == revision
    store.apply_intents([IntentDefinition("refund", Route.HANDOFF, "money back")])
    assert store.revision() != revision
    assert store.intents() == [
        IntentDefinition("human", Route.HANDOFF),
        IntentDefinition("refund", Route.HANDOFF, "money back"),
    ]


def test_examples_are_stored_once_and_relabelled_by_a_later_row(store: KnowledgeStore) -> None:
    given = [
        LabelledExample("where is it", "track", "en"),
        LabelledExample("多久", "eta"),
        LabelledExample("where is it", "track", "en"),
        LabelledExample("where is it", "lost", "en"),
    ]
    assert counts(store.apply_examples(given, report(5, failed=1))) == (2, 1, 1, 1)
    assert store.examples() == [LabelledExample("where is it", "lost", "en"), LabelledExample("多久", "eta", "zh")]
    assert counts(store.apply_examples(given[:2], report(2))) == (0, 1, 1, 0)
    assert store.examples()[0].intent == "track"


def test_many_entries_at_once_are_no_problem(store: KnowledgeStore) -> None:
    many = [FaqEntry(f"e{n}", f"question {n}", "answer", (f"variant {n}",)) for n in range(1200)]
    assert counts(store.apply_faq(many, report(1200))) == (1200, 0, 0, 0)
    changed = [dataclasses.replace(entry, answer="other") for entry in many]
    done = store.apply_faq(changed, report(1200))
    assert counts(done) == (0, 1200, 0, 0)
    assert store.undo_import(done.import_id or "").put_back == 1200
    assert store.entries() == many


def test_an_import_that_says_it_was_cancelled_changed_nothing(store: KnowledgeStore) -> None:
    given = [FaqEntry("a", "How long?", "Two days."), FaqEntry("b", "How much?", "Five.")]
    ended = False
    for patience in itertools.count():
        left = [patience]

        def watch(step: str, share: float, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise CancelledError("enough")

        try:
            store.apply_faq(given, report(2), progress=watch)
            ended = True
        except CancelledError:
            assert store.entries() == []
            assert list(store.imports()) == []
        if ended:
            assert store.entries() == given
            break
