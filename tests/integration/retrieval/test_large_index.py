"""Above a number of phrasings a graph over 8-bit vectors answers instead of exact search."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from chatbot.artifacts import arrays
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
    oracle = exact.ExactIndex(vectors)
    queries = clustered(4_100)[4_000:]
    return float(np.mean([len({*index.search(q, 10)[0]} & {*oracle.search(q, 10)[0]}) / 10 for q in queries]))


def test_a_large_base_finds_what_exact_search_finds(large: np.ndarray, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        index = dense.FaissIndex.build(large)
    assert index.shape == large.shape
    assert recall(index, large) >= 0.98
    assert "recall@10" in caplog.text


@pytest.mark.parametrize("mapped", [False, True])
def test_it_is_saved_and_read_with_its_width(
    mapped: bool, large: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "MAPPED_FROM", 0 if mapped else 1 << 40)
    index = dense.FaissIndex.build(large)
    index.save(tmp_path / "large")
    again = dense.FaissIndex.load(tmp_path / "large")
    for query in large[:20]:
        assert (index.search(query, 10)[0] == again.search(query, 10)[0]).all()


def test_vectors_take_a_quarter_of_the_room_and_their_edges(large: np.ndarray, tmp_path: Path) -> None:
    wide = np.tile(large, 6)[:, :384]
    dense.FaissIndex.build(wide).save(tmp_path / "wide")
    assert (tmp_path / "wide").stat().st_size < 0.4 * wide.nbytes
