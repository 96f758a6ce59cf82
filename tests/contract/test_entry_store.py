"""What every EntryStore does."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot.domain import EntryFilter, EntryOrder, FaqEntry, Role
from chatbot.errors import InputError, NotFoundError, StorageError
from chatbot.ports import EntryStore, KnowledgeStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.engine import open_database
from chatbot.storage.faq.editing import SqlEntryStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from support.fakes.entries import FakeEntryStore
from support.fakes.records import recorded
from support.fakes.storage import FakeKnowledgeStore

A = FaqEntry("a", "How long is delivery?", "Two days.", ("eta",), "time", "en", ("x", "y"))
B = FaqEntry("b", "Can I get a refund?", "Yes, 100 %.")
C = FaqEntry("c", "多久到货？", "两天。", ("几天到",), None, "zh", ("x",))


@dataclass
class Desk:
    store: EntryStore
    knowledge: KnowledgeStore

    def ids(self, wanted: EntryFilter, **options: object) -> list[str]:
        return [kept.entry.id for kept in self.store.page(wanted, **options).entries]  # type: ignore[arg-type]


@pytest.fixture(params=["sql", "fake"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "fake":
        knowledge = FakeKnowledgeStore()
        made = Desk(FakeEntryStore(knowledge), knowledge)
        for entry in (A, B, C):
            made.store.create(entry, actor="ann")
        yield made
        return
    database = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    made = Desk(SqlEntryStore(database), SqlKnowledgeStore(database))
    for entry in (A, B, C):
        made.store.create(entry, actor="ann")
    yield made
    database.close()


def test_entries_are_searched_filtered_sorted_and_paged(desk: Desk) -> None:
    assert desk.ids(EntryFilter()) == ["a", "b", "c"]
    assert desk.ids(EntryFilter("DELIVERY two")) == ["a"]
    assert desk.ids(EntryFilter("几天")) == ["c"] and desk.ids(EntryFilter("100 %")) == ["b"]
    assert desk.ids(EntryFilter(lang="en")) == ["a", "b"] and desk.ids(EntryFilter(tag="x")) == ["a", "c"]
    assert desk.ids(EntryFilter(lang="en"), order=EntryOrder.QUESTION) == ["b", "a"]
    page = desk.store.page(EntryFilter(), descending=True, limit=1, offset=1)
    assert ([kept.entry for kept in page.entries], page.total) == ([B], 3)
    assert desk.store.tags() == ["x", "y"]
    assert desk.ids(EntryFilter(never_used=True)) == ["a", "b", "c"]


def test_a_disabled_entry_does_not_answer_and_is_found_all_the_same(desk: Desk) -> None:
    revision = desk.knowledge.revision()
    assert desk.store.set_enabled(["a", "nobody"], False, actor="ann") == 1
    assert desk.store.set_enabled(["a"], False, actor="ann") == 0
    assert desk.knowledge.entries() == [B, C] and desk.knowledge.revision() != revision
    assert desk.ids(EntryFilter(enabled=False)) == ["a"] and desk.ids(EntryFilter(enabled=True)) == ["b", "c"]
    assert desk.store.set_enabled(["a"], True, actor="ann") == 1
    assert desk.knowledge.entries() == [A, B, C]


def test_an_edit_is_kept_with_what_was_before(desk: Desk) -> None:
    changed = dataclasses.replace(A, answer="Three days.", variants=())
    assert desk.store.edit(changed, actor="bob")
    assert not desk.store.edit(changed, actor="bob")
    newest, first = desk.store.history("a")
    assert (newest.action, newest.actor, newest.before, newest.after) == ("edit", "bob", A, changed)
    assert (first.action, first.before, first.after) == ("create", None, A)
    assert desk.store.restore(newest.number, actor="cy") == "a"
    assert desk.knowledge.entries() == [A, B, C]
    with pytest.raises(InputError):
        desk.store.restore(first.number, actor="cy")
    with pytest.raises(NotFoundError):
        desk.store.restore(999, actor="cy")


def test_two_people_cannot_overwrite_each_other(desk: Desk) -> None:
    seen = desk.store.get("a").updated_at
    desk.store.edit(dataclasses.replace(A, answer="1"), actor="ann", seen=seen)
    with pytest.raises(StorageError):
        desk.store.edit(dataclasses.replace(A, answer="2"), actor="bob", seen=seen)
    assert desk.store.get("a").entry.answer == "1"


def test_a_question_belongs_to_one_entry(desk: Desk) -> None:
    with pytest.raises(InputError):
        desk.store.create(FaqEntry("d", "HOW LONG is delivery?", "x"), actor="ann")
    with pytest.raises(InputError):
        desk.store.edit(dataclasses.replace(B, question=A.question), actor="ann")
    with pytest.raises(InputError):
        desk.store.create(dataclasses.replace(A, question="other"), actor="ann")
    for missing in (lambda: desk.store.get("z"), lambda: desk.store.history("z")):
        with pytest.raises(NotFoundError):
            missing()


def test_deleted_entries_come_back_with_everything(desk: Desk) -> None:
    day = dt.date(2026, 12, 31)
    desk.store.set_review(["a"], day, actor="ann")
    desk.store.set_enabled(["a"], False, actor="ann")
    assert desk.store.delete(["a", "b"], actor="ann") == 2
    assert desk.knowledge.entries() == [C]
    gone = {change.entry_id: change for change in desk.store.deleted()}
    assert set(gone) == {"a", "b"}
    desk.store.restore(gone["a"].number, actor="ann")
    back = desk.store.get("a")
    assert (back.entry, back.enabled, back.review_by) == (A, False, day)
    assert [change.entry_id for change in desk.store.deleted()] == ["b"]


def test_tags_and_review_dates_of_many(desk: Desk) -> None:
    assert desk.store.change_tags(["a", "b", "c"], add=["new"], remove=["x"], actor="ann") == 3
    assert [kept.entry.tags for kept in desk.store.page(EntryFilter()).entries] == [("y", "new"), ("new",), ("new",)]
    assert desk.store.change_tags(["a"], add=["new"], remove=[], actor="ann") == 0
    assert desk.store.set_review(["a", "b"], dt.date(2026, 5, 1), actor="ann") == 2
    assert desk.ids(EntryFilter(review_due=dt.date(2026, 5, 1))) == ["a", "b"]
    assert desk.ids(EntryFilter(review_due=dt.date(2026, 4, 30))) == []
    assert desk.store.set_review(["a"], None, actor="ann") == 1


def test_given_answers_are_counted_once_each(desk: Desk) -> None:
    if not isinstance(desk.store, SqlEntryStore):
        return
    conversations = SqlConversationStore(desk.store._database)
    talk = conversations.start("v", "en")
    for route, entry_id in (("faq", "b"), ("faq", "b"), ("clarify", "a"), ("faq", "c")):
        conversations.add_message(talk.id, Role.CUSTOMER, "?")
        conversations.add_message(
            talk.id,
            Role.ASSISTANT,
            "!",
            decision=recorded(route, hits=[{"id": entry_id}]),
        )
    for _ in range(2):
        page = desk.store.page(EntryFilter(), order=EntryOrder.ANSWERED, descending=True)
        assert [(kept.entry.id, kept.answered) for kept in page.entries] == [("b", 2), ("c", 1), ("a", 0)]
    assert page.entries[0].last_answered is not None
    assert desk.ids(EntryFilter(never_used=True)) == ["a"]
