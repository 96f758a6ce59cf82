"""Keeps the rejected rows of imports until they are corrected, in one file per import."""

from __future__ import annotations

from pathlib import Path

from chatbot.errors import NotFoundError, StorageError

KEPT = 30
"""Maximum number of files; the oldest are deleted."""
_SUFFIX = ".rejects.csv"

MEDIA_TYPE = "text/csv; charset=utf-8"


class RejectedRows:
    """Files in one directory, which is created on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, import_id: str, rows: bytes) -> None:
        """Keep the rejected rows of an import, if there are any.

        Raises:
            StorageError: the directory cannot be written.
        """
        if not rows:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f"{import_id}.part"
            unfinished.write_bytes(rows)
            unfinished.replace(self._folder / f"{import_id}{_SUFFIX}")
            for old in self._files()[KEPT:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"The import is stored, but its rejected rows could not be kept in {self._folder}: {error.strerror}."
                " Import the same file again to get them."
            ) from error

    def ids(self) -> list[str]:
        """The imports whose rejected rows are kept, the newest first."""
        return [file.name.removesuffix(_SUFFIX) for file in self._files()]

    def rows(self, import_id: str) -> bytes:
        """The rejected rows of an import as CSV.

        Raises:
            NotFoundError: it had none, or they are no longer kept.
        """
        if import_id not in self.ids():
            raise NotFoundError(
                f"No rejected rows are kept of import {import_id!r}. Those of the last {KEPT} imports that had any are."
            )
        return (self._folder / f"{import_id}{_SUFFIX}").read_bytes()

    def _files(self) -> list[Path]:
        found = [file for file in self._folder.glob(f"*{_SUFFIX}") if file.name.removesuffix(_SUFFIX).isdigit()]
        return sorted(found, key=lambda file: -int(file.name.removesuffix(_SUFFIX)))
