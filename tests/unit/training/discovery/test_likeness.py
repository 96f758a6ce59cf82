"""Which messages ask the same."""

from __future__ import annotations

import numpy as np

from training.discovery.likeness import same_questions


def test_no_two_messages_ask_the_same_because_an_encoder_finds_all_texts_alike() -> None:
    rng = np.random.default_rng(3)
    vectors = np.ones(24) * 3 + rng.normal(size=(60, 24))
    vectors[1] = vectors[0] + 0.05
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    texts = ["rent a boat here", "rent a boat here please", *(f"{chr(97 + n % 26) * 5} {n} unlike" for n in range(58))]
    assert (unit @ unit.T).min() > 0.75
    found = same_questions(texts, unit, ("en",))
    assert found[[0]].indices.tolist() == [0, 1]
    assert found.sum() <= 60 + 8


def test_vectors_of_a_language_that_is_not_read_count_for_nothing() -> None:
    texts = [
        "运费怎么算",
        "运费怎么算呢",
        *(f"第{n}{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 5 * n)}问题" for n in range(40)),
    ]
    same = np.tile(np.eye(8, dtype=np.float32)[0], (42, 1))
    assert same_questions(texts, same, ("en",))[[0]].indices.tolist() == [0, 1]


def test_nothing_gives_nothing() -> None:
    assert same_questions([], np.empty((0, 0), np.float32), ("en",)).shape == (0, 0)
