"""Measures the duration of one call."""

from __future__ import annotations

import time
from collections.abc import Callable


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
