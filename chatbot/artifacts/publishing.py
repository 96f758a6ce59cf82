"""Writes files and directories so that a reader sees all or nothing, whenever the writer is killed.

Data is synced to disk before it gets its name, and readable by other accounts: a server may run under one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
"""Written last into a directory; without it the directory does not exist for readers."""
_FILE_MODE, _DIRECTORY_MODE = 0o644, 0o755
_ATTEMPTS = 3

Write = Callable[[Path], object]
"""Writes one file, or fills one directory."""


def publish(directory: Path, fill: Write, manifest: Mapping[str, Any] | None = None) -> None:
    """Fill a hidden directory beside `directory`, then rename it; an older one there is replaced.

    Args:
        directory: where the result goes.
        fill: gets an empty directory to write into.
        manifest: written after everything else; None if `fill` does that.

    Raises:
        OSError: the directory cannot be written. Nothing is left then, as after any error of `fill`.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        fill(unfinished)
        if manifest is not None:
            write_json(unfinished / MANIFEST, manifest, finite=True)
        for path in unfinished.rglob("*"):
            _settle(path)
        _settle(unfinished)
        _swap(unfinished, directory)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def replace_file(path: Path, write: Write) -> None:
    """Write a file beside `path`, then move it into place.

    Raises:
        OSError: the file cannot be written. The old file stays then, as after any error of `write`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", suffix=".tmp", delete=False) as file:
        unfinished = Path(file.name)
    try:
        write(unfinished)
        _settle(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_json(path: Path, value: object, *, finite: bool = False) -> None:
    """Replace a JSON file. Raises OSError, and ValueError for a number that is not finite if `finite` is set."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=not finite) + "\n"
    replace_file(path, lambda unfinished: unfinished.write_text(text, encoding="utf-8"))


def _swap(unfinished: Path, directory: Path) -> None:
    """Move an older directory aside in one step before the new one takes its name; of two writers the later wins."""
    for attempt in range(1, _ATTEMPTS + 1):
        with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as aside:
            old = Path(aside) / "old"
            with contextlib.suppress(FileNotFoundError):
                directory.replace(old)
            try:
                unfinished.replace(directory)
            except OSError:
                if not directory.exists() and old.exists():
                    old.replace(directory)
                if attempt == _ATTEMPTS:
                    raise
            else:
                return


def _settle(path: Path) -> None:
    """Make it readable for all and sync it to disk."""
    if path.is_dir():
        path.chmod(_DIRECTORY_MODE)
        return
    path.chmod(_FILE_MODE)
    with path.open("r+b") as file:  # Windows syncs only what may be written
        os.fsync(file.fileno())
