"""A whole file as a table in memory, and tables written as CSV. Large files are read with `opening`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.domain import ImportReport, RowProblem
from chatbot.importing.files.cells import guarded
from chatbot.importing.files.columns import Column, Line, places_of
from chatbot.importing.files.opening import open_lines, open_tables

__all__ = ["Column", "Line", "Table", "has_columns", "read_table", "write_table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read. `columns` are those found; blank lines count in the numbering but are not kept."""

    file: str
    encoding: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[RowProblem, ...] = ()

    def report(
        self, *, skipped: int = 0, failed: int = 0, inserted: int = 0, problems: Sequence[RowProblem] = ()
    ) -> ImportReport:
        """The report of what was read; the store adds the remaining counts."""
        told = (*self.notes, *problems)
        return ImportReport(self.file, self.encoding, len(self.lines), inserted, 0, skipped, failed, told)


def read_table(
    source: bytes | Path,
    columns: Sequence[Column],
    file: str,
    *,
    max_mb: float | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Table:
    """Read a file with a header line. Header names are compared without case, blanks, `_` and `-`.

    Raises:
        ImportDataError: too large, empty, not text, broken quoting, without rows, or a required column is missing.
    """
    with open_lines(source, file, columns, mapping=mapping, max_mb=max_mb) as reading:
        lines = tuple(reading)
        return Table(file, reading.encoding, tuple(reading.found), lines, tuple(reading.notes))


def has_columns(source: bytes | Path, columns: Sequence[Column], file: str) -> bool:
    """Whether the header of the first table of a file has all required columns.

    Raises:
        ImportDataError: empty, not text, or a broken header line.
    """
    with open_tables(source, file, columns) as tables:
        places = places_of(next(tables).header, columns)
        return all(column.name in places for column in columns if column.required)


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that a spreadsheet opens in the right encoding and without running a cell as a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig", "replace")
