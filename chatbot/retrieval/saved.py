"""An index directory: files first, `manifest.json` last; whatever does not add up does not exist.

Knows: bytes, names and digests. Does not know: what the files mean.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
KEPT = 4
"""Directories that stay when a new one is written: the current one and a few to go back to."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Saved:
    """A complete, undamaged index directory."""

    facts: Mapping[str, Any]
    files: Mapping[str, bytes]


def write(directory: Path, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write a directory so that a reader sees all of it or nothing. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MANIFEST).unlink(missing_ok=True)
    for name, content in files.items():
        _replace(directory / name, content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = json.dumps({"facts": facts, "files": digests}, ensure_ascii=False, indent=1)
    _replace(directory / MANIFEST, manifest.encode())


def read(directory: Path) -> Saved | None:
    """The directory's content, or None when it is missing, incomplete or damaged."""
    try:
        manifest = json.loads((directory / MANIFEST).read_bytes())
        digests, facts = dict(manifest["files"]), dict(manifest["facts"])
        files = {name: (directory / Path(name).name).read_bytes() for name in digests}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("The index in %s cannot be read and will be built again: %s", directory, error)
        return None
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != digests[name]:
            _log.warning("The index file %s is damaged and will be built again.", directory / name)
            return None
    return Saved(facts, files)


def prune(parent: Path, *, keep: Path) -> None:
    """Remove all but the newest index directories beside `keep`; what cannot be removed stays."""
    complete = [path.parent for path in parent.glob(f"*/{MANIFEST}") if path.parent != keep]
    by_age = sorted(complete, key=_written, reverse=True)
    for directory in by_age[KEPT - 1 :]:
        shutil.rmtree(directory, ignore_errors=True)


def _written(directory: Path) -> float:
    try:
        return (directory / MANIFEST).stat().st_mtime
    except OSError:
        return 0.0


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".tmp", delete=False) as file:
        unfinished = Path(file.name)
        file.write(content)
    unfinished.replace(path)
