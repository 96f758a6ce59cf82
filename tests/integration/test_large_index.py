"""Above a number of phrasings a graph over 8-bit vectors answers instead of exact search."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from chatbot.retrieval import dense, exact


def clustered(n: int, dimension: int = 64) -> np.ndarray:
    """Unit vectors around common centres, as sentences about common subjects are."""
    draw = np.random.default_rng(1)
    centres = draw.normal(size=(40, dimension))
    found = centres[draw.integers(0, 40, n)] + draw.normal(scale=0.7, size=(n, dimension))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setattr(dense, "EXACT_UP_TO", 1_000)
    return clustered(4_000)


def recall(index: dense.FaissIndex, vectors: np.ndarray) -> float:
    oracle = exact.ExactIndex.build(vectors)
    queries = clustered(4_100)[4_000:]
    return float(np.mean([len({*index.search(q, 10)[0]} & {*oracle.search(q, 10)[0]}) / 10 for q in queries]))


def test_a_large_base_finds_what_exact_search_finds(large: np.ndarray, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        index = dense.FaissIndex.build(large)
    assert index.shape == large.shape
    assert recall(index, large) >= 0.98
    assert "recall@10" in caplog.text


def test_it_is_saved_and_read_with_its_width(large: np.ndarray) -> None:
    index = dense.FaissIndex.build(large)
    again = dense.FaissIndex.from_bytes(index.to_bytes())
    for query in large[:20]:
        assert (index.search(query, 10)[0] == again.search(query, 10)[0]).all()


def test_vectors_take_a_quarter_of_the_room_and_their_edges(large: np.ndarray) -> None:
    wide = np.tile(large, 6)[:, :384]
    assert len(dense.FaissIndex.build(wide).to_bytes()) < 0.5 * wide.nbytes
