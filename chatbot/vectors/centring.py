"""Subtracts what vectors have in common: some encoders give a cosine above 0.7 to any two texts."""

from __future__ import annotations

import numpy as np

from chatbot.types import Vectors

_SMALLEST = 1e-9
_NOTHING_LEFT = 1e-5
"""Rows this close to the mean differ from it only by rounding."""


def centred(vectors: Vectors) -> Vectors:
    """The vectors, shape (n, dimension), less their mean; scaled to unit length again, or zero if nothing is left.

    A single vector has nothing in common with others and is returned unchanged.
    """
    if len(vectors) < 2:
        return vectors
    moved = np.asarray(vectors - vectors.mean(axis=0, keepdims=True), dtype=np.float32)
    moved[np.linalg.norm(moved, axis=1) <= _NOTHING_LEFT] = 0.0
    return scaled_to_unit(moved)


def scaled_to_unit(vectors: Vectors) -> Vectors:
    """The same array, its last axis scaled to unit length in place; zeros stay zero."""
    vectors /= np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _SMALLEST)
    return vectors
