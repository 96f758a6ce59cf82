"""Reads the sheets of an Excel workbook (.xlsx, not the old .xls) as tables, row by row."""

from __future__ import annotations

import datetime as dt
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any

from chatbot.domain.faq_limits import SPREADSHEET_ERRORS
from chatbot.errors import ImportDataError, Problem
from chatbot.importing.files.cells import unguarded
from chatbot.importing.files.columns import OpenTable, Record
from chatbot.importing.files.decoding import empty
from chatbot.importing.files.delimited import header_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAX_STRINGS_MB = 300
"""Largest shared-strings table of a workbook: openpyxl holds it in memory."""
STRINGS = "xl/sharedStrings.xml"
MAX_FORMULA_SCAN = 1 << 16


def is_workbook(stream: IO[bytes]) -> bool:
    """Whether a seekable file is a ZIP with a workbook in it."""
    stream.seek(0)
    if not zipfile.is_zipfile(stream):
        return False
    with zipfile.ZipFile(stream) as archive:
        return "xl/workbook.xml" in archive.namelist()


def open_workbook(stream: IO[bytes], file: str, closing: ExitStack, *, place: str = "") -> Iterator[OpenTable]:
    """The visible sheets that are not empty, each as a table.

    Raises:
        ImportDataError: the workbook is damaged, or too large to hold in memory.
    """
    import openpyxl

    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        computed = _has_formulas(archive, sizes)
    if sizes.get(STRINGS, 0) > MAX_STRINGS_MB * 1_000_000:
        raise ImportDataError.of(
            "workbook_too_large",
            "{file} holds {size:,.0f} MB of text, the limit is {limit} MB. Split it.",
            file=file,
            size=sizes[STRINGS] / 1e6,
            limit=MAX_STRINGS_MB,
        )
    try:
        values = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        closing.callback(values.close)
        formulas = openpyxl.load_workbook(stream, read_only=True) if computed else None
        if formulas is not None:
            closing.callback(formulas.close)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, TypeError, AttributeError) as error:
        raise ImportDataError.of(
            "workbook_damaged",
            "{file} is a damaged Excel file. Open it, save it as CSV UTF-8 and import that.",
            file=file,
        ) from error
    yield from _sheets(values, formulas, file, place)


def _sheets(values: Workbook, formulas: Workbook | None, file: str, place: str) -> Iterator[OpenTable]:
    visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    found = 0
    for sheet in visible:
        named = sheet.title if len(visible) > 1 else ""
        label = f"{file} [{sheet.title}]" if len(visible) > 1 else file
        records = _records(_rows(sheet), _rows(formulas[sheet.title]) if formulas else None, label)
        header = next(records, None)
        if header is None:
            continue
        found += 1
        where = "/".join(part for part in (place, named) if part)
        yield OpenTable(label, "xlsx", header_of(header.cells, label), records, where)
    if not found:
        raise ImportDataError(empty(file))


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # programs write wrong ones, up to the last row that a sheet can have
    rows: Iterator[Sequence[Any]] = sheet.iter_rows()
    return rows


def _records(rows: Iterable[Sequence[Any]], formulas: Iterable[Sequence[Any]] | None, file: str) -> Iterator[Record]:
    """The header as record 0, then the rows below it by number."""
    number = -1
    paired = zip(rows, formulas if formulas is not None else itertools.repeat(()), strict=False)
    try:
        for row, sources in paired:
            cells: list[str] = []
            wrong: tuple[int, Problem] | None = None
            for at, cell in enumerate(row):
                text = _text(cell.value)
                if text in SPREADSHEET_ERRORS and cell.data_type == "e":
                    wrong = wrong or (at, _error_value(text))
                elif cell.value is None and at < len(sources) and sources[at].data_type == "f":
                    wrong = wrong or (at, _without_result())
                cells.append(text)
            if number < 0 and not any(cell.strip() for cell in cells):
                continue
            number += 1
            yield Record(number, cells, wrong)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError, IndexError, TypeError) as error:
        raise ImportDataError.of(
            "workbook_damaged_after",
            "{file} is a damaged Excel file, after row {row}. Open it, save it as CSV UTF-8 and import that.",
            file=file,
            row=max(number, 0),
        ) from error


def _error_value(text: str) -> Problem:
    return Problem.of(
        "formula_failed", "The cell holds the spreadsheet error {error}. Correct the formula.", error=text
    )


def _without_result() -> Problem:
    return Problem.of(
        "formula_unevaluated",
        "The cell holds a formula without its result. Open the file in a spreadsheet program and save it.",
    )


def _text(value: Any) -> str:
    """A value as the sheet shows it: whole numbers without a decimal point, dates as 2026-01-31."""
    if value is None:
        return ""
    if isinstance(value, str):
        from openpyxl.utils.escape import unescape

        plain = unescape(value) if "_x" in value else value
        return unguarded(plain) if plain.startswith("'") else plain
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def _has_formulas(archive: zipfile.ZipFile, sizes: dict[str, int]) -> bool:
    """Whether a sheet contains a formula: only then is the workbook also read a second time, for the formulas."""
    for name in sizes:
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        with archive.open(name) as sheet:
            before = b""
            while piece := sheet.read(MAX_FORMULA_SCAN):
                window = before + piece
                if b"<f>" in window or b"<f " in window or b"<f/>" in window:
                    return True
                before = piece[-4:]
    return False
