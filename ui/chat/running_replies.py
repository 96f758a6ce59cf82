"""Which page is being answered right now, so that a reply can be stopped or left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_LONGEST_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Run:
    """One reply on its way. `stop` asks it to end, `left` says in addition that nobody looks at it any more."""

    stop: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


class RunningReplies:
    """At most one run per open page, by the page's id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}

    @contextmanager
    def begin(self, page: str) -> Iterator[Run | None]:
        """The page's run, for as long as the block lasts; None when it has one already."""
        run = Run()
        with self._lock:
            free = page not in self._runs
            if free:
                self._runs[page] = run
        if not free:
            yield None
            return
        try:
            yield run
        finally:
            with self._lock:
                del self._runs[page]
            run.done.set()

    def busy(self, page: str) -> bool:
        """Whether a reply is on its way to the page."""
        with self._lock:
            return page in self._runs

    def stop(self, page: str) -> None:
        """Ask the page's run to end; what it has said stays."""
        with self._lock:
            run = self._runs.get(page)
        if run is not None:
            run.stop.set()

    def leave(self, page: str) -> None:
        """End the page's run because the page shows something else now; returns when it will not draw any more."""
        with self._lock:
            run = self._runs.get(page)
        if run is not None:
            run.left.set()
            run.stop.set()
            run.done.wait(_LONGEST_WAIT_SECONDS)
