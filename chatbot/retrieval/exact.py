"""Exact inner-product search in NumPy: reference for the FAISS index, and fallback where faiss is not installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts import arrays
from chatbot.types import Vectors

Found = tuple[NDArray[np.int64], NDArray[np.float32]]

FILE = "vectors.npy"
"""File name of the saved index."""


class ExactIndex:
    """Same interface as `dense.FaissIndex`; ties are ordered by id."""

    def __init__(self, vectors: Vectors) -> None:
        """Index vectors of shape (n, dimension)."""
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)

    @classmethod
    def load(cls, path: Path) -> ExactIndex:
        """Read a file written by `save`. Raises ValueError for anything else."""
        vectors = arrays.read(path)
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError("not an array of float32 vectors")
        return cls(vectors)

    def save(self, path: Path) -> None:
        """Write the vectors in NumPy's own format."""
        arrays.save(self._vectors, path)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their dimension."""
        return self._vectors.shape[0], self._vectors.shape[1]

    def search(self, vector: Vectors, limit: int) -> Found:
        """Ids and inner products of the `limit` nearest vectors, best first; `vector` has shape (dimension,)."""
        scores = self._vectors @ np.asarray(vector, dtype=np.float32).reshape(-1)
        order = np.argsort(-scores, kind="stable")[:limit]
        return order.astype(np.int64), scores[order]
