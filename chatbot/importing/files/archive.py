"""The members of a ZIP archive: which are read, their names and their bytes."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import IO

from chatbot.errors import ImportDataError

MAX_MEMBERS = 1_000
SPOOL_BYTES = 8_000_000
MAX_UNPACKED = 50
"""An archive may unpack to at most this many times the largest file."""
READABLE = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".json")
_NOT_OURS = ("__MACOSX/", ".")
UTF8_NAME = 0x800


def members(archive: zipfile.ZipFile, file: str, max_mb: float | None) -> list[tuple[zipfile.ZipInfo, str]]:
    """The members to read, with their names.

    Raises:
        ImportDataError: one is encrypted or in no supported format, there is none, or they are too many or too large.
    """
    found = []
    for info in archive.infolist():
        name = _name_of(info)
        if info.is_dir() or name.startswith(_NOT_OURS) or PurePosixPath(name).name.startswith("."):
            continue
        if info.flag_bits & 1:
            raise ImportDataError.of(
                "archive_locked",
                "{file} is protected with a password. Unpack it and import the files in it.",
                file=file,
            )
        if not name.casefold().endswith(READABLE):
            raise ImportDataError.of(
                "archive_member",
                "{file} holds {name}, which is no CSV, TSV, XLSX or JSONL file. Take it out.",
                file=file,
                name=name,
            )
        found.append((info, name))
    if not found:
        raise ImportDataError.of(
            "archive_empty", "{file} is an archive without a CSV, TSV, XLSX or JSONL file. Put one into it.", file=file
        )
    size = sum(info.file_size for info, _ in found) / 1_000_000
    limit = (max_mb or 1_000.0) * MAX_UNPACKED
    if size > limit or len(found) > MAX_MEMBERS:
        raise ImportDataError.of(
            "archive_too_large",
            "{file} unpacks to {size:,.0f} MB in {files:,} files, the limits are {limit:,.0f} MB and"
            " {most:,} files. Split it.",
            file=file,
            size=size,
            files=len(found),
            limit=limit,
            most=MAX_MEMBERS,
        )
    return found


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member; Chinese Windows writes GBK without declaring it."""
    if info.flag_bits & UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str, closing: ExitStack) -> IO[bytes]:
    """The bytes of a member, seekable until `closing` closes.

    Raises:
        ImportDataError: the archive is damaged there.
    """
    stream = closing.enter_context(tempfile.SpooledTemporaryFile(SPOOL_BYTES))  # noqa: SIM115  closed with the rest
    try:
        with archive.open(info) as packed:
            shutil.copyfileobj(packed, stream, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise ImportDataError.of(
            "archive_damaged", "{file} is damaged inside its archive ({error}). Pack it again.", file=file, error=error
        ) from error
    return stream
