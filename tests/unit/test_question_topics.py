"""Messages grouped by topic, with key phrases, in both languages."""

from __future__ import annotations

from collections import Counter

import numpy as np

from training.question_topics import find_topics, key_phrases, terms, topic_labels


def around(directions: int, each: int, *, dimension: int = 32, spread: float = 0.12) -> np.ndarray:
    rng = np.random.default_rng(5)
    middles = np.linalg.qr(rng.normal(size=(dimension, dimension)))[0][:directions]
    vectors = np.repeat(middles, each, axis=0) + spread * rng.normal(size=(directions * each, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_directions_are_found_without_being_told_how_many() -> None:
    labels = topic_labels(around(6, 12))
    assert len(set(labels.tolist())) == 6
    assert all(len(set(labels[start : start + 12].tolist())) == 1 for start in range(0, 72, 12))


def test_a_topic_has_its_central_message_first_and_what_is_alone_belongs_to_none() -> None:
    vectors = np.array([[1, 0, 0], [0.96, 0.28, 0], [0.96, -0.28, 0], [0, 0, 1]], dtype=np.float32)
    (topic,) = find_topics(["rent a boat", "boat to rent", "boats for rent?", "lost key"], vectors)
    assert (topic.central, set(topic.rows)) == (0, {0, 1, 2})
    assert "boat" in " ".join(topic.phrases)


def test_key_phrases_tell_a_topic_from_the_others() -> None:
    texts = ["how do I rent a boat", "rent a boat on sunday", "where can one rent a boat"]
    others = ["how do I pay", "where is my order", "can I pay on sunday"]
    everywhere = Counter(term for text in (*texts, *others) for term in set(terms(text)))
    phrases = key_phrases(texts, everywhere, 6)
    assert phrases[0] in ("rent", "boat")
    assert not any("sunday" in phrase for phrase in phrases)


def test_chinese_has_key_phrases_too() -> None:
    texts = ["可以租船吗", "租船多少钱", "怎么租船"]
    everywhere = Counter(term for text in texts for term in set(terms(text)))
    assert key_phrases(texts, everywhere + Counter(terms("怎么付款")), 4)[0] == "租船"


def test_nothing_and_one_message_are_no_topics() -> None:
    assert find_topics([], np.empty((0, 3), np.float32)) == []
    assert find_topics(["a"], np.ones((1, 1), np.float32)) == []
