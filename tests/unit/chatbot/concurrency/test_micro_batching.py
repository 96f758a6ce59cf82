"""Concurrent single calls share a run: nobody waits for company, nobody is forgotten, errors reach all concerned."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from chatbot.concurrency.micro_batching import Gathering

PATIENCE = 60  # seconds until a hung test gives up; nothing is measured with it


class Held:
    """A run that waits at a gate, so that a test decides who arrives meanwhile."""

    def __init__(self, answer: Callable[[str], str] = str.upper) -> None:
        self.batches: list[list[str]] = []
        self.entered = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self._answer = answer

    def __call__(self, items: Sequence[str]) -> list[str]:
        self.batches.append(list(items))
        self.entered.release()
        assert self.gate.acquire(timeout=PATIENCE)
        return [self._answer(item) for item in items]


class Queue(list[Any]):
    """The queue of a gathering, which says when somebody has joined it."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = threading.Semaphore(0)

    def append(self, seat: Any) -> None:
        super().append(seat)
        self.joined.release()


def queue_behind(gathering: Gathering[str, str], pool: ThreadPoolExecutor, items: Sequence[str]) -> list[Future[str]]:
    """Hand in items one after another while a run is held, so that their order is known."""
    queue = gathering._waiting = Queue()
    futures = []
    for item in items:
        futures.append(pool.submit(gathering.one, item))
        assert queue.joined.acquire(timeout=PATIENCE)
    return futures


def test_a_lone_call_runs_at_once_in_a_batch_of_one() -> None:
    sizes: list[int] = []

    def run(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        return [item * 2 for item in items]

    gathering = Gathering(run)
    assert [gathering.one(n) for n in (1, 2, 3)] == [2, 4, 6]
    assert sizes == [1, 1, 1]


def test_calls_that_arrive_during_a_run_share_the_next() -> None:
    held = Held()
    gathering = Gathering(held)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(gathering.one, "a")
        assert held.entered.acquire(timeout=PATIENCE)
        others = queue_behind(gathering, pool, ["b", "c", "d"])
        held.gate.release(2)
        assert first.result(PATIENCE) == "A"
        assert [future.result(PATIENCE) for future in others] == ["B", "C", "D"]
    assert held.batches == [["a"], ["b", "c", "d"]]


def test_a_batch_is_no_larger_than_allowed() -> None:
    held = Held()
    gathering = Gathering(held, largest_batch=2)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(gathering.one, "a")
        assert held.entered.acquire(timeout=PATIENCE)
        others = queue_behind(gathering, pool, ["b", "c", "d", "e", "f"])
        held.gate.release(4)
        assert [future.result(PATIENCE) for future in (first, *others)] == list("ABCDEF")
    assert held.batches == [["a"], ["b", "c"], ["d", "e"], ["f"]]


def test_a_largest_batch_of_one_serves_in_order() -> None:
    held = Held()
    gathering = Gathering(held, largest_batch=1)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(gathering.one, "a")
        assert held.entered.acquire(timeout=PATIENCE)
        others = queue_behind(gathering, pool, ["b", "c"])
        held.gate.release(3)
        assert [future.result(PATIENCE) for future in (first, *others)] == ["A", "B", "C"]
    assert held.batches == [["a"], ["b"], ["c"]]


def test_an_error_reaches_everyone_in_that_batch_and_nobody_else() -> None:
    def answer(item: str) -> str:
        if item == "bad":
            raise ValueError("bad item")
        return item.upper()

    held = Held(answer)
    gathering = Gathering(held, largest_batch=2)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(gathering.one, "a")
        assert held.entered.acquire(timeout=PATIENCE)
        others = queue_behind(gathering, pool, ["bad", "c", "d"])
        held.gate.release(3)
        assert first.result(PATIENCE) == "A"
        for spoilt in others[:2]:
            with pytest.raises(ValueError, match="bad item"):
                spoilt.result(PATIENCE)
        assert others[2].result(PATIENCE) == "D"


def test_after_an_error_the_next_call_runs_again() -> None:
    answers = iter([RuntimeError("once"), None])

    def run(items: Sequence[int]) -> list[int]:
        error = next(answers)
        if error is not None:
            raise error
        return list(items)

    gathering = Gathering(run)
    with pytest.raises(RuntimeError, match="once"):
        gathering.one(1)
    assert gathering.one(2) == 2


@pytest.mark.parametrize("results", [[], [1, 2]])
def test_a_run_that_gives_the_wrong_number_of_results_is_an_error(results: list[int]) -> None:
    gathering: Gathering[int, int] = Gathering(lambda _: results)
    with pytest.raises(ValueError, match="zip"):
        gathering.one(1)


def test_a_result_may_be_none() -> None:
    gathering: Gathering[int, None] = Gathering(lambda items: [None] * len(items))
    assert gathering.one(1) is None


def test_nobody_is_forgotten_when_sixteen_threads_call_two_hundred_times_each() -> None:
    running = threading.Lock()

    def run(items: Sequence[int]) -> list[int]:
        assert running.acquire(blocking=False), "two runs at the same time"
        try:
            return [item + 1 for item in items]
        finally:
            running.release()

    gathering = Gathering(run, largest_batch=5)
    together = threading.Barrier(16, timeout=PATIENCE)

    def work(worker: int) -> list[int]:
        together.wait()
        return [gathering.one(worker * 1000 + i) for i in range(200)]

    with ThreadPoolExecutor(16) as pool:
        done = [pool.submit(work, worker) for worker in range(16)]
        for worker, future in enumerate(done):
            assert future.result(PATIENCE) == [worker * 1000 + i + 1 for i in range(200)]
    assert gathering._waiting == []
    assert not gathering._busy
