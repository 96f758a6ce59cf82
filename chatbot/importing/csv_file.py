"""A CSV file as a table: delimiter, header names and their synonyms, numbered rows.

Knows: what every table has in common. Does not know: what the columns mean.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.domain import ImportReport, RowProblem
from chatbot.errors import ImportDataError
from chatbot.importing.cells import guarded, unguarded
from chatbot.importing.decoding import ADVICE, decode

DELIMITERS = (",", ";", "\t", "|")
HEADER_CHARS = 20_000
SHOWN_HEADERS = 12
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?\r?\n', re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[\s_\-.:：*]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as this program calls it, and what others call it: names between commas, the usual ones first."""

    name: str
    synonyms: str = ""
    required: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name, then the synonyms."""
        return (self.name, *(name for name in self.synonyms.split(",") if name))


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `number` counts from 1 below the header; `cells` has every column, absent ones empty."""

    number: int
    cells: Mapping[str, str]
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read. `columns` are those found; blank lines are counted by number but not kept."""

    file: str
    encoding: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    def report(
        self, *, skipped: int = 0, failed: int = 0, inserted: int = 0, problems: Sequence[RowProblem] = ()
    ) -> ImportReport:
        """The report of what was read; the rest of the counts is left to the store."""
        return ImportReport(self.file, self.encoding, len(self.lines), inserted, 0, skipped, failed, tuple(problems))


def read_table(raw: bytes, columns: Sequence[Column], file: str, *, max_mb: float | None = None) -> Table:
    """Read a file with a header line. Header names are compared without case, blanks, `_` and `-`.

    Raises:
        ImportDataError: too large, empty, not text, broken quoting, without rows, or a required column is missing.
    """
    if max_mb is not None and len(raw) > max_mb * 1_000_000:
        size = len(raw) / 1_000_000
        raise ImportDataError(f"{file} has {size:.1f} MB, the limit is {max_mb:g} MB. Split it or raise the limit.")
    text, encoding = decode(raw, file)
    text, delimiter = _delimiter(text, columns)
    records = _records(text, delimiter, file)
    header = next(records, [])
    places = _places(header, columns)
    missing = [column.name for column in columns if column.required and column.name not in places]
    if missing:
        raise ImportDataError(_missing(file, missing, header, columns))
    lines = tuple(_lines(records, places, len(header), columns))
    if not lines:
        raise ImportDataError(f"{file} has a header line but no rows. Add at least one row and import it again.")
    return Table(file, encoding, tuple(places), lines)


def has_columns(raw: bytes, columns: Sequence[Column], file: str) -> bool:
    """Whether the header of the file has every required one of these columns.

    Raises:
        ImportDataError: empty, not text, or a broken header line.
    """
    text, delimiter = _delimiter(decode(raw, file)[0], columns)
    places = _places(next(_records(text, delimiter, file), []), columns)
    return all(column.name in places for column in columns if column.required)


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that a spreadsheet opens with the right characters and without running a cell as a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig", "replace")


def _delimiter(text: str, columns: Sequence[Column]) -> tuple[str, str]:
    """The text and the delimiter that makes most sense of its header line, or that a `sep=` line names."""
    named = _SEPARATOR_LINE.match(text)
    if named:
        return text[named.end() :], named.group(1)

    def fit(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text[:HEADER_CHARS], newline=""), delimiter=delimiter, skipinitialspace=True)
        try:
            header = next((record for record in reader if any(record)), [])
        except csv.Error:
            return 0, 0
        return len(_places(header, columns)), len(header)

    return text, max(DELIMITERS, key=fit)


def _records(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    begun = False
    try:
        for record in reader:
            begun = begun or any(cell.strip() for cell in record)
            if begun:
                yield record
    except csv.Error as error:
        raise ImportDataError(
            f"{file} cannot be read as CSV near line {reader.line_num} ({error}): a quotation mark is missing or"
            f" misplaced. Correct that line or save the file as CSV again."
        ) from error


def _lines(
    records: Iterator[list[str]], places: Mapping[str, int], width: int, columns: Sequence[Column]
) -> Iterator[Line]:
    for number, record in enumerate(records, start=1):
        if not any(cell.strip() for cell in record):
            continue
        problem = None
        if any(cell.strip() for cell in record[width:]):
            reason = f"The row has {len(record)} cells and the header {width}; put text with the delimiter in quotes."
            problem = RowProblem(number, "", reason)
        cells = {column.name: "" for column in columns}
        cells.update((name, unguarded(record[at])) for name, at in places.items() if at < len(record))
        yield Line(number, cells, problem)


def _places(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands. A column's own name goes before synonyms, an earlier synonym before a later one."""
    free: dict[str, int] = {}
    for at, cell in enumerate(header):
        free.setdefault(_folded(cell), at)
    places = {column.name: free.pop(_folded(column.name)) for column in columns if _folded(column.name) in free}
    for column in columns:
        if column.name in places:
            continue
        found = next((name for name in map(_folded, column.names) if name in free), None)
        if found is not None:
            places[column.name] = free.pop(found)
    return places


def _folded(name: str) -> str:
    return _NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", name).casefold())


def _missing(file: str, missing: Sequence[str], header: Sequence[str], columns: Sequence[Column]) -> str:
    expected = ",".join(column.name for column in columns if column.required)
    optional = ",".join(column.name for column in columns if not column.required)
    found = ", ".join(cell.strip()[:40] or "(blank)" for cell in header[:SHOWN_HEADERS]) or "none"
    more = ", ..." if len(header) > SHOWN_HEADERS else ""
    names = " and ".join(repr(name) for name in missing)
    sentence = (
        f"{file} has no column {names}: expected {expected}{f' (optional: {optional})' if optional else ''},"
        f" found {found}{more}."
    )
    meant = _meant(missing, header, columns)
    return f"{sentence} {meant}" if meant else f"{sentence} Name the columns in the first line. {ADVICE}"


def _meant(missing: Sequence[str], header: Sequence[str], columns: Sequence[Column]) -> str:
    spelled = {_folded(cell): cell.strip() for cell in header if cell.strip()}
    for column in columns:
        if column.name not in missing:
            continue
        for name in column.names:
            near = difflib.get_close_matches(_folded(name), spelled, n=1, cutoff=0.7)
            if near:
                return f"Did you mean {column.name!r} where it says {spelled[near[0]]!r}?"
    return ""
