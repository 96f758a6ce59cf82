"""Messages grouped by question and by topic, by their words, and by vectors where there are some."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from training.discovery import clustering
from training.discovery.clustering import Grain, group_labels, group_questions
from training.discovery.likeness import Likeness

EN = [
    "how long does delivery take",
    "How long does the delivery take?",
    "how long will my delivery take",
    "can I return worn shoes",
    "may I return worn shoes?",
    "do you sell gift cards",
]
ZH = ["运费怎么算", "请问运费怎么算呢", "运费是怎么算的", "可以开发票吗", "能开发票吗", "营业时间是几点"]


def around(directions: int, each: int, *, shared: float = 0.0, spread: float = 0.12) -> np.ndarray:
    """Unit vectors around some directions; `shared` moves all of them the same way, as some encoders do."""
    rng = np.random.default_rng(5)
    middles = np.linalg.qr(rng.normal(size=(32, 32)))[0][:directions]
    vectors = np.repeat(middles, each, axis=0) + spread * rng.normal(size=(directions * each, 32))
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) + shared * np.ones(32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def words(count: int) -> list[str]:
    """Texts that have no word in common."""
    return list(map("".join, itertools.product("bdfgklmnp", "aou", "rst", "ei")))[:count]


def groups(texts: list[str], grain: Grain = Grain.QUESTION) -> list[set[int]]:
    return [set(found.members) for found in group_questions(texts, None, grain)]


def test_the_same_question_in_other_words_is_one_group_in_both_languages() -> None:
    assert groups(EN) == [{0, 1, 2}, {3, 4}]
    assert groups(ZH) == [{0, 1, 2}, {3, 4}]


def test_the_central_question_comes_first_and_phrases_name_the_group() -> None:
    found = group_questions(ZH, None, Grain.QUESTION)
    assert "运费" in found[0].key_phrases[0]
    assert "发票" in found[1].key_phrases[0]
    assert found[0].central == found[0].members[0]
    english = group_questions(EN, None, Grain.QUESTION)
    assert any("delivery" in phrase for phrase in english[0].key_phrases)


def test_a_group_without_a_shared_word_is_named_by_its_central_message() -> None:
    same = np.tile(np.eye(8, dtype=np.float32)[:2], (2, 1))
    texts = ["dogs allowed", "broken zip", "pets welcome", "tent repair"]
    others = np.concatenate([np.eye(8, dtype=np.float32)[2:]] * 6)
    found = group_questions(texts, same, Grain.TOPIC, background=others)
    assert [set(group.members) for group in found] == [{0, 2}, {1, 3}]
    assert [group.key_phrases for group in found] == [("dogs allowed",), ("broken zip",)]


def test_equal_texts_count_as_often_as_they_come() -> None:
    found = group_questions(["Where is it?", "where is it", "WHERE IS IT!!"], None, Grain.QUESTION)
    assert [sorted(one.members) for one in found] == [[0, 1, 2]]


def test_vectors_join_what_no_word_joins() -> None:
    texts = [f"{word}{ending}" for word in words(24) for ending in ("", " xyz")]
    axes = np.eye(12, dtype=np.float32)[np.arange(len(texts)) // 4]
    found = group_questions(texts, axes, Grain.QUESTION)
    assert sorted(sorted(one.members) for one in found) == [list(range(at, at + 4)) for at in range(0, len(texts), 4)]


@pytest.mark.parametrize("shared", [0.0, 0.5], ids=["wide", "compressed"])
def test_topics_are_found_without_being_told_how_many_whatever_the_scale_of_the_cosines(shared: float) -> None:
    vectors = around(6, 12, shared=shared)
    labels = group_labels(words(72), vectors, Grain.TOPIC)
    assert (vectors @ vectors.T).min() > 0.3 * (shared > 0) - 1
    assert len(set(labels.tolist())) == 6
    assert all(len(set(labels[start : start + 12].tolist())) == 1 for start in range(0, 72, 12))


def test_what_is_like_nothing_else_stays_alone() -> None:
    vectors = np.concatenate([around(3, 12), np.linalg.qr(np.random.default_rng(1).normal(size=(32, 32)))[0][:20]])
    found = group_questions(words(56), vectors.astype(np.float32), Grain.TOPIC)
    assert [set(group.members) for group in found if len(group.members) > 3] == [
        set(range(start, start + 12)) for start in range(0, 36, 12)
    ]


def test_a_message_that_was_drawn_into_a_topic_and_is_hardly_like_it_leaves() -> None:
    texts = [
        "rent a boat",
        "boat to rent",
        "rent a boat here",
        "a restaurant nearby",
        "rent a rowing boat",
        "open today",
    ]
    joined = np.array([0, 0, 0, 0, 0, 1])
    left = clustering._without_strays(Likeness(texts, None), joined)
    assert [left[place] for place in (0, 1, 2, 4, 5)] == [0, 0, 0, 0, 1]
    assert left[3] not in (0, 1)


def test_a_few_messages_are_told_apart_by_what_else_customers_write() -> None:
    vectors = around(10, 6, shared=0.5)
    few, others = [*range(3), *range(6, 9)], [*range(12, 60)]
    assert len(group_questions(words(6), vectors[few], Grain.TOPIC)) == 0, "their words alone say nothing"
    found = group_questions(words(6), vectors[few], Grain.TOPIC, background=vectors[others])
    assert [set(group.members) for group in found] == [{0, 1, 2}, {3, 4, 5}]


def test_more_messages_than_can_be_linked_join_the_nearest_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    order = np.random.default_rng(2).permutation(72)
    monkeypatch.setattr(clustering, "MAX_LINKED", 40)
    labels = group_labels(words(72), around(6, 12)[order], Grain.TOPIC)
    for topic in range(6):
        assert len(set(labels[order // 12 == topic].tolist())) == 1
    assert len(set(labels.tolist())) == 6


def test_the_same_messages_give_the_same_topics() -> None:
    vectors = around(6, 12, spread=0.3)
    assert np.array_equal(*(group_labels(words(72), vectors, Grain.TOPIC) for _ in range(2)))


@pytest.mark.parametrize("grain", list(Grain))
def test_nothing_and_signs_alone_give_no_group(grain: Grain) -> None:
    assert group_questions([], None, grain) == []
    assert group_questions(["?!", "..."], None, grain, smallest=1) == []
    assert [one.members for one in group_questions(["hello world"], None, grain, smallest=1)] == [(0,)]
