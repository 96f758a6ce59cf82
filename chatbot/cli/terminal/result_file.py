"""Result files of commands."""

from __future__ import annotations

import sys
from pathlib import Path

from chatbot.errors import StorageError


def write_file(path: Path, content: bytes) -> None:
    """Write a result file whole or not at all; `-` is stdout.

    Raises:
        StorageError: the file cannot be written.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        return
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
