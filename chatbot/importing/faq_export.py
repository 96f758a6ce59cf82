"""Writes the FAQ as CSV, XLSX or JSON Lines, so that importing it again changes nothing.

A cell that a spreadsheet would run as a formula gets an apostrophe, which an import removes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from chatbot.domain import FaqEntry
from chatbot.errors import InputError
from chatbot.importing.files import cells

NAMES = ("question", "answer", "variants", "intent", "lang", "tags", "id")
WIDTHS = (48, 72, 40, 18, 8, 20, 24)
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_SHEET_CHARS = 32_767
"""Characters in a cell of a workbook; a spreadsheet would cut a longer text."""
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
}


def export_faq(entries: Iterable[FaqEntry], kind: str = "csv") -> bytes:
    """The entries as a file in one of FORMATS.

    Raises:
        InputError: there is no such format, or a text is too long for a cell of a workbook.
    """
    target = io.BytesIO()
    write_faq(entries, target, kind)
    return target.getvalue()


def write_faq(entries: Iterable[FaqEntry], target: IO[bytes], kind: str) -> None:
    """Write the entries one by one. Raises as `export_faq`."""
    writer = FORMATS.get(kind)
    if writer is None:
        raise InputError(f"There is no export format {kind!r}. Choose one of {', '.join(FORMATS)}.")
    writer(entries, target)


def kind_of(name: str) -> str:
    """The format implied by a file name; CSV if it implies none."""
    ending = name.rpartition(".")[2].casefold()
    return ending if ending in FORMATS else "csv"


def _row(entry: FaqEntry) -> tuple[str, ...]:
    return (
        entry.question,
        entry.answer,
        cells.join_phrasings(entry.variants),
        entry.intent or "",
        entry.lang,
        cells.join_tags(entry.tags),
        entry.id,
    )


def _escaped(text: str) -> str:
    """Replace characters that XML cannot hold by workbook escapes, and escape text that looks like one."""
    plain = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found.group()):04X}_", plain)


def _csv(entries: Iterable[FaqEntry], target: IO[bytes]) -> None:
    # The byte order mark makes Excel and WPS read UTF-8 in every language of Windows.
    text = io.TextIOWrapper(target, "utf-8-sig", "replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(NAMES)
    for entry in entries:
        writer.writerow([cells.guarded(cell) for cell in _row(entry)])
    text.detach()


def _jsonl(entries: Iterable[FaqEntry], target: IO[bytes]) -> None:
    for entry in entries:
        kept = {
            "question": entry.question,
            "answer": entry.answer,
            "variants": list(entry.variants),
            "intent": entry.intent or "",
            "lang": entry.lang,
            "tags": list(entry.tags),
            "id": entry.id,
        }
        target.write(json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _xlsx(entries: Iterable[FaqEntry], target: IO[bytes]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("FAQ")
    sheet.freeze_panes = "A2"
    for at, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + at)].width = width
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def cell(text: str) -> WriteOnlyCell:
        if len(text) > MAX_SHEET_CHARS:
            raise InputError(
                f"A cell of a workbook holds {MAX_SHEET_CHARS:,} characters, and one here has {len(text):,}:"
                f" {text[:40]!r}. Export as CSV or JSONL."
            )
        made = WriteOnlyCell(sheet, value="")
        made.value = _escaped(cells.guarded(text)) if text else None
        made.data_type = "s" if text else "n"  # never a formula
        made.alignment = wrapped
        return made

    header = [cell(name) for name in NAMES]
    for title in header:
        title.font = bold
    sheet.append(header)
    for entry in entries:
        sheet.append([cell(text) for text in _row(entry)])
    book.save(target)


FORMATS: Mapping[str, Callable[[Iterable[FaqEntry], IO[bytes]], None]] = {"csv": _csv, "xlsx": _xlsx, "jsonl": _jsonl}
