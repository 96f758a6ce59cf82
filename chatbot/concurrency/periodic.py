"""Periodic work in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from chatbot.errors import ChatbotError

_LOG = logging.getLogger(__name__)


def repeat(work: Callable[[], object], *, every: float, name: str) -> threading.Event:
    """Run `work` every `every` seconds until the returned event is set; exceptions are logged under `name`."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(every):
            try:
                work()
            except ChatbotError as error:
                _LOG.warning("%s: %s", name, error)
            except Exception:  # noqa: BLE001  # a thread has no caller, and the next time may be better
                _LOG.exception("%s failed", name)

    threading.Thread(target=run, name=name, daemon=True).start()
    return stop
