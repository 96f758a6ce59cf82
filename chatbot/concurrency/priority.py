"""Urgent work goes first: long work that can pause between its steps waits while a reply needs the processor.

Thread priorities alone cannot do this: a low-priority thread that holds the interpreter lock blocks all others for as
long as it is not scheduled.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 0.05
"""Longest wait of one step of the long work, in seconds: it must continue however much urgent work there is."""


class PriorityGate:
    """Lets urgent work overtake long work. Thread-safe."""

    def __init__(self, *, longest: float = _LONGEST) -> None:
        self._longest = longest
        self._changed = threading.Condition()
        self._busy = 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """While the block runs, `give_way` waits."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                if not self._busy:
                    self._changed.notify_all()

    def give_way(self) -> float:
        """Called between two steps of long work; returns the seconds waited."""
        time.sleep(0)  # releases the interpreter lock: Python itself takes it from a busy thread only after 5 ms
        if not self._busy:
            return 0.0
        started = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, self._longest)
        return time.monotonic() - started


SHARED = PriorityGate()
"""The gate of this process, all of which shares the processor."""
