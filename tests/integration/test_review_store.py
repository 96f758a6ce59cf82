"""Labels, leases, signs, jobs and the frozen set in a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.domain import Conversation, JobStatus, LabelAction, LabelledExample, Role, SignalKind
from chatbot.errors import NotFoundError, TrainingError
from chatbot.storage.conversations import SqlConversationStore
from chatbot.storage.engine import Database, open_database
from chatbot.storage.frozen import SqlFrozenStore
from chatbot.storage.jobs import SqlJobStore
from chatbot.storage.review import SqlReviewStore

DECISION = {"route": "faq", "intent": "delivery", "prediction": {"ranked": [["delivery", 0.6]], "in_scope": 0.9}}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield opened
    opened.close()


@pytest.fixture
def conversations(database: Database) -> SqlConversationStore:
    return SqlConversationStore(database)


@pytest.fixture
def review(database: Database) -> SqlReviewStore:
    return SqlReviewStore(database)


def ask(conversations: SqlConversationStore, text: str, visitor: str = "me") -> tuple[Conversation, int, int]:
    """A conversation with one answered message: it, the message and the answer."""
    begun = conversations.start(visitor, "en")
    said = conversations.add_message(begun.id, Role.CUSTOMER, text)
    answer = conversations.add_message(begun.id, Role.ASSISTANT, "Two days.", decision=DECISION)
    return begun, said.id, answer.id


def test_logged_messages_carry_the_reply_and_the_signs(
    conversations: SqlConversationStore, review: SqlReviewStore
) -> None:
    _, said, answer = ask(conversations, "how long")
    conversations.add_feedback(answer, "me", False, "outdated")
    assert review.collect_signals() == 1
    assert review.collect_signals() <= 1
    (found,) = review.logged(limit=10)
    assert (found.id, found.text, found.route, found.intent, found.ranked) == (
        said,
        "how long",
        "faq",
        "delivery",
        (("delivery", 0.6),),
    )
    assert [(s.kind, s.detail) for s in found.signals] == [(SignalKind.THUMB_DOWN, "outdated")]
    conversations.add_feedback(answer, "me", True)
    review.collect_signals()
    assert [s.kind for s in review.logged(limit=10)[0].signals] == [SignalKind.THUMB_UP]


def test_labels_have_a_history_and_a_batch_is_undone_as_one(
    conversations: SqlConversationStore, review: SqlReviewStore
) -> None:
    first, second = (ask(conversations, text)[1] for text in ("a b", "c d"))
    review.label([first, second], "delivery", LabelAction.CONFIRM, "ann")
    review.label([first], "refund", LabelAction.CORRECT, "bob")
    assert {(x.message_id, x.intent, x.by) for x in review.labels(standing=True)} == {
        (first, "refund", "bob"),
        (second, "delivery", "ann"),
    }
    assert review.logged(limit=10) == []
    assert review.count_labels() == 2
    review.undo("bob")
    assert {x.intent for x in review.labels(standing=True)} == {"delivery"}
    assert len(review.undo("ann")) == 2
    assert len(review.labels()) == 3
    assert len(review.logged(limit=10)) == 2
    with pytest.raises(NotFoundError):
        review.undo("ann")
    with pytest.raises(NotFoundError):
        review.label([first, 999], "delivery", LabelAction.CONFIRM, "ann")
    assert review.labels(standing=True) == []


def test_two_people_never_hold_the_same_message(conversations: SqlConversationStore, review: SqlReviewStore) -> None:
    ids = [ask(conversations, f"question {n}")[1] for n in range(12)]
    got: dict[str, list[int]] = {}
    people = [
        threading.Thread(target=lambda who=who: got.update({who: review.lease(ids, who, seconds=60)}))
        for who in ("ann", "bob", "cid")
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(held for part in got.values() for held in part) == ids
    mine = {message.id for message in review.logged(limit=99, free_for="ann")}
    assert mine == set(got["ann"])
    review.release("bob")
    assert set(review.lease(ids, "ann", seconds=60)) == {*got["ann"], *got["bob"]}


def test_a_lease_ends_by_itself(conversations: SqlConversationStore, review: SqlReviewStore) -> None:
    _, said, _ = ask(conversations, "how long")
    assert review.lease([said], "ann", seconds=0) == [said]
    assert review.lease([said], "bob", seconds=60) == [said]


def test_erasing_a_visitor_takes_labels_signs_leases_and_frozen_messages_along(
    database: Database, conversations: SqlConversationStore, review: SqlReviewStore
) -> None:
    _, said, answer = ask(conversations, "how long")
    conversations.add_feedback(answer, "me", True)
    review.collect_signals()
    review.lease([said], "ann", seconds=60)
    review.label([said], "delivery", LabelAction.CONFIRM, "ann")
    frozen = SqlFrozenStore(database)
    frozen.add([LabelledExample("how long", "delivery"), LabelledExample("kept", "delivery")], {0: said})
    assert frozen.messages() == {said}
    conversations.erase("me")
    assert review.labels() == []
    assert [example.text for example in frozen.examples()] == ["kept"]


def test_the_same_words_are_frozen_once_and_follow_a_correction(database: Database) -> None:
    frozen = SqlFrozenStore(database)
    assert frozen.add([LabelledExample("How long?", "a"), LabelledExample("how LONG", "b")]) == 1
    assert [(e.text, e.intent) for e in frozen.examples()] == [("How long?", "b")]
    assert frozen.clear() == 1
    assert frozen.count() == 0


def test_one_job_runs_at_a_time_and_its_state_is_told(database: Database) -> None:
    jobs = SqlJobStore(database)
    job = jobs.start({"mode": "fast"}, "ann")
    with pytest.raises(TrainingError, match="running"):
        jobs.start({}, "bob")
    assert jobs.progress(job.id, "fitting", 0.5) is True
    assert jobs.want_cancel(job.id)
    assert jobs.progress(job.id, "fitting", 0.6) is False
    assert jobs.end(job.id, JobStatus.CANCELLED, "stopped")
    assert not jobs.end(job.id, JobStatus.DONE)
    assert jobs.running() is None
    again = jobs.restart(job.id)
    assert (again.status, again.attempts, again.cancel_wanted) == (JobStatus.RUNNING, 2, False)
    assert jobs.end(job.id, JobStatus.DONE, result={"version": "v1"})
    assert (jobs.get(job.id).share, jobs.list()[0].result) == (1.0, {"version": "v1"})
    with pytest.raises(TrainingError):
        jobs.restart(job.id)
    with pytest.raises(NotFoundError):
        jobs.get(99)
