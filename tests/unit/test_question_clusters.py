"""Groups of questions by their words, and by vectors where there are some."""

from __future__ import annotations

import itertools

import numpy as np

from training.question_clusters import cluster_questions

EN = [
    "how long does delivery take",
    "How long does the delivery take?",
    "how long will my delivery take",
    "can I return worn shoes",
    "may I return worn shoes?",
    "do you sell gift cards",
]
ZH = ["运费怎么算", "请问运费怎么算呢", "运费是怎么算的", "可以开发票吗", "能开发票吗", "营业时间是几点"]


def groups(texts: list[str], alike: float = 0.3) -> list[set[int]]:
    return [set(found.members) for found in cluster_questions(texts, None, alike=alike)]


def test_the_same_question_in_other_words_is_one_group_in_both_languages() -> None:
    assert groups(EN) == [{0, 1, 2}, {3, 4}]
    assert groups(ZH, alike=0.4) == [{0, 1, 2}, {3, 4}]


def test_the_central_question_comes_first_and_phrases_name_the_group() -> None:
    found = cluster_questions(ZH, None)
    assert "运费" in found[0].key_phrases[0]
    assert "发票" in found[1].key_phrases[0]
    english = cluster_questions(EN, None)
    assert any("delivery" in phrase for phrase in english[0].key_phrases)


def test_equal_texts_count_as_often_as_they_come() -> None:
    found = cluster_questions(["Where is it?", "where is it", "WHERE IS IT!!"], None)
    assert [sorted(one.members) for one in found] == [[0, 1, 2]]


def test_vectors_join_what_no_word_joins() -> None:
    words = list(map("".join, itertools.product("bdfg", "ao", "lm")))
    texts = [f"{word}{ending}" for word in words for ending in ("", " xyz")]
    axes = np.eye(len(words) // 2, dtype=np.float32)[np.arange(len(texts)) // 4]
    found = cluster_questions(texts, axes, alike=0.3)
    assert sorted(sorted(one.members) for one in found) == [list(range(at, at + 4)) for at in range(0, len(texts), 4)]


def test_nothing_and_signs_alone_give_no_group() -> None:
    assert cluster_questions([], None) == []
    assert cluster_questions(["?!", "..."], None, min_size=1) == []
    assert [one.members for one in cluster_questions(["hello world"], None, min_size=1)] == [(0,)]
