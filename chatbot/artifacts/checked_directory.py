"""Saved directories whose manifest holds the digest of each file; if anything does not match, the directory is ignored.

Unlike a published directory it is rewritten in place: its contents are derived from other data and may be lost.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.artifacts.publishing import MANIFEST, Write, replace_file, write_json

KEPT = 4
"""Number of directories kept when a new one is written: the current one and a few to go back to."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Saved:
    """A complete, undamaged directory."""

    facts: Mapping[str, Any]
    files: Mapping[str, Path]


def write(directory: Path, files: Mapping[str, Write], facts: Mapping[str, Any]) -> None:
    """Write a directory so that a reader sees all of it or nothing. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MANIFEST).unlink(missing_ok=True)
    for name, content in files.items():
        replace_file(directory / name, content)
    digests = {name: _digest(directory / name) for name in files}
    write_json(directory / MANIFEST, {"facts": facts, "files": digests})


def facts(directory: Path) -> Mapping[str, Any]:
    """The facts in the manifest, unchecked; empty if it cannot be read."""
    try:
        return dict(json.loads((directory / MANIFEST).read_bytes())["facts"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def read(directory: Path) -> Saved | None:
    """The directory's files, each read once to check it; None if one is missing, incomplete or damaged."""
    try:
        manifest = json.loads((directory / MANIFEST).read_bytes())
        digests, found = dict(manifest["files"]), dict(manifest["facts"])
        files = {name: directory / Path(name).name for name in digests}
        damaged = [path for name, path in files.items() if _digest(path) != digests[name]]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("The index in %s cannot be read and will be built again: %s", directory, error)
        return None
    if damaged:
        _log.warning("The index file %s is damaged and will be built again.", damaged[0])
        return None
    return Saved(found, files)


def newest_first(parent: Path) -> list[Path]:
    """The complete directories in `parent`, newest first."""
    return sorted((path.parent for path in parent.glob(f"*/{MANIFEST}")), key=_modified_at, reverse=True)


def prune(parent: Path, *, keep: Path) -> None:
    """Remove all but the newest directories beside `keep`; what cannot be removed stays."""
    for directory in [path for path in newest_first(parent) if path != keep][KEPT - 1 :]:
        shutil.rmtree(directory, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _modified_at(directory: Path) -> float:
    try:
        return (directory / MANIFEST).stat().st_mtime
    except OSError:
        return 0.0
