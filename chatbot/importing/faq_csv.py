r"""Reads the FAQ from a file: question,answer[,variants][,intent][,lang][,tags][,id].

Large files are read row by row with `open_faq`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chatbot.domain import Duplicates, FaqEntry, ImportReport
from chatbot.importing.faq_export import export_faq
from chatbot.importing.faq_rows import COLUMNS, FaqRows, distinct
from chatbot.importing.files.opening import open_lines

__all__ = ["COLUMNS", "export_faq", "open_faq", "read_faq"]


@contextmanager
def open_faq(
    source: bytes | Path,
    file: str,
    *,
    max_mb: float | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    duplicates: Duplicates = Duplicates.UPDATE,
) -> Iterator[FaqRows]:
    """The entries of a file, to be iterated once.

    Raises:
        ImportDataError: the file cannot be read as such a table; damage may only show during the iteration.
    """
    with (
        open_lines(source, file, COLUMNS, mapping=mapping, encoding=encoding, max_mb=max_mb) as reading,
        FaqRows(reading, duplicates=duplicates) as rows,
    ):
        yield rows


def read_faq(
    source: bytes | Path, file: str, *, max_mb: float | None = None, mapping: Mapping[str, str] | None = None
) -> tuple[list[FaqEntry], ImportReport]:
    """The entries of a file and the report so far: read, skipped and failed rows with their problems.

    Raises:
        ImportDataError: the file cannot be read as such a table.
    """
    found: dict[str, FaqEntry] = {}
    joined = 0
    with open_faq(source, file, max_mb=max_mb, mapping=mapping) as rows:
        for entry in rows:
            first = found.get(entry.id)
            if first is None:
                found[entry.id] = entry
                continue
            joined += 1
            variants = distinct(first.question, (*first.variants, *entry.phrasings))
            found[entry.id] = dataclasses.replace(first, variants=variants)
        report = rows.report()
    return list(found.values()), dataclasses.replace(report, skipped=report.skipped + joined)
