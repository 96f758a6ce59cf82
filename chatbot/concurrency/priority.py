"""Quick work goes first: long work that can pause between its steps waits while an answer needs the processor.

Knows: threads. Does not know: what is quick, what is long. Priorities of threads alone cannot do this: one of low
priority that holds the interpreter's lock keeps all others waiting for as long as it is not scheduled.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 0.05
"""Seconds that one step of the long work waits at most: it must go on however busy the quick work is."""


class Courtesy:
    """Thread-safe."""

    def __init__(self, *, longest: float = _LONGEST) -> None:
        self._longest = longest
        self._changed = threading.Condition()
        self._busy = 0

    @contextmanager
    def quick(self) -> Iterator[None]:
        """While the block runs, `let_pass` waits."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                if not self._busy:
                    self._changed.notify_all()

    def let_pass(self) -> float:
        """Called between two steps of long work; returns the seconds waited."""
        time.sleep(0)  # hands the interpreter's lock over: Python itself takes it from a busy thread after 5 ms only
        if not self._busy:
            return 0.0
        started = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, self._longest)
        return time.monotonic() - started


SHARED = Courtesy()
"""The one of this process, as the processor is shared by all of it."""
