"""What every ConversationStore does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.domain import DecisionRecord, ImportReport, Role, TranscriptTurn
from chatbot.errors import NotFoundError, StorageError
from chatbot.ports import ConversationStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.engine import open_database
from support.fakes.records import recorded
from support.fakes.storage import FakeConversationStore


@pytest.fixture(params=["sql", "fake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    if request.param == "fake":
        yield FakeConversationStore()
        return
    database = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield SqlConversationStore(database)
    database.close()


def report(read: int) -> ImportReport:
    return ImportReport("t.csv", "utf-8", read, 0, 0, 0, 0)


def turns(conversation_id: str, *said: tuple[Role, str], at: dt.datetime | None = None) -> list[TranscriptTurn]:
    return [TranscriptTurn(conversation_id, n, role, text, at) for n, (role, text) in enumerate(said, start=1)]


def test_an_id_can_be_typed_after_a_command(store: ConversationStore) -> None:
    assert store.start("visitor", "en").id.isalnum()


def test_messages_come_back_in_the_order_they_were_added(store: ConversationStore) -> None:
    begun = store.start("visitor", "en")
    for n in range(12):
        store.add_message(begun.id, Role.CUSTOMER if n % 2 == 0 else Role.ASSISTANT, f"message {n}")
    assert [message.text for message in store.messages(begun.id)] == [f"message {n}" for n in range(12)]
    assert [message.text for message in store.messages(begun.id, last=3)] == ["message 9", "message 10", "message 11"]
    assert store.messages(begun.id, last=0) == []
    assert store.messages("unknown") == []


def test_an_added_message_reads_back_equal(store: ConversationStore) -> None:
    begun = store.start("visitor", "zh")
    decision = {"route": "faq", "confidence": 0.5, "hits": [{"id": "a", "question": "多久？"}], "intent": None}
    added = store.add_message(begun.id, Role.ASSISTANT, "两天\n到货 👍", decision=DecisionRecord.from_json(decision))
    assert added.id > 0
    assert added.created_at is not None and added.created_at.utcoffset() == dt.timedelta(0)
    assert store.messages(begun.id) == [added]


def test_adding_to_an_unknown_conversation_is_refused(store: ConversationStore) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        store.add_message("nowhere", Role.CUSTOMER, "hello")


def test_get_counts_messages_and_takes_the_title_from_the_customer(store: ConversationStore) -> None:
    begun = store.start("visitor", "en")
    assert store.get(begun.id) == begun
    store.add_message(begun.id, Role.ASSISTANT, "Welcome")
    store.add_message(begun.id, Role.CUSTOMER, "Where is my order? " + "x" * 100)
    found = store.get(begun.id)
    assert found.message_count == 2
    assert found.title == ("Where is my order? " + "x" * 100)[:80]
    assert found.started_at == begun.started_at
    with pytest.raises(NotFoundError):
        store.get("nowhere")


def test_a_visitor_sees_own_conversations_with_messages_newest_first(store: ConversationStore) -> None:
    first, second, empty, other = (store.start(visitor, "en") for visitor in ("me", "me", "me", "you"))
    for one in (first, second, other):
        store.add_message(one.id, Role.CUSTOMER, "hi")
    assert [one.id for one in store.of_visitor("me")] == [second.id, first.id]
    assert [one.id for one in store.of_visitor("me", limit=1)] == [second.id]
    assert empty.id not in [one.id for one in store.of_visitor("me")]


def test_list_and_count_agree_under_search_and_origin(store: ConversationStore) -> None:
    first, second = store.start("a", "en"), store.start("b", "en")
    store.add_message(first.id, Role.CUSTOMER, "My PARCEL is 100% lost")
    store.add_message(second.id, Role.CUSTOMER, "refund please")
    store.add_transcripts(turns("old-1", (Role.CUSTOMER, "a parcel"), (Role.AGENT, "yes")), report(2))
    assert store.count() == len(store.list()) == 3
    assert [one.id for one in store.list(search="parcel", origin="chat")] == [first.id]
    assert store.count(search="parcel") == 2
    assert store.count(search="100%") == 1
    assert store.count(search="0% x") == 0
    assert store.count(search=second.id) == 1
    assert store.count(origin="import") == 1
    paged = [one.id for offset in range(3) for one in store.list(limit=1, offset=offset)]
    assert paged == [one.id for one in store.list()]


def test_feedback_is_shown_and_can_be_changed(store: ConversationStore) -> None:
    begun = store.start("me", "en")
    message = store.add_message(begun.id, Role.ASSISTANT, "Two days.")
    store.add_feedback(message.id, "me", True)
    assert store.messages(begun.id)[0].helpful is True
    store.add_feedback(message.id, "me", False)
    assert store.messages(begun.id, last=1)[0].helpful is False


def test_feedback_on_a_message_of_somebody_else_is_refused(store: ConversationStore) -> None:
    message = store.add_message(store.start("me", "en").id, Role.ASSISTANT, "Two days.")
    with pytest.raises(NotFoundError):
        store.add_feedback(message.id, "you", True)
    with pytest.raises(NotFoundError):
        store.add_feedback(message.id + 999, "me", True)


def test_erase_removes_one_visitor_and_nobody_else(store: ConversationStore) -> None:
    mine, also_mine, other = store.start("me", "en"), store.start("me", "en"), store.start("you", "en")
    for one in (mine, also_mine, other):
        store.add_feedback(store.add_message(one.id, Role.ASSISTANT, "hi").id, one.visitor_id, True)
    assert store.erase("me") == 2
    assert store.erase("me") == 0
    assert store.messages(mine.id) == []
    with pytest.raises(NotFoundError):
        store.get(mine.id)
    assert store.messages(other.id)[0].helpful is True


def test_imported_conversations_are_stored_once(store: ConversationStore) -> None:
    at = dt.datetime(2025, 5, 1, 9, tzinfo=dt.UTC)
    given = turns("c1", (Role.CUSTOMER, "多久到货"), (Role.AGENT, "两天"), at=at) + turns("c2", (Role.CUSTOMER, "hi"))
    first = store.add_transcripts(given[::-1], report(3))
    assert (first.inserted, first.skipped) == (3, 0)
    assert first.import_id is not None
    again = store.add_transcripts(given, report(3))
    assert (again.inserted, again.skipped) == (0, 3)
    assert store.count(origin="import") == 2
    found = store.list(search="多久")[0]
    assert (found.lang, found.started_at, found.origin) == ("zh", at, "import")
    assert [message.text for message in store.messages(found.id)] == ["多久到货", "两天"]


def test_another_export_with_the_same_numbers_is_not_mistaken_for_the_first(store: ConversationStore) -> None:
    store.add_transcripts(turns("1", (Role.CUSTOMER, "january")), report(1))
    february = store.add_transcripts(turns("1", (Role.CUSTOMER, "february")), report(1))
    assert (february.inserted, february.skipped) == (1, 0)


def test_a_conversation_that_has_gone_on_gets_only_its_new_turns(store: ConversationStore) -> None:
    begun = turns("c1", (Role.CUSTOMER, "where is it?"), (Role.AGENT, "on its way"))
    whole = turns("c1", (Role.CUSTOMER, "where is it?"), (Role.AGENT, "on its way"), (Role.CUSTOMER, "thanks"))
    store.add_transcripts(begun, report(2))
    done = store.add_transcripts(whole, report(3))
    assert (done.inserted, done.skipped) == (1, 2)
    older = store.add_transcripts(begun, report(2))
    assert (older.inserted, older.skipped) == (0, 2)
    assert store.count(origin="import") == 1
    found = store.list(origin="import")[0]
    assert [message.text for message in store.messages(found.id)] == ["where is it?", "on its way", "thanks"]


def test_a_preview_of_transcripts_counts_and_stores_nothing(store: ConversationStore) -> None:
    given = turns("c1", (Role.CUSTOMER, "hi"), (Role.ASSISTANT, "a bot"), (Role.AGENT, "a person"))
    shown = store.preview_transcripts(given, report(3))
    assert (shown.inserted, shown.skipped, shown.import_id) == (3, 0, None)
    assert store.count() == 0
    store.add_transcripts(given, report(3))
    found = store.list(origin="import")[0]
    assert [message.role for message in store.messages(found.id)] == [Role.CUSTOMER, Role.ASSISTANT, Role.AGENT]


def test_an_undone_import_leaves_what_was_there_before_and_can_be_imported_again(store: ConversationStore) -> None:
    begun = turns("c1", (Role.CUSTOMER, "where is it?"), (Role.AGENT, "on its way"))
    store.add_transcripts(begun, report(2))
    more = turns("c1", (Role.CUSTOMER, "where is it?"), (Role.AGENT, "on its way"), (Role.CUSTOMER, "thanks"))
    second = store.add_transcripts([*more, *turns("c2", (Role.CUSTOMER, "hi"), (Role.AGENT, "hello"))], report(5))
    assert second.import_id is not None
    shown = store.undo_transcripts(second.import_id, dry_run=True)
    done = store.undo_transcripts(second.import_id)
    assert shown == done
    assert (done.conversations, done.messages, done.kept) == (1, 3, ())
    (left,) = store.list(origin="import")
    assert [message.text for message in store.messages(left.id)] == ["where is it?", "on its way"]
    with pytest.raises(StorageError):
        store.undo_transcripts(second.import_id)
    again = store.add_transcripts(more, report(3))
    assert (again.inserted, again.skipped) == (1, 2)


def test_conversations_that_went_on_are_kept_until_their_end_is_gone(store: ConversationStore) -> None:
    begun = turns("c1", (Role.CUSTOMER, "where is it?"), (Role.AGENT, "on its way"))
    first = store.add_transcripts([*begun, *turns("c2", (Role.CUSTOMER, "hi"))], report(3))
    more = turns("c1", (Role.CUSTOMER, "where is it?"), (Role.AGENT, "on its way"), (Role.CUSTOMER, "thanks"))
    second = store.add_transcripts(more, report(3))
    assert first.import_id is not None and second.import_id is not None
    done = store.undo_transcripts(first.import_id)
    assert (done.conversations, done.messages) == (1, 1)
    assert [(kept.number, kept.continued_by) for kept in done.kept] == [("c1", second.import_id)]
    assert store.count(origin="import") == 1
    assert store.undo_transcripts(second.import_id).messages == 1
    assert store.undo_transcripts(first.import_id).conversations == 1
    assert store.count() == 0
    with pytest.raises(NotFoundError):
        store.undo_transcripts("999")


def test_answers_are_counted_by_route_in_the_newest_conversations(store: ConversationStore) -> None:
    assert store.route_counts(newest=50) == ({}, 0)
    for routes in (("faq",), ("faq", "handoff", "faq"), ("clarify",), ()):
        begun = store.start("visitor", "en")
        for route in routes:
            store.add_message(begun.id, Role.CUSTOMER, "a question", decision=recorded("fallback"))
            store.add_message(begun.id, Role.ASSISTANT, "an answer", decision=recorded(route))
        store.add_message(begun.id, Role.ASSISTANT, "an answer that nobody decided")
    assert store.route_counts(newest=50) == ({"faq": 3, "handoff": 1, "clarify": 1}, 4)
    assert store.route_counts(newest=3) == ({"faq": 2, "handoff": 1, "clarify": 1}, 3)
