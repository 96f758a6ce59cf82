"""A bounded pool in front of a generator: few replies are generated at once, and none delays other requests.

Between two pieces the generating threads give way to answers that take only milliseconds.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from chatbot.concurrency.priority import SHARED, PriorityGate
from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.errors import GeneratorUnavailable
from chatbot.ports import Generator

_END = None


class PooledGenerator:
    """At most `workers` replies are generated at once, and at most `waiting` more are queued. Thread-safe."""

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
        """The instructions given to the model besides the conversation, empty if there are none."""
        return self.inner.instructions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream from the inner generator. Closing the iterator stops it at its next token, even while it is queued.

        Raises:
            GeneratorUnavailable: too many replies are queued.
        """
        if not self._places.acquire(blocking=False):
            raise GeneratorUnavailable("too many replies are being written")
        gone = threading.Event()
        made: queue.SimpleQueue[Piece | BaseException | None] = queue.SimpleQueue()
        try:
            self._pool.submit(self._write, lambda: self.inner.stream(history, hits, lang=lang), made, gone)
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
        start: Callable[[], PieceStream],
        made: queue.SimpleQueue[Piece | BaseException | None],
        gone: threading.Event,
    ) -> None:
        try:
            if gone.is_set():
                return
            self._gate.give_way()
            with closing(start()) as pieces:
                for piece in pieces:
                    if gone.is_set():
                        break
                    made.put(piece)
                    self._gate.give_way()
        except BaseException as error:  # noqa: BLE001 # raised again in the thread that reads
            made.put(error)
        finally:
            self._places.release()
            made.put(_END)
