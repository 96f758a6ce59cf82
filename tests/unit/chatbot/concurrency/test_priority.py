"""Long work waits between its steps for quick work, and not for ever."""

from __future__ import annotations

import threading

from chatbot.concurrency.priority import Courtesy
from chatbot.generation.backends.pool import PooledGenerator
from support.fakes.core import FakeGenerator
from support.fakes.generation import said

PATIENCE = 20.0


def test_nobody_waits_where_nothing_is_quick() -> None:
    assert Courtesy(longest=PATIENCE).let_pass() == 0.0


def test_long_work_goes_on_as_soon_as_the_last_quick_one_ends() -> None:
    courtesy = Courtesy(longest=PATIENCE)
    begun, passed = threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        courtesy.let_pass()
        passed.set()

    thread = threading.Thread(target=long)
    with courtesy.quick():
        with courtesy.quick():
            thread.start()
            assert begun.wait(PATIENCE)
        assert not passed.is_set()
    assert passed.wait(PATIENCE)
    thread.join()


def test_a_step_waits_only_so_long() -> None:
    courtesy = Courtesy(longest=0.001)
    with courtesy.quick():
        assert courtesy.let_pass() >= 0.001


def test_a_reply_that_is_written_lets_answers_pass() -> None:
    courtesy = Courtesy(longest=PATIENCE)
    inner = FakeGenerator(["Hello", " there", "!"])
    stream = PooledGenerator(inner, courtesy=courtesy).stream(said("hi"), (), lang="en")
    with courtesy.quick():
        reader = threading.Thread(target=lambda: list(stream))
        reader.start()
        reader.join(0.02)
        assert inner.said == 0
    reader.join(PATIENCE)
    assert inner.said == 3


def test_an_error_in_quick_work_frees_the_way() -> None:
    courtesy = Courtesy(longest=PATIENCE)
    try:
        with courtesy.quick():
            raise ValueError
    except ValueError:
        pass
    assert courtesy.let_pass() == 0.0
