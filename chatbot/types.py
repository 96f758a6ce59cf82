"""Type aliases that the whole project shares. NumPy is named for the type checker alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Unit vectors, one a row: shape (texts, dimension), float32; of a single text (dimension,)."""
Encode: TypeAlias = Callable[[Sequence[str]], "Vectors"]
"""Texts to their vectors, in order."""
Progress: TypeAlias = Callable[[str, float], None]
"""Is called with a step in words and the share of it that is done, 0 to 1."""


def no_progress(step: str, share: float) -> None:
    """Discards progress."""
