"""A bounded pool in front of a generator: few replies are written at once, and none delays anything else.

Knows: threads. Does not know: models. Between two pieces the writing threads let answers pass that take milliseconds.
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
        return self.inner.instructions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream from the inner generator. Closing the iterator stops it at its next token, also while it waits.

        Raises:
            GeneratorUnavailable: too many replies are waiting.
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
        except BaseException as error:  # noqa: BLE001  # raised again in the thread that reads
            made.put(error)
        finally:
            self._places.release()
            made.put(_END)
