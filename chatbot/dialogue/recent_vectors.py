"""Vectors of the texts that were encoded last: the topic of a follow-up is mostly the message before it."""

from __future__ import annotations

import threading
from collections import OrderedDict

from chatbot.ports import Encoder
from chatbot.types import Vectors


class RecentVectors:
    """A cache of the texts encoded last. Safe to share between threads."""

    def __init__(self, most: int = 1_024) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def encoded(self, encoder: Encoder, text: str) -> Vectors:
        """The vector of a text, shape (dimension,); the same array for all callers, not to be written to."""
        key = encoder.id, text
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        vector: Vectors = encoder.encode_one(text)
        with self._lock:
            self._known[key] = vector
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return vector
