"""Reads what training wrote about a registered version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.errors import ArtifactError, NotFoundError

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores

_REPORT = "report.md"


def model_folder(opened: Stores, version: str) -> Path:
    """The directory of a registered version.

    Raises:
        NotFoundError: no such version.
    """
    from chatbot.bootstrap.models import registered_kind

    return opened.settings.models_dir(registered_kind(opened.registry, version)) / version


def report_text(folder: Path) -> str:
    """The report of a version (Markdown).

    Raises:
        NotFoundError: the version has none.
        ArtifactError: it cannot be read.
    """
    path = folder / _REPORT
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError as error:
        raise NotFoundError.of(
            "no_report",
            "Version {version} has no report: there is no {path}. A new training writes one.",
            version=folder.name,
            path=path,
        ) from error
    except OSError as error:
        raise ArtifactError(f"The report {path} cannot be read: {error.strerror}. Check its permissions.") from error


def report_pictures(folder: Path) -> tuple[tuple[str, bytes], ...]:
    """Names and contents of the pictures of a report (PNG).

    Raises:
        ArtifactError: one cannot be read.
    """
    try:
        return tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.png")))
    except OSError as error:
        raise ArtifactError(f"{error.filename} cannot be read: {error.strerror}. Check its permissions.") from error
