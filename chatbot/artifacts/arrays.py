"""NumPy arrays as files: written without a copy in memory, large ones mapped instead of read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts.publishing import Write

SUFFIX = ".npy"
MAPPED_FROM = 32 << 20
"""Bytes from which a file is mapped: its pages are then read on demand and shared between processes."""

Array = NDArray[Any]


def writes(arrays: Mapping[str, Array]) -> dict[str, Write]:
    """By file name, the function that writes each array."""
    return {f"{name}{SUFFIX}": partial(save, array) for name, array in arrays.items()}


def read(path: Path) -> Array:
    """The array in a file. Raises ValueError for anything but an array."""
    try:
        found = np.load(path, mmap_mode="r" if path.stat().st_size >= MAPPED_FROM else None, allow_pickle=False)
    except EOFError as error:
        raise ValueError(f"not an array: {path} is empty") from error
    if not isinstance(found, np.ndarray):
        raise ValueError(f"not one array: {path}")  # noqa: TRY004  damage, not a wrong call
    return found


def save(array: Array, path: Path) -> None:
    """Write one array to a file of any name."""
    with path.open("wb") as file:  # given a name, NumPy would add a suffix to it
        np.save(file, array, allow_pickle=False)
