"""Boosted trees over the evidence: probabilities from plain arrays, so that serving needs no training library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ARRAYS = ("feature", "threshold", "left", "right", "value")
"""Of all nodes, shape (trees, nodes): a node without children points to itself, and only such nodes have a value."""


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of regression trees in log-odds. Safe for concurrent use."""

    arrays: Mapping[str, NDArray[Any]]
    baseline: float
    depth: int
    """Longest path from the root to a leaf, in steps."""

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], baseline: float) -> Trees:
        """Trees from their arrays.

        Raises:
            ValueError: the arrays do not belong together.
        """
        if set(arrays) != set(ARRAYS) or len({arrays[name].shape for name in ARRAYS}) != 1:
            raise ValueError("the arrays of the trees do not belong together")
        trees, nodes = arrays["left"].shape
        for side in ("left", "right"):
            if arrays[side].min() < 0 or arrays[side].max() >= nodes:
                raise ValueError("a node of the trees points outside")
        own = np.arange(nodes)[None, :]
        inner = (arrays["left"] != own) | (arrays["right"] != own)
        reached, depth = np.zeros((trees, nodes), dtype=bool), 0
        reached[:, 0] = True
        while (reached & inner).any():
            if depth == nodes:
                raise ValueError("the trees have no end")
            below = np.zeros_like(reached)
            for side in ("left", "right"):
                tree, node = np.nonzero(reached & inner)
                below[tree, arrays[side][tree, node]] = True
            reached, depth = below, depth + 1
        return cls(arrays, baseline, depth)

    def log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Shape (n,) for features of shape (n, columns)."""
        rows = np.arange(len(self.arrays["left"]))[:, None]
        at = np.zeros((len(rows), len(features)), dtype=np.intp)
        each = np.arange(len(features))[None, :]
        for _ in range(self.depth):
            values = features[each, self.arrays["feature"][rows, at]]
            left = values <= self.arrays["threshold"][rows, at]
            at = np.where(left, self.arrays["left"][rows, at], self.arrays["right"][rows, at])
        total: NDArray[np.float64] = self.baseline + self.arrays["value"][rows, at].sum(axis=0)
        return total
