"""Progress of an indexing, told to whoever waits for it.

Knows: threads. Does not know: what is indexed, who waits.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from chatbot.types import Progress


class Listeners:
    """Passes progress on to `always`, and to the one that listens in the thread that does the work."""

    def __init__(self, always: Progress) -> None:
        self._always = always
        self._own = threading.local()

    def __call__(self, step: str, share: float) -> None:
        self._always(step, share)
        listening: Progress | None = getattr(self._own, "progress", None)
        if listening is not None:
            listening(step, share)

    @contextmanager
    def heard_by(self, progress: Progress) -> Iterator[None]:
        """Until the block ends, `progress` hears what this thread does."""
        self._own.progress = progress
        try:
            yield
        finally:
            self._own.progress = None
