"""A generator that is loaded when it is first needed, so that answering from the FAQ never waits for torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from chatbot.domain import FaqHit, Message
from chatbot.generation.backends.pieces import Piece, pieces_of
from chatbot.ports import Generator


class LazyGenerator:
    """Knows the version before anything is loaded. Thread-safe."""

    def __init__(self, version: str, load: Callable[[], Generator], *, instructions: str = "") -> None:
        self.instructions = instructions
        self._version = version
        self._load = load
        self._lock = threading.Lock()
        self._loaded: Generator | None = None

    @property
    def version(self) -> str:
        return self._version

    def warm(self) -> None:
        """Load now; raises what loading raises."""
        self._generator()

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[str]:
        """Stream from the loaded generator; see ports.Generator."""
        yield from self._generator().stream(history, hits, lang=lang)

    def scored(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[Piece]:
        """The same in scored pieces."""
        yield from pieces_of(self._generator(), history, hits, lang=lang)

    def _generator(self) -> Generator:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded
