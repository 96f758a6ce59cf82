"""What tunes an encoder: batches with company for every utterance, and nothing that could mislead."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from chatbot.errors import TrainingError
from training.datasets.encoder_batches import TuningData, batch_count, batches, prepare


def prepared(examples: list[tuple[str, str]], **changes: Any) -> TuningData:
    choices: dict[str, Any] = {"held_out_share": 0.2, "held_out_from": 10, "held_out_rows": 100, "seed": 1}
    return prepare(examples, **{"label_names": False, **choices, **changes})


def many(label: str, n: int) -> list[tuple[str, str]]:
    return [(f"{label} utterance {number}", label) for number in range(n)]


def test_empty_texts_repeats_and_out_of_scope_ones_are_left_out() -> None:
    data = prepared([("Hi!", "greet"), ("hi", "greet"), (" ", "greet"), ("bye", "leave"), ("moon", "oos"), ("x", "")])
    assert (data.labels, data.texts, data.targets) == (("greet", "leave"), ("Hi!", "bye"), (0, 1))


def test_names_of_labels_become_utterances_unless_they_are_there() -> None:
    data = prepared([("hello", "say_hello"), ("card arrival", "cardArrival"), ("x y", "17")], label_names=True)
    assert sorted(data.texts) == ["card arrival", "hello", "say hello", "x y"]


def test_only_labels_with_enough_utterances_give_some_away() -> None:
    data = prepared([*many("rich", 20), *many("poor", 9)])
    assert Counter(data.held_targets) == {1: 4}
    assert Counter(data.targets) == {0: 9, 1: 16}
    assert not set(data.held_texts) & set(data.texts)


def test_the_held_out_part_has_an_upper_limit() -> None:
    data = prepared([*many("one", 50), *many("two", 50)], held_out_rows=7)
    assert (len(data.held_texts), len(data.texts)) == (7, 93)


def test_equal_seeds_hold_out_the_same() -> None:
    examples = [*many("one", 20), *many("two", 20)]
    assert prepared(examples) == prepared(examples)
    assert prepared(examples) != prepared(examples, seed=2)


def test_one_label_is_too_few() -> None:
    with pytest.raises(TrainingError, match=r"name 1 intent"):
        prepared(many("only", 5))


def test_every_utterance_comes_each_round_and_never_alone() -> None:
    targets = [0] * 7 + [1] * 4 + [2]
    found = list(batches(targets, 6, 2, random.Random(3)))
    assert set().union(*found) == set(range(12))
    assert all(min(Counter(targets[row] for row in batch).values()) >= 2 for batch in found)
    assert all(len(batch) <= 6 for batch in found)
    assert len(found) == batch_count(targets, 6, 2) == 3
