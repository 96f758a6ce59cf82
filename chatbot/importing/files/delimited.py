"""Reads a CSV or TSV file row by row: delimiter, quoting, line ends, quirks of spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from chatbot.errors import ImportDataError, Problem
from chatbot.importing.files.cells import unguarded
from chatbot.importing.files.columns import Column, OpenTable, Record, places_of
from chatbot.importing.files.decoding import ADVICE, MARK, Broken, Detected, binary, detect, empty, first_broken

DELIMITERS = (",", ";", "\t", "|")
HEADER_CHARS = 20_000
MAX_COLUMNS = 500
LINE_SHOWN = 100_000
"""Longest part of a line that errors look at. Cells have at most 131,072 characters, Python's limit, so an unclosed
quote ends soon."""
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"\Z')


def open_delimited(
    stream: IO[bytes], file: str, columns: Sequence[Column], *, encoding: str | None = None, place: str = ""
) -> OpenTable:
    """The table of a seekable file; `columns` help to find the delimiter.

    Raises:
        ImportDataError: empty, not text, or with a broken header line.
    """
    detected = detect(stream, file, named=encoding)
    skipped, delimiter = _delimiter(as_text(stream, detected, errors="replace").read(HEADER_CHARS), columns)
    text = as_text(stream, detected)
    try:
        if skipped:
            text.readline()
        records = _records(text, delimiter, file)
        header = next(records, [])
    except UnicodeDecodeError:
        raise _undecodable(stream, detected, file, delimiter) from None
    if not header:
        raise ImportDataError(empty(file))
    named = header_of(header, file)
    del header[len(named) :]  # the list by which the records below name their columns
    numbered = _numbered(records, stream, detected, file, delimiter)
    return OpenTable(file, detected.shown, named, numbered, place)


def header_of(cells: Sequence[str], file: str) -> tuple[str, ...]:
    """The header without trailing blank cells.

    Raises:
        ImportDataError: more than MAX_COLUMNS are left.
    """
    width = max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=1)
    if width > MAX_COLUMNS:
        raise ImportDataError.of(
            "too_many_columns",
            "{file} has {columns:,} columns, the limit is {limit}. Leave some out.",
            file=file,
            columns=width,
            limit=MAX_COLUMNS,
        )
    return tuple(cells[:width])


def as_text(stream: IO[bytes], detected: Detected, *, errors: str = "strict") -> io.TextIOWrapper:
    """The file as text from its beginning, without the byte order mark, with line ends unchanged."""
    mark = MARK.encode(detected.codec, "ignore")
    stream.seek(0)
    if not mark or stream.read(len(mark)) != mark:
        stream.seek(0)
    return _Text(stream, encoding=detected.codec, errors=errors, newline="")


class _Text(io.TextIOWrapper):
    """Text over a stream that its owner closes."""

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        if not self.closed:
            self.detach()


def _delimiter(head: str, columns: Sequence[Column]) -> tuple[bool, str]:
    """Whether a `sep=` line comes first, and the delimiter: the one it names, or the one that fits the header best."""
    named = _SEPARATOR_LINE.match(head)
    if named:
        return True, named.group(1)

    def fit(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True)
        try:
            header = next((record for record in reader if any(record)), [])
        except csv.Error:
            return 0, 0
        return len(places_of(header, columns)), len(header)

    return False, max(DELIMITERS, key=fit)


def _records(text: io.TextIOWrapper, delimiter: str, file: str) -> Iterator[list[str]]:
    """The header and the rows below it. A broken row raises an error with its number and column."""
    kept: list[str] = []

    def lines() -> Iterator[str]:
        for line in text:
            kept.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True, skipinitialspace=True)
    header: list[str] = []
    row = 0
    try:
        for record in reader:
            kept.clear()
            if header:
                row += 1
            elif any(cell.strip() for cell in record):
                header = record
            else:
                continue
            yield record
    except csv.Error as error:
        raise ImportDataError(_misquoted(file, error, row, header, kept, delimiter, reader.line_num)) from error


def _misquoted(
    file: str, error: csv.Error, row: int, header: list[str], kept: list[str], delimiter: str, line: int
) -> Problem:
    if header:
        where = Problem.of(
            "row_near_line",
            "row {row}, column {header!r}, near line {line}",
            row=row + 1,
            header=_column_of(kept, delimiter, header),
            line=line - len(kept) + 1,
        )
    else:
        where = Problem.of("header_near_line", "the header line, near line {line}", line=line)
    why = Problem.of("quote_misplaced", "a quotation mark is missing or misplaced")
    if "field larger" in str(error):  # the csv module has one exception for everything
        why = Problem.of(
            "cell_endless",
            "a cell is longer than {limit:,} characters, or its closing quotation mark is missing",
            limit=csv.field_size_limit(),
        )
    return Problem.of(
        "csv_broken",
        "{file} cannot be read as CSV in {where}: {why}. Correct that row or save the file as CSV again.",
        file=file,
        where=where,
        why=why,
    )


def _column_of(kept: Sequence[str], delimiter: str, header: Sequence[str]) -> str:
    """The header of the cell in which a broken row goes wrong."""
    line = (kept[0] if kept else "")[:LINE_SHOWN]
    ends = [at for at, char in enumerate(line) if char == delimiter][:MAX_COLUMNS]
    wrong = next((line[:end] for end in (*ends, len(line)) if _misplaced(line[:end], delimiter)), line)
    cells = next(csv.reader([wrong], delimiter=delimiter, skipinitialspace=True), [])
    return header[min(max(1, len(cells)), len(header)) - 1].strip()


def _misplaced(line: str, delimiter: str) -> bool:
    """Whether a quotation mark is where none may be; one that is still open does not count."""
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True), None)
    except csv.Error as error:
        return "end of data" not in str(error)
    return False


def _numbered(
    records: Iterator[list[str]], stream: IO[bytes], detected: Detected, file: str, delimiter: str
) -> Iterator[Record]:
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            joined = "".join(record)
            if "\x00" in joined:
                raise binary(file)
            special = "'" in joined or "=" in joined
            yield Record(number, [_cell(cell) for cell in record] if special else record)
    except UnicodeDecodeError:
        raise _undecodable(stream, detected, file, delimiter) from None


def _cell(cell: str) -> str:
    """The cell without the guard of an exported formula, or without the `="007"` that keeps digits as text."""
    if cell.startswith("'"):
        return unguarded(cell)
    wrapped = _AS_TEXT.match(cell) if cell.startswith("=") else None
    return wrapped.group(1).replace('""', '"') if wrapped else cell


def _undecodable(stream: IO[bytes], detected: Detected, file: str, delimiter: str) -> ImportDataError:
    """The error for bytes that are not text, with row and column: reads up to there once more."""
    broken = first_broken(stream, detected.codec) or Broken(1, 0, b"")
    stream.seek(0)
    sound = io.TextIOWrapper(
        io.BufferedReader(_UpTo(stream, broken.offset)), encoding=detected.codec, errors="ignore", newline=""
    )
    line = ""

    def lines() -> Iterator[str]:
        nonlocal line
        for line in sound:  # noqa: UP028  the last line is used below
            yield line

    header: list[str] = []
    row, cells = 0, 1
    for record in csv.reader(lines(), delimiter=delimiter, skipinitialspace=True):
        cells = len(record)
        if header:
            row += 1
        elif any(record):
            header = record
    if header and line.endswith(("\n", "\r")):
        row, cells = row + 1, 1
    where = Problem.of("in_header", "the header line")
    if row:
        named = header[min(max(cells, 1), len(header)) - 1].strip()
        where = Problem.of("in_row", "row {row}, column {header!r}", row=row, header=named)
    return ImportDataError.of(
        "cell_undecodable",
        "{file} is not valid {encoding} text in {where} (line {line}, bytes {bytes}). Correct that cell. " + ADVICE,
        file=file,
        encoding=detected.shown,
        where=where,
        line=broken.line,
        bytes=broken.found.hex(" "),
    )


class _UpTo(io.RawIOBase):
    """The first `size` bytes of a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._stream.read(min(len(buffer), self._left))
        buffer[: len(found)] = found
        self._left -= len(found)
        return len(found)
