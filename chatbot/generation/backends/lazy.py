"""A generator that is loaded on first use, so that answering from the FAQ never waits for torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import PieceStream
from chatbot.ports import Generator


class LazyGenerator:
    """Loads a generator on first use; the version is known before. Thread-safe."""

    def __init__(self, version: str, load: Callable[[], Generator], *, instructions: str = "") -> None:
        self._instructions = instructions
        self._version = version
        self._load = load
        self._lock = threading.Lock()
        self._loaded: Generator | None = None

    @property
    def version(self) -> str:
        return self._version

    @property
    def instructions(self) -> str:
        """The instructions given to the model, known before it is loaded."""
        return self._instructions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream from the loaded generator; raises the errors of loading."""
        yield from self._generator().stream(history, hits, lang=lang)

    def _generator(self) -> Generator:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded
