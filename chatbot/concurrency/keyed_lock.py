"""One lock per key, such as a conversation: work under the same key runs one after another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from chatbot.errors import BusyError


class KeyedLock:
    """One lock per key in use; keys that nobody holds or waits for take no memory.

    The lock may be released by another thread than the one that acquired it: streams move between threads.
    """

    def __init__(self, *, longest_wait: float) -> None:
        """`longest_wait` is in seconds."""
        self._longest_wait = longest_wait
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Hold the lock of a key.

        Raises:
            BusyError: it was not released in time.
        """
        with self._guard:
            lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, users + 1)
        try:
            if not lock.acquire(timeout=self._longest_wait):
                raise BusyError("Your previous message is still being answered. Please wait a moment and try again.")
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._guard:
                lock, users = self._locks[key]
                if users == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = (lock, users - 1)
