"""What every ReviewStore does with labels, leases and signs."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

import pytest

from chatbot.domain import Conversation, LabelAction, LabelledExample, Role, SignalKind
from chatbot.errors import NotFoundError
from chatbot.ports import ConversationStore
from chatbot.ports.learning import EvaluationSetStore, ReviewStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.learning.evaluation_set import SqlEvaluationSetStore
from chatbot.storage.learning.review import SqlReviewStore
from support.fakes.conversations import FakeConversationStore
from support.fakes.learning import FakeEvaluationSetStore
from support.fakes.records import recorded
from support.fakes.review_store import FakeReviewStore

DECISION = {"route": "faq", "intent": "delivery", "prediction": {"ranked": [["delivery", 0.6]], "in_scope": 0.9}}
OFFER = {"route": "clarify", "choices": ["Delivery time", "Delivery cost"]}


@dataclass(frozen=True)
class Stores:
    """Stores of one home."""

    conversations: ConversationStore
    review: ReviewStore
    frozen: EvaluationSetStore


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "fake":
        said = FakeConversationStore()
        gone = lambda message: message not in {one.id for _, one in said.every_message()}  # noqa: E731
        return Stores(said, FakeReviewStore(said), FakeEvaluationSetStore(gone))
    database = request.getfixturevalue(request.param)
    return Stores(SqlConversationStore(database), SqlReviewStore(database), SqlEvaluationSetStore(database))


@pytest.fixture
def conversations(stores: Stores) -> ConversationStore:
    return stores.conversations


@pytest.fixture
def review(stores: Stores) -> ReviewStore:
    return stores.review


def ask(conversations: ConversationStore, text: str, visitor: str = "me") -> tuple[Conversation, int, int]:
    """A conversation with one answered message: it, the message and the answer."""
    begun = conversations.start(visitor, "en")
    said = conversations.add_message(begun.id, Role.CUSTOMER, text)
    answer = conversations.add_message(begun.id, Role.ASSISTANT, "Two days.", decision=recorded(**DECISION))
    return begun, said.id, answer.id


def test_logged_messages_carry_the_reply_and_the_signs(conversations: ConversationStore, review: ReviewStore) -> None:
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
    conversations: ConversationStore, review: ReviewStore
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


def test_two_people_never_hold_the_same_message(conversations: ConversationStore, review: ReviewStore) -> None:
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


def test_a_lease_ends_by_itself(conversations: ConversationStore, review: ReviewStore) -> None:
    _, said, _ = ask(conversations, "how long")
    assert review.lease([said], "ann", seconds=0) == [said]
    assert review.lease([said], "bob", seconds=60) == [said]


def test_what_is_logged_can_be_narrowed_and_clicks_are_left_out(
    conversations: ConversationStore, review: ReviewStore
) -> None:
    begun, first, _ = ask(conversations, "first")
    conversations.add_message(begun.id, Role.ASSISTANT, "Did you mean:", decision=recorded(**OFFER))
    conversations.add_message(begun.id, Role.CUSTOMER, "Delivery time")
    _, second, _ = ask(conversations, "second")
    _, third, _ = ask(conversations, "third")
    assert [message.id for message in review.logged(limit=10)] == [third, second, first]
    assert [message.id for message in review.logged(limit=1)] == [third]
    assert [message.id for message in review.logged(limit=10, ids=[first, third, 999])] == [third, first]
    written = {message.id: message.at for message in review.logged(limit=10)}
    assert [message.id for message in review.logged(limit=10, since=written[second])] == [third, second]
    review.label([third], None, LabelAction.IGNORE, "ann")
    review.lease([second], "bob", seconds=60)
    assert [message.id for message in review.logged(limit=10, free_for="ann")] == [first]
    assert [message.id for message in review.logged(limit=10, unlabelled=False)] == [third, second, first]


def test_labels_to_learn_from_are_counted_from_a_moment_on(
    conversations: ConversationStore, review: ReviewStore
) -> None:
    first, second = (ask(conversations, text)[1] for text in ("a b", "c d"))
    batch = review.label([first, first], "delivery", LabelAction.CONFIRM, "ann")
    review.label([second], None, LabelAction.IGNORE, "ann")
    given = review.labels()[-1].at
    assert (review.count_labels(), review.count_labels(since=given - dt.timedelta(seconds=1))) == (1, 1)
    assert review.count_labels(since=given) == 0
    assert [label.message_id for label in review.labels(limit=1)] == [second]
    assert [(label.message_id, label.by) for label in review.undo("bob", batch)] == [(first, "ann")]
    assert review.count_labels() == 0
    assert [label.undone for label in review.labels()] == [False, True]


def test_erasing_a_visitor_takes_labels_signs_leases_and_frozen_messages_along(
    stores: Stores, conversations: ConversationStore, review: ReviewStore
) -> None:
    _, said, answer = ask(conversations, "how long")
    conversations.add_feedback(answer, "me", True)
    review.collect_signals()
    review.lease([said], "ann", seconds=60)
    review.label([said], "delivery", LabelAction.CONFIRM, "ann")
    frozen = stores.frozen
    frozen.add([LabelledExample("how long", "delivery"), LabelledExample("kept", "delivery")], {0: said})
    assert frozen.messages() == {said}
    conversations.erase("me")
    assert review.labels() == []
    assert [example.text for example in frozen.examples()] == ["kept"]
