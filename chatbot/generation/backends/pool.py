"""A bounded pool in front of a generator: few replies are written at once, and none delays anything else.

Knows: threads. Does not know: models. Between two pieces the writing threads let answers pass that take milliseconds.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from chatbot.concurrency.priority import SHARED, PriorityGate
from chatbot.domain import FaqHit, Message
from chatbot.errors import GeneratorUnavailable
from chatbot.generation.backends.pieces import Piece, pieces_of
from chatbot.ports import Generator

_END = None


class PooledGenerator:
    """Thread-safe. `workers` replies are written at once, and `waiting` more may wait for one to end."""

    def __init__(self, inner: Generator, *, workers: int = 1, waiting: int = 8, gate: PriorityGate = SHARED) -> None:
        self.inner = inner
        self._gate = gate
        self._places = threading.BoundedSemaphore(workers + waiting)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="generator")

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def instructions(self) -> str:
        """What the model is told beside the conversation, empty where nothing is."""
        return str(getattr(self.inner, "instructions", ""))

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[str]:
        """Stream from the inner generator. Closing the iterator stops it at its next token, also while it waits.

        Raises:
            GeneratorUnavailable: too many replies are waiting.
        """
        for piece in self.scored(history, hits, lang=lang):
            yield piece.text

    def scored(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[Piece]:
        """The same in scored pieces."""
        if not self._places.acquire(blocking=False):
            raise GeneratorUnavailable("too many replies are being written")
        gone = threading.Event()
        made: queue.SimpleQueue[Piece | BaseException | None] = queue.SimpleQueue()
        try:
            self._pool.submit(self._write, lambda: pieces_of(self.inner, history, hits, lang=lang), made, gone)
        except RuntimeError:  # the interpreter is shutting down
            self._places.release()
            raise
        try:
            while (piece := made.get()) is not _END:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            gone.set()

    def _write(
        self,
        start: Callable[[], Iterator[Piece]],
        made: queue.SimpleQueue[Piece | BaseException | None],
        gone: threading.Event,
    ) -> None:
        try:
            if gone.is_set():
                return
            self._gate.give_way()
            pieces = start()
            for piece in pieces:
                if gone.is_set():
                    break
                made.put(piece)
                self._gate.give_way()
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        except BaseException as error:  # noqa: BLE001  # raised again in the thread that reads
            made.put(error)
        finally:
            self._places.release()
            made.put(_END)
