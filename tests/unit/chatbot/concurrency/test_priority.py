"""Long work waits between its steps for quick work, and not for ever."""

from __future__ import annotations

import threading

from chatbot.concurrency.priority import PriorityGate
from chatbot.generation.backends.pool import PooledGenerator
from support.fakes.core import FakeGenerator
from support.fakes.generation import said

PATIENCE = 20.0


def test_nobody_waits_where_nothing_is_quick() -> None:
    assert PriorityGate(longest=PATIENCE).give_way() == 0.0


def test_long_work_goes_on_as_soon_as_the_last_quick_one_ends() -> None:
    gate = PriorityGate(longest=PATIENCE)
    begun, passed = threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        gate.give_way()
        passed.set()

    thread = threading.Thread(target=long)
    with gate.urgent():
        with gate.urgent():
            thread.start()
            assert begun.wait(PATIENCE)
        assert not passed.is_set()
    assert passed.wait(PATIENCE)
    thread.join()


def test_a_step_waits_only_so_long() -> None:
    gate = PriorityGate(longest=0.001)
    with gate.urgent():
        assert gate.give_way() >= 0.001


def test_a_reply_that_is_written_lets_answers_pass() -> None:
    gate = PriorityGate(longest=PATIENCE)
    inner = FakeGenerator(["Hello", " there", "!"])
    stream = PooledGenerator(inner, gate=gate).stream(said("hi"), (), lang="en")
    with gate.urgent():
        reader = threading.Thread(target=lambda: list(stream))
        reader.start()
        reader.join(0.02)
        assert inner.said == 0
    reader.join(PATIENCE)
    assert inner.said == 3


def test_an_error_in_quick_work_frees_the_way() -> None:
    gate = PriorityGate(longest=PATIENCE)
    try:
        with gate.urgent():
            raise ValueError
    except ValueError:
        pass
    assert gate.give_way() == 0.0
