"""Runs independent fits side by side.

Knows: threads and the thread pools of the linear algebra libraries. Does not know: what is fitted.
"""

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
    """Linear algebra on one thread, and solvers that were stopped early say nothing.

    Many small products lose more to waiting threads than they gain (20 times, measured on a busy machine), most of all
    beside a server that answers; and one thread gives the same digits every time.
    """
    with threadpool_limits(limits=1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits of an optimum are not worth the time
        yield


def side_by_side(
    work: Callable[[Item], Result], items: Sequence[Item], progress: Callable[[float], None]
) -> list[Result]:
    """The results in the order of the items, computed by a thread for each processor.

    `progress` is called on the thread of the caller with the share done, 0 to 1.
    """
    workers = max(1, min(_MOST, os.cpu_count() or 1, len(items)))
    results = []
    with ThreadPoolExecutor(workers, thread_name_prefix="fit") as pool:
        for result in pool.map(work, items):
            results.append(result)
            progress(len(results) / len(items))
    return results
