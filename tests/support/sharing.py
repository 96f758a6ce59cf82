"""Directories that are expensive to build, shared by all test workers: the first one that needs it builds it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """The directory of that name in this run, whichever worker of pytest-xdist built it. Never change it: copy it.

    `build` gets a path that does not exist yet; its result is used as a whole, or not at all if it raises.
    """
    own = factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    directory = shared / name / name  # alone in its folder: what a build leaves beside it would be seen
    directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(shared / f"{name}.lock"):
        if not directory.exists():
            begun = directory.with_name(f"{name}.begun")
            shutil.rmtree(begun, ignore_errors=True)
            build(begun)
            begun.rename(directory)
    return directory
