"""Runs independent fits in parallel threads."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

_MOST = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Limit BLAS to one thread and silence convergence warnings inside the block.

    Many small products lose more time to thread synchronisation than they gain (a factor of 20, measured on a busy
    machine), especially beside a running server. One thread also makes results reproducible to the last digit.
    """
    with threadpool_limits(limits=1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits of an optimum are not worth the time
        yield


def side_by_side(
    work: Callable[[Item], Result], items: Sequence[Item], progress: Callable[[float], None]
) -> list[Result]:
    """Compute the results in the order of the items, with one thread per processor and at most 8.

    `progress` is called on the caller's thread with the share done, 0 to 1.
    """
    workers = max(1, min(_MOST, os.cpu_count() or 1, len(items)))
    results = []
    with ThreadPoolExecutor(workers, thread_name_prefix="fit") as pool:
        for result in pool.map(work, items):
            results.append(result)
            progress(len(results) / len(items))
    return results
