"""Opens any file that can be imported as tables: CSV, TSV, XLSX, JSON Lines, or a ZIP of them.

One row is in memory at a time.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from chatbot.domain import RowProblem
from chatbot.errors import ImportDataError, Problem
from chatbot.importing.files.archive import members, unpacked
from chatbot.importing.files.columns import Column, Line, OpenTable, placed
from chatbot.importing.files.decoding import detect
from chatbot.importing.files.delimited import as_text, open_delimited
from chatbot.importing.files.json_lines import is_json_lines, open_json_lines
from chatbot.importing.files.workbook import is_workbook, open_workbook

HEAD_BYTES = 4_096
MAX_ROWS = 2_000_000


@contextmanager
def open_tables(
    source: Path | bytes,
    file: str,
    columns: Sequence[Column] = (),
    *,
    encoding: str | None = None,
    max_mb: float | None = None,
) -> Iterator[Iterator[OpenTable]]:
    """The tables of a file, one after another; each can be iterated once, before the next is requested.

    `columns` help to find the delimiter; `encoding` overrides the detection.

    Raises:
        ImportDataError: absent, too large, empty, or in no supported format.
    """
    with opened(source, file, max_mb=max_mb) as stream, ExitStack() as closing:
        yield _tables(stream, file, columns, encoding, closing, max_mb=max_mb)


@contextmanager
def open_text(
    source: Path | bytes, file: str, *, encoding: str | None = None, max_mb: float | None = None
) -> Iterator[tuple[io.TextIOWrapper, str]]:
    """A file as plain text from its beginning and the name of its encoding, for logs, which are not tables.

    Reading further may raise UnicodeDecodeError if the file is damaged.

    Raises:
        ImportDataError: absent, too large, empty or not text.
    """
    with opened(source, file, max_mb=max_mb) as stream:
        detected = detect(stream, file, named=encoding)
        yield as_text(stream, detected), detected.shown


@dataclass(slots=True)
class Reading:
    """The rows of a file as the requested columns. `notes` say which parts were left out; their row is 0."""

    file: str
    encoding: str = ""
    read: int = 0
    notes: list[RowProblem] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    """For each column, the header name that it was taken from."""
    header: tuple[str, ...] = ()
    _lines: Iterator[Line] = field(default_factory=lambda: iter(()))
    _place: IO[bytes] | None = None
    _size: int = 0

    def __iter__(self) -> Iterator[Line]:
        return self._lines

    @property
    def share(self) -> float:
        """Share of the file that is read, 0 to 1."""
        if self._place is None or self._place.closed or not self._size:
            return 1.0
        return min(1.0, self._place.tell() / self._size)


@contextmanager
def open_lines(
    source: Path | bytes,
    file: str,
    columns: Sequence[Column],
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    max_mb: float | None = None,
) -> Iterator[Reading]:
    """The rows of all tables of a file that have these columns. Sheets and members without them are noted.

    Raises:
        ImportDataError: as `open_tables`, or no table has the required columns.
    """
    with opened(source, file, max_mb=max_mb) as stream, ExitStack() as closing:
        size = stream.seek(0, os.SEEK_END)
        reading = Reading(file, _place=stream, _size=size)
        tables = _tables(stream, file, columns, encoding, closing, max_mb=max_mb)
        reading._lines = _fitting(tables, reading, columns, mapping or {})
        first = next(reading._lines)  # so that an unsuitable file is rejected at once
        reading._lines = _numbered(first, reading._lines, reading)
        yield reading


@contextmanager
def opened(source: Path | bytes, file: str, *, max_mb: float | None = None) -> Iterator[IO[bytes]]:
    """The bytes of a file as a seekable stream.

    Raises:
        ImportDataError: absent, unreadable or too large.
    """
    try:
        stream: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise ImportDataError(f"{error.filename} cannot be read: {error.strerror}. Check the path.") from error
    with stream:
        size = stream.seek(0, os.SEEK_END) / 1_000_000
        if max_mb is not None and size > max_mb:
            raise ImportDataError.of(
                "file_too_large",
                "{file} has {size:.1f} MB, the limit is {limit:g} MB. Split the file, or raise CHATBOT_MAX_IMPORT_MB.",
                file=file,
                size=size,
                limit=max_mb,
            )
        stream.seek(0)
        yield stream


def _numbered(first: Line, rest: Iterator[Line], reading: Reading) -> Iterator[Line]:
    reading.read = 1
    yield first
    for line in rest:
        reading.read += 1
        if reading.read > MAX_ROWS:
            raise ImportDataError.of(
                "too_many_rows", "{file} has more than {limit:,} rows. Split it.", file=reading.file, limit=MAX_ROWS
            )
        yield line


def _fitting(
    tables: Iterator[OpenTable], reading: Reading, columns: Sequence[Column], mapping: Mapping[str, str]
) -> Iterator[Line]:
    encodings: dict[str, None] = {}
    refused: ImportDataError | None = None
    fitting = False
    for table in tables:
        try:
            places = placed(table.file, table.header, columns, mapping)
            lines = table.lines(columns, mapping)
        except ImportDataError as error:
            if not table.place:
                raise
            refused = refused or error
            skipped = Problem.of("part_skipped", "{place} was not read: {why}", place=table.place, why=error.problem)
            reading.notes.append(RowProblem(0, "", skipped))
            continue
        if not fitting:
            reading.header = table.header
            reading.found = {name: table.header[at].strip() for name, at in places.items()}
        fitting = True
        encodings[table.encoding] = None
        reading.encoding = "; ".join(encodings)
        yield from lines
    if refused is not None and not fitting:
        raise refused


def _tables(
    stream: IO[bytes],
    file: str,
    columns: Sequence[Column],
    encoding: str | None,
    closing: ExitStack,
    *,
    max_mb: float | None,
) -> Iterator[OpenTable]:
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if not head.startswith(b"PK\x03\x04") or not zipfile.is_zipfile(stream):
        yield _open_one(stream, file, head, columns, encoding)
    elif is_workbook(stream):
        yield from open_workbook(stream, file, closing)
    else:
        archive = closing.enter_context(zipfile.ZipFile(stream))
        for info, name in members(archive, file, max_mb):
            yield from _member_tables(archive, info, f"{file}/{name}", name, columns, encoding, closing)


def _open_one(
    stream: IO[bytes], file: str, head: bytes, columns: Sequence[Column], encoding: str | None, place: str = ""
) -> OpenTable:
    if is_json_lines(head, file):
        return open_json_lines(stream, file, encoding=encoding, place=place)
    return open_delimited(stream, file, columns, encoding=encoding, place=place)


def _member_tables(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    file: str,
    place: str,
    columns: Sequence[Column],
    encoding: str | None,
    closing: ExitStack,
) -> Iterator[OpenTable]:
    stream = unpacked(archive, info, file, closing)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        if not is_workbook(stream):
            raise ImportDataError.of(
                "archive_nested",
                "{file} is an archive inside an archive. Unpack it and import the files in it.",
                file=file,
            )
        yield from open_workbook(stream, file, closing, place=place)
    else:
        yield _open_one(stream, file, head, columns, encoding, place)
