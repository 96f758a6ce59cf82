"""Inner-product search in FAISS: exact for most bases, a graph over 8-bit vectors for large ones."""

from __future__ import annotations

import importlib.util
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts import arrays
from chatbot.types import Progress, Vectors, no_progress

Found = tuple[NDArray[np.int64], NDArray[np.float32]]

FILE = "vectors.faiss"
"""File name of the saved index."""


EXACT_UP_TO = 50_000
"""Largest number of vectors that are compared exhaustively; above it a graph is searched (HNSW, Malkov and Yashunin
2018)."""
NEIGHBOURS, BUILD_WIDTH = 16, 80
"""Edges per vector in the graph, and candidates considered when a vector is inserted."""
LEAST_RECALL, WIDTHS = 0.98, (256, 512, 1024)
"""Search widths to choose from: the smallest is used with which `LEAST_RECALL` of the ten nearest are found."""
TRAINED_ON, BLOCK = 100_000, 20_000
"""Number of vectors that the 8-bit codes are fitted to, and number inserted between two reports of progress."""
SAMPLED = 200
NOISE = 0.5
"""Length of the noise added to stored vectors to make the queries with which recall is measured."""

_log = logging.getLogger(__name__)


def available() -> bool:
    """Whether faiss is installed."""
    return importlib.util.find_spec("faiss") is not None


class FaissIndex:
    """Vectors whose id is their position. Safe for concurrent searches."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, progress: Progress = no_progress) -> FaissIndex:
        """Index vectors of shape (n, dimension); above `EXACT_UP_TO` as a graph, whose recall@10 is logged."""
        if len(vectors) > EXACT_UP_TO:
            return cls(_graph(vectors, progress))
        faiss = _faiss()
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FaissIndex:
        """Read a file written by `save`; a large one is memory-mapped. Raises ValueError for anything else."""
        faiss = _faiss()
        try:
            mapped = path.stat().st_size >= arrays.MAPPED_FROM
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0))
        except RuntimeError as error:  # the only exception type that faiss raises
            raise ValueError(f"not a FAISS index: {error}") from error

    def save(self, path: Path) -> None:
        """Write the index in FAISS's own format. Raises OSError."""
        try:
            _faiss().write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written: {error}") from error

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their dimension."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, vector: Vectors, limit: int) -> Found:
        """Ids and inner products of the `limit` nearest vectors, best first; `vector` has shape (dimension,)."""
        _faiss()  # the number of threads is a per-thread setting
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, ids = self._index.search(query, min(limit, self.shape[0]))
        return ids[0], scores[0]


def _graph(vectors: Vectors, progress: Progress) -> Any:
    """The graph with the smallest search width that reaches `LEAST_RECALL` against exact search."""
    import faiss

    faiss.omp_set_num_threads(os.cpu_count() or 1)
    kind: Any = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexHNSWSQ(vectors.shape[1], kind, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = BUILD_WIDTH
    draw = np.random.default_rng(0)
    index.train(vectors[np.sort(draw.choice(len(vectors), min(len(vectors), TRAINED_ON), replace=False))])
    for start in range(0, len(vectors), BLOCK):
        progress("Building the search graph", start / len(vectors))
        index.add(np.ascontiguousarray(vectors[start : start + BLOCK], dtype=np.float32))
    queries = vectors[draw.choice(len(vectors), SAMPLED)]
    queries = queries + draw.normal(0.0, NOISE / np.sqrt(vectors.shape[1]), queries.shape).astype(np.float32)
    nearest = _nearest(vectors, queries, 10)
    for width in WIDTHS:
        index.hnsw.efSearch = width
        found = index.search(queries, 10)[1]
        recall = float(
            np.mean([len(set(a) & set(b)) / 10 for a, b in zip(nearest.tolist(), found.tolist(), strict=True)])
        )
        if recall >= LEAST_RECALL:
            break
    _log.info("search graph over %d phrasings: recall@10 %.3f against exact search", len(vectors), recall)
    progress(f"Search graph over {len(vectors):,} phrasings: recall@10 {recall:.3f} against exact search", 1.0)
    return index


def _nearest(vectors: Vectors, queries: Vectors, limit: int) -> NDArray[np.int64]:
    """Exact search, block by block; ids of shape (queries, limit)."""
    best = np.full((len(queries), 0), 0.0, dtype=np.float32)
    ids = np.empty((len(queries), 0), dtype=np.int64)
    for start in range(0, len(vectors), BLOCK):
        near = queries @ vectors[start : start + BLOCK].T
        best = np.concatenate([best, near], axis=1)
        ids = np.concatenate([ids, np.broadcast_to(np.arange(start, start + near.shape[1]), near.shape)], axis=1)
        order = np.argsort(-best, axis=1)[:, :limit]
        best, ids = np.take_along_axis(best, order, 1), np.take_along_axis(ids, order, 1)
    return ids


def _faiss() -> Any:
    import faiss

    faiss.omp_set_num_threads(1)  # a single query gains nothing from threads, and concurrent queries get slower
    return faiss
