"""Names of model versions, and the library versions recorded with them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def free_version(models_dir: Path, wanted: str) -> str:
    """Return the wanted name, with a number appended if it is taken, as when two trainings end in the same second."""
    name, number = wanted, 2
    while (models_dir / name).exists():
        name, number = f"{wanted}-{number}", number + 1
    return name


def library_versions(names: Iterable[str]) -> dict[str, str]:
    """The installed version of each library; one that is not installed is left out."""
    installed: dict[str, str] = {}
    for name in names:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            continue
    return installed
