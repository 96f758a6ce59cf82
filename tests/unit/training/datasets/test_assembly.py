"""The data of a retraining: replay, corrections, near-duplicates, the frozen set."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from chatbot.domain import LabelAction, LabelledExample, MessageLabel
from chatbot.errors import TrainingError
from training.datasets.assembly import assemble, check_cover, frozen_conversation, without_near

FROZEN = next(f"c{n}" for n in range(99) if frozen_conversation(f"c{n}"))
OPEN = next(f"c{n}" for n in range(99) if not frozen_conversation(f"c{n}"))


def label(number: int, text: str, intent: str | None, conversation: str = OPEN) -> MessageLabel:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return MessageLabel(number, "b", number, conversation, text, "en", intent, LabelAction.CORRECT, "ann", now)


def seed(intent: str, count: int) -> list[LabelledExample]:
    return [LabelledExample(f"{intent} seed {chr(97 + n)}", intent) for n in range(count)]


def build(seeds, labels, frozen=(), messages=()):
    return assemble(seeds, labels, frozen, set(messages), masked=lambda text: text.replace("Ann", "[name]"))


def texts(examples) -> list[tuple[str, str]]:
    return [(example.text, example.intent) for example in examples]


def test_a_correction_wins_over_its_source_and_personal_data_are_masked() -> None:
    found = build([LabelledExample("where is it", "a"), LabelledExample("b b", "b")],
                  [label(1, "Where is it?", "b"), label(2, "I am Ann", "a")])  # fmt: skip
    assert set(texts(found.examples)) == {("Where is it?", "b"), ("I am [name]", "a"), ("b b", "b")}
    assert found.counts.overruled == 1


def test_the_newest_label_of_the_same_words_counts_and_ignored_words_are_not_learned() -> None:
    labels = [label(3, "x y", "new"), label(2, "x y", "old"), label(1, "spam", None)]
    found = build([LabelledExample("spam", "a")], labels)
    assert texts(found.examples) == [("x y", "new")]


def test_near_duplicates_count_once() -> None:
    found = build(seed("a", 1), [label(1, "order 12 late", "a"), label(2, "late order 99", "a")])
    assert found.counts.merged == 1
    assert len(found.examples) == 2


def test_a_conversation_of_the_frozen_fifth_is_frozen_once_its_intent_has_enough() -> None:
    labels = [label(1, "frozen words", "a", FROZEN), label(2, "learned words", "a", OPEN)]
    thin = build(seed("a", 3), labels)
    assert thin.newly_frozen == ()
    found = build(seed("a", 12), labels)
    assert (texts(found.newly_frozen), found.messages) == ([("frozen words", "a")], (1,))
    assert ("frozen words", "a") not in texts(found.examples)
    assert ("learned words", "a") in texts(found.examples)


def test_every_message_of_a_conversation_lands_on_one_side() -> None:
    labels = [label(n, f"word{chr(97 + n)} here", "a", f"c{n % 7}") for n in range(21)]
    found = build(seed("a", 12), labels)
    frozen = {labels[message].conversation_id for message in found.messages}
    learned = {x.conversation_id for x in labels if x.text in {e.text for e in found.examples}}
    assert frozen
    assert frozen & learned == set()


def test_what_resembles_a_frozen_message_is_not_learned() -> None:
    frozen = [LabelledExample("where is order 12", "a")]
    seeds = [*seed("a", 12), LabelledExample("Order 99: where IS?", "a")]
    found = build(seeds, [label(1, "is where order 5", "a")], frozen)
    assert found.counts.protected + found.counts.merged == 2
    assert len(found.examples) == 12


def test_a_frozen_message_is_not_learned_again() -> None:
    found = build(seed("a", 2), [label(7, "frozen words", "a", OPEN)], [LabelledExample("frozen words", "a")], [7])
    assert len(found.examples) == 2


def test_near_copies_are_found_by_their_vectors_too() -> None:
    vectors = np.array([[1, 0], [0.999, 0.04], [0, 1]], dtype=np.float32)
    assert without_near(vectors, vectors[:1]).tolist() == [False, False, True]
    assert without_near(vectors, vectors[:0]).all()


def test_an_intent_that_would_be_lost_stops_the_run() -> None:
    check_cover(seed("a", 2), ["a", "oos"])
    with pytest.raises(TrainingError, match="'b' \\(0\\)"):
        check_cover(seed("a", 2), ["a", "b"])
