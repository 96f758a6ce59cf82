"""Work that is done again and again in a thread."""

from __future__ import annotations

import logging
import queue

import pytest

from chatbot.concurrency.periodic import repeat
from chatbot.errors import StorageError


def test_it_goes_on_after_a_failure_and_stops_when_told(caplog: pytest.LogCaptureFixture) -> None:
    failures: list[Exception] = [StorageError("The disk is full."), RuntimeError("a bug")]
    done: queue.Queue[int] = queue.Queue()

    def work() -> None:
        done.put(len(failures))
        if failures:
            raise failures.pop(0)

    with caplog.at_level(logging.WARNING):
        stop = repeat(work, every=0.001, name="counting")
        assert [done.get(timeout=30) for _ in range(4)] == [2, 1, 0, 0]
        stop.set()
    assert [record.getMessage() for record in caplog.records] == ["counting: The disk is full.", "counting failed"]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True]
