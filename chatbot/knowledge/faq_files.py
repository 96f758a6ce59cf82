"""Importing, previewing and exporting FAQ files, for both the command line and the console."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from chatbot.domain import Duplicates, FaqEntry, ImportReport
from chatbot.errors import CancelledError, StorageError
from chatbot.importing.faq_csv import COLUMNS, open_faq, read_faq
from chatbot.importing.faq_export import MEDIA_TYPES, export_faq
from chatbot.importing.files.columns import placed
from chatbot.importing.files.opening import open_tables
from chatbot.knowledge.imports import Knowledge
from chatbot.knowledge.rejected_rows import RejectedRows
from chatbot.types import Progress, no_progress

_LOG = logging.getLogger(__name__)
Source = bytes | Path
COLUMN_NAMES = tuple(column.name for column in COLUMNS)
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
PLANNED = {"stage": (0.0, 0.4), "compare": (0.4, 0.45), "store": (0.45, 0.5), "index": (0.5, 1.0)}
"""The approximate part of the total progress that each step takes."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is read and imported. `mapping` gives header names by column name; "" means none."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    duplicates: Duplicates = Duplicates.UPDATE
    all_or_nothing: bool = False
    dry_run: bool = False
    max_mb: float | None = None
    rejects_dir: Path | None = None
    """Directory for the rows that were rejected."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import, and its rejected rows as a CSV file to correct."""

    report: ImportReport
    rejects: bytes = b""


@dataclass(frozen=True, slots=True)
class Look:
    """A file before its import: encoding, header names, the header found for each column, and the first entries."""

    encoding: str
    header: tuple[str, ...]
    found: Mapping[str, str]
    entries: tuple[FaqEntry, ...]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to download."""

    name: str
    media_type: str
    content: bytes


def import_file(
    knowledge: Knowledge,
    source: Source,
    name: str,
    options: ImportOptions,
    *,
    actor: str,
    watch: Progress = no_progress,
) -> Imported:
    """Import a FAQ file, or with `dry_run` report what would happen.

    Raises:
        ImportDataError: the file cannot be read, or a row fails with `all_or_nothing`; nothing was changed.
        StorageError: the database cannot be written; nothing was changed.
    """
    with open_faq(
        source,
        name,
        max_mb=options.max_mb,
        mapping=options.mapping,
        encoding=options.encoding,
        duplicates=options.duplicates,
    ) as rows:

        def progress(step: str, done: float) -> None:
            first, last = PLANNED[step]
            watch(step, first + (last - first) * (rows.share if step == "stage" else done))

        report = knowledge.import_faq(
            rows,
            rows.report,
            dry_run=options.dry_run,
            actor=actor,
            duplicates=options.duplicates,
            all_or_nothing=options.all_or_nothing,
            progress=progress,
        )
        rejects = rows.rejects()
        if options.rejects_dir is not None and report.import_id:
            try:
                RejectedRows(options.rejects_dir).keep(report.import_id, rejects)
            except StorageError:
                _LOG.exception("the import is stored, its rejected rows are not")
        watch("done", 1.0)
        return Imported(report, rejects)


def look(source: Source, name: str, options: ImportOptions, *, rows: int = 8) -> Look:
    """Read the header and the first entries of a file. If required columns are missing, no entries are read.

    Raises:
        ImportDataError: the file cannot be read at all.
    """
    with open_tables(source, name, COLUMNS, encoding=options.encoding, max_mb=options.max_mb) as tables:
        table = next(tables)
        header, encoding = table.header, table.encoding
    optional = [column for column in COLUMNS if not column.required]
    required = [column for column in COLUMNS if column.required]
    lax = [*(type(column)(column.name, column.synonyms, required=False) for column in required), *optional]
    found = {column: header[at].strip() for column, at in placed(name, header, lax, options.mapping).items()}
    if any(column.name not in found for column in required):
        return Look(encoding, header, found, ())
    with open_faq(source, name, max_mb=options.max_mb, mapping=options.mapping, encoding=options.encoding) as opened:
        return Look(encoding, header, found, tuple(islice(opened, rows)))


def read_entries(source: Source, name: str, options: ImportOptions) -> list[FaqEntry]:
    """The entries of a file, which is not imported.

    Raises:
        ImportDataError: the file cannot be read.
    """
    entries, _ = read_faq(source, name, max_mb=options.max_mb, mapping=options.mapping)
    return entries


def export_file(entries: Iterable[FaqEntry], kind: str) -> ExportedFile:
    """The entries as a file of one kind: csv, xlsx or jsonl.

    Raises:
        InputError: there is no such kind, or a text is too long for a cell of a workbook.
    """
    content = export_faq(entries, kind)
    return ExportedFile(f"faq.{kind}", MEDIA_TYPES[kind], content)


def cancelled() -> CancelledError:
    """The error with which a progress callback cancels an import."""
    return CancelledError.of("import_cancelled", "The import was cancelled. Nothing was changed.")
