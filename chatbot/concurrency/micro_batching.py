"""Combines concurrent single calls into batches, without a thread of its own and without added delay.

A caller who finds the model idle runs at once; callers who arrive while it runs are served together by the next run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Seat(Generic[Item, Result]):
    __slots__ = ("error", "item", "lead", "result", "woken")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.lead = False
        self.woken: threading.Event | None = None


class Gathering(Generic[Item, Result]):
    """Turns `run(items) -> results` into a thread-safe `one(item) -> result`."""

    def __init__(self, run: Callable[[Sequence[Item]], Sequence[Result]], *, largest_batch: int = 32) -> None:
        self._run = run
        self._largest = largest_batch
        self._lock = threading.Lock()
        self._waiting: list[_Seat[Item, Result]] = []
        self._busy = False

    def one(self, item: Item) -> Result:
        """The result for one item. An error of the run is raised to every caller in that batch."""
        seat: _Seat[Item, Result] = _Seat(item)
        with self._lock:
            if self._busy:
                seat.woken = threading.Event()
                self._waiting.append(seat)
            else:
                self._busy = True
                seat.lead = True
        if seat.woken is not None:
            seat.woken.wait()
        if seat.lead:
            self._lead(seat)
        if seat.error is not None:
            raise seat.error
        return seat.result  # type: ignore[return-value]  # set by the leader whenever there is no error

    def _lead(self, own: _Seat[Item, Result]) -> None:
        """Run the batch that holds `own`, then pass the lead to the first caller who arrived meanwhile."""
        with self._lock:
            batch = [own, *self._waiting[: self._largest - 1]]
            del self._waiting[: self._largest - 1]
        try:
            for seat, result in zip(batch, self._run([seat.item for seat in batch]), strict=True):
                seat.result = result
        except BaseException as error:  # noqa: BLE001  # handed to every waiting caller, who raises it
            for seat in batch:
                seat.error = error
        with self._lock:
            heir = self._waiting.pop(0) if self._waiting else None
            self._busy = heir is not None
        for seat in batch[1:]:
            seat.woken.set()  # type: ignore[union-attr]  # every seat but the leader's own waited
        if heir is not None and heir.woken is not None:
            heir.lead = True
            heir.woken.set()
