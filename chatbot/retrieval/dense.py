"""Inner-product search in FAISS: exact for most bases, a graph over 8-bit vectors for large ones.

The only file that knows faiss. Knows: unit vectors by ordinal number. Does not know: texts, entries, languages.
"""

from __future__ import annotations

import importlib.util
import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Found = tuple[NDArray[np.int64], NDArray[np.float32]]

FILE = "vectors.faiss"
"""Name of the saved index."""


EXACT_UP_TO = 50_000
"""Most vectors that are compared one by one; above, a graph answers (HNSW, Malkov and Yashunin 2018)."""
NEIGHBOURS, BUILD_WIDTH = 32, 80
"""Edges of a vector in the graph, and how many candidates are weighed when it is put in."""
LEAST_RECALL, WIDTHS = 0.98, (256, 512, 1024)
"""Candidates that a search follows: the fewest with which `LEAST_RECALL` of the ten nearest are found."""
SAMPLED = 200
NOISE = 0.5
"""Length of what is added to stored vectors to make the queries that recall is measured with."""

_log = logging.getLogger(__name__)


def available() -> bool:
    """Whether faiss is installed."""
    return importlib.util.find_spec("faiss") is not None


class FaissIndex:
    """Vectors whose id is their position; safe for concurrent searches."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaissIndex:
        """Index vectors of shape (n, dimension); above `EXACT_UP_TO` as a graph, whose recall@10 is logged."""
        if len(vectors) > EXACT_UP_TO:
            return cls(_graph(np.ascontiguousarray(vectors, dtype=np.float32)))
        faiss = _faiss()
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        ids = np.arange(len(vectors), dtype=np.int64)
        index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        return cls(index)

    @classmethod
    def from_bytes(cls, raw: bytes) -> FaissIndex:
        """Read what `to_bytes` wrote. Raises ValueError for anything else."""
        try:
            return cls(_faiss().deserialize_index(np.frombuffer(raw, dtype=np.uint8)))
        except RuntimeError as error:  # the only error type of faiss
            raise ValueError(f"not a FAISS index: {error}") from error

    def to_bytes(self) -> bytes:
        """The index in FAISS's own format."""
        return bytes(_faiss().serialize_index(self._index).tobytes())

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their length."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, vector: Vectors, limit: int) -> Found:
        """Ids and inner products of the `limit` nearest vectors, best first; `vector` has shape (dimension,)."""
        _faiss()  # the number of threads is a setting of the calling thread
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, ids = self._index.search(query, min(limit, self.shape[0]))
        return ids[0], scores[0]


def _graph(vectors: Vectors) -> Any:
    """The graph with the least width that finds what exact search finds."""
    import faiss

    kind: Any = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexHNSWSQ(vectors.shape[1], kind, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = BUILD_WIDTH
    index.train(vectors)
    index.add(vectors)
    draw = np.random.default_rng(0)
    queries = vectors[draw.choice(len(vectors), SAMPLED)]
    queries = queries + draw.normal(0.0, NOISE / np.sqrt(vectors.shape[1]), queries.shape).astype(np.float32)
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(vectors)
    nearest = exact.search(queries, 10)[1]
    for width in WIDTHS:
        index.hnsw.efSearch = width
        found = index.search(queries, 10)[1]
        recall = float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(nearest, found, strict=True)]))
        if recall >= LEAST_RECALL:
            break
    _log.info("search graph over %d phrasings: recall@10 %.3f against exact search", len(vectors), recall)
    return index


def _faiss() -> Any:
    import faiss

    faiss.omp_set_num_threads(1)  # a single query gains nothing from threads, concurrent ones lose by them
    return faiss
