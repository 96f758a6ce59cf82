"""Inner-product search in FAISS. The only file that knows faiss.

Knows: unit vectors by ordinal number. Does not know: texts, entries, languages.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Found = tuple[NDArray[np.int64], NDArray[np.float32]]

FILE = "vectors.faiss"
"""Name of the saved index."""


def available() -> bool:
    """Whether faiss is installed."""
    return importlib.util.find_spec("faiss") is not None


class FaissIndex:
    """Exact search (IndexFlatIP) over vectors whose id is their position; safe for concurrent searches."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaissIndex:
        """Index vectors of shape (n, dimension)."""
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


def _faiss() -> Any:
    import faiss

    faiss.omp_set_num_threads(1)  # a single query gains nothing from threads, concurrent ones lose by them
    return faiss
