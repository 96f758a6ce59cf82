"""A lock between processes of one machine that ends with its process, however that ends.

Knows: files. Does not know: what is locked.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chatbot.errors import TrainingError

_LOOK_SECONDS = 0.2


@contextmanager
def process_lock(path: Path, *, patience: float = 20.0) -> Iterator[None]:
    """Hold the lock of this file.

    Raises:
        TrainingError: another process held it longer than `patience` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        until = time.monotonic() + patience
        while not _taken(file):
            if time.monotonic() > until:
                raise TrainingError("Another training runs on this machine. Wait until it has ended.")
            time.sleep(_LOOK_SECONDS)
        try:
            yield
        finally:
            _give_back(file)


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of this file."""
    if not path.exists():
        return False
    with path.open("a+b") as file:
        if not _taken(file):
            return True
        _give_back(file)
    return False


def _taken(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _give_back(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)
