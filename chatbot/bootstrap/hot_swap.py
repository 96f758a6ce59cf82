"""The snapshot that replies use, replaced as a whole whenever the database names something newer."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable

from chatbot.concurrency.periodic import repeat
from chatbot.dialogue.snapshot import Snapshot
from chatbot.errors import ChatbotError

_LOG = logging.getLogger(__name__)


class LiveSnapshot:
    """Calling it gives the current snapshot.

    The thread that first sees a new revision builds; others go on with the old snapshot until it is swapped. A build
    that fails keeps the old snapshot and is tried again at the next revision.
    """

    def __init__(
        self,
        build: Callable[[Snapshot | None], Snapshot],
        revision: Callable[[], str],
        *,
        every: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`every` is how many seconds one look at the revision is good for; `refresh` always looks."""
        self._build = build
        self._revision = revision
        self._every = every
        self._clock = clock
        self._looked = -math.inf
        self._building = threading.Lock()
        self._current: tuple[str, Snapshot] | None = None
        self._stop: threading.Event | None = None

    def __call__(self) -> Snapshot:
        """The snapshot of the database's revision, or the last good one while that is being built."""
        current = self._current
        now = self._clock()
        followed = self._stop is not None and not self._stop.is_set()
        if current is not None and (followed or now - self._looked < self._every):
            return current[1]
        revision = self._revision()
        self._looked = now
        if current is not None and current[0] == revision:
            return current[1]
        if current is None:
            with self._building:
                return self._replace(self._revision())
        if self._building.acquire(blocking=False):
            try:
                return self._replace(revision)
            finally:
                self._building.release()
        return current[1]

    def follow(self, every: float) -> threading.Event:
        """Look for new revisions in a thread of its own, so that no reply ever waits for a build.

        Args:
            every: seconds between two looks.

        Returns:
            Set it to stop following.
        """
        self.refresh()
        self._stop = repeat(self.refresh, every=every, name="live snapshot")
        return self._stop

    def refresh(self) -> Snapshot:
        """Wait until the snapshot equals the database: for whoever has just changed it."""
        with self._building:
            return self._replace(self._revision())

    def _replace(self, revision: str) -> Snapshot:
        current = self._current
        if current is not None and current[0] == revision:
            return current[1]
        try:
            snapshot = self._build(current[1] if current is not None else None)
        except ChatbotError as error:
            if current is None:
                raise
            _LOG.error("the new revision cannot be loaded, so the previous one keeps answering: %s", error)
            snapshot = current[1]
        self._current = (revision, snapshot)
        return snapshot
