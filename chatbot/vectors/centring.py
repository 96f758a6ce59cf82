"""Vectors without what they have in common: some encoders give a cosine above 0.7 to any two texts."""

from __future__ import annotations

import numpy as np

from chatbot.types import Vectors

_SMALLEST = 1e-9
_NOTHING_LEFT = 1e-5
"""Rows that are this close to the centre differ from it by rounding alone."""


def centred(vectors: Vectors) -> Vectors:
    """The vectors, shape (n, dimension), less their mean; of unit length again, or zero where nothing is left.

    A single vector has nothing in common with others and stays as it is.
    """
    if len(vectors) < 2:
        return vectors
    moved = np.asarray(vectors - vectors.mean(axis=0, keepdims=True), dtype=np.float32)
    moved[np.linalg.norm(moved, axis=1) <= _NOTHING_LEFT] = 0.0
    return scaled_to_unit(moved)


def scaled_to_unit(vectors: Vectors) -> Vectors:
    """The same array, its last axis scaled to unit length in place; zeros stay."""
    vectors /= np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _SMALLEST)
    return vectors
