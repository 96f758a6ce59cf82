"""Progress of an indexing, reported to whoever waits for it in the same thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from chatbot.types import Progress


class ProgressRelay:
    """Passes progress on to `always`, and to the watcher of the thread that does the work."""

    def __init__(self, always: Progress) -> None:
        self._always = always
        self._own = threading.local()

    def __call__(self, step: str, share: float) -> None:
        self._always(step, share)
        listening: Progress | None = getattr(self._own, "progress", None)
        if listening is not None:
            listening(step, share)

    @contextmanager
    def to(self, progress: Progress) -> Iterator[None]:
        """Until the block ends, what this thread does is reported to `progress` as well."""
        self._own.progress = progress
        try:
            yield
        finally:
            self._own.progress = None
