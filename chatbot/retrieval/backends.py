"""Where a dense index is stored: in files beside the others, or in a backend of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chatbot.artifacts.publishing import Write
from chatbot.retrieval import dense, exact
from chatbot.retrieval.dense import FaissIndex
from chatbot.retrieval.exact import ExactIndex
from chatbot.retrieval.phrasings import DenseIndex
from chatbot.types import Progress, Vectors


@dataclass(frozen=True, slots=True)
class DenseBackend:
    """How dense indexes are built, loaded and saved. An index is named by the fingerprint of its contents."""

    name: str
    build: Callable[[Vectors, str, Progress], DenseIndex]
    """Builds an index of that name from vectors of shape (n, dimension)."""
    load: Callable[[str, Mapping[str, Path]], DenseIndex]
    """Loads an index by its name and the files saved with it. Raises KeyError or ValueError if it is not there."""
    files: Callable[[DenseIndex], Mapping[str, Write]] = field(default=lambda _index: {})
    """File names with the functions that write them."""


def in_files() -> DenseBackend:
    """FAISS, or NumPy if faiss is not installed."""
    if not dense.available():
        return DenseBackend("numpy", lambda vectors, _name, _progress: ExactIndex(vectors), _load_exact, _exact_files)
    return DenseBackend(
        "faiss", lambda vectors, _name, progress: FaissIndex.build(vectors, progress), _load_faiss, _faiss_files
    )


def _load_faiss(_name: str, files: Mapping[str, Path]) -> DenseIndex:
    return FaissIndex.load(files[dense.FILE])


def _load_exact(_name: str, files: Mapping[str, Path]) -> DenseIndex:
    return ExactIndex.load(files[exact.FILE])


def _faiss_files(index: DenseIndex) -> Mapping[str, Write]:
    return {dense.FILE: partial(FaissIndex.save, index)} if isinstance(index, FaissIndex) else {}


def _exact_files(index: DenseIndex) -> Mapping[str, Write]:
    return {exact.FILE: partial(ExactIndex.save, index)} if isinstance(index, ExactIndex) else {}
