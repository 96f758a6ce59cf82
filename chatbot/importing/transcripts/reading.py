"""Reads past conversations from a file in any supported layout, as turns and a report."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.domain import ImportReport, TranscriptSpeaker, TranscriptTurn
from chatbot.errors import ImportDataError
from chatbot.importing.files.columns import Column, placed
from chatbot.importing.files.opening import HEAD_BYTES, open_lines, open_tables, open_text, opened
from chatbot.importing.transcripts.assembly import assembled
from chatbot.importing.transcripts.conversation_objects import has_messages, spoken_in_objects
from chatbot.importing.transcripts.conversation_text import is_log, said_in
from chatbot.importing.transcripts.source_line import Spoken
from chatbot.importing.transcripts.tables import (
    BLOCK_COLUMNS,
    MESSAGE_COLUMNS,
    blocks_of,
    fits_blocks,
    fits_messages,
    messages_of,
)
from chatbot.importing.transcripts.timestamps import zone_named
from chatbot.types import Progress, no_progress

MAX_LINES = 2_000_000
HEAD_LINES = 200
MAPPED = ("conversation_id", "turn", "speaker", "text", "timestamp")
"""The columns offered for mapping."""
TOLD_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class TranscriptOptions:
    """How to read a file. `roles` maps folded speaker names to roles; `zone` applies to times without one."""

    roles: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    mapping: Mapping[str, str] = field(default_factory=dict)
    max_mb: float | None = None


@dataclass(frozen=True, slots=True)
class TranscriptColumns:
    """The header of a table, and for each column the header name that it is taken from."""

    header: tuple[str, ...]
    found: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TranscriptReading:
    """The contents of a file. `speakers` are all names in it with their roles, the most frequent first."""

    turns: list[TranscriptTurn]
    report: ImportReport
    layout: str
    speakers: tuple[TranscriptSpeaker, ...]
    found: Mapping[str, str] = field(default_factory=dict)
    """For each column, the header name that it was taken from, if the file is a table."""


def read_transcripts(
    source: bytes | Path, file: str, *, max_mb: float | None = None
) -> tuple[list[TranscriptTurn], ImportReport]:
    """The turns of a file, grouped by conversation and in order, and the report so far.

    Raises:
        ImportDataError: the file cannot be read in any layout.
    """
    reading = read_transcript_file(source, file, TranscriptOptions(max_mb=max_mb))
    return reading.turns, reading.report


def read_transcript_file(
    source: bytes | Path, file: str, options: TranscriptOptions, *, progress: Progress = no_progress
) -> TranscriptReading:
    """As `read_transcripts`, with roles and time zone as options, and with the detected layout and speakers.

    System notes and internal notes are skipped. A line whose speaker has no role fails, and the report says how to
    assign one. An exception raised by `progress` ends the reading.

    Raises:
        ImportDataError: the file cannot be read in any layout.
        InputError: there is no such zone.
    """
    zone = zone_named(options.zone)
    with ExitStack() as closing:
        opening = _open(source, file, options, closing)
        lines: list[Spoken] = []
        for line in itertools.islice(opening.spoken, MAX_LINES + 1):
            if len(lines) % TOLD_EVERY == 0:
                progress("read", opening.share())
            lines.append(line)
        encoding, columns = opening.encoding(), opening.found()
    if len(lines) > MAX_LINES:
        raise ImportDataError.of(
            "too_many_lines", "{file} has more than {limit:,} lines. Split it.", file=file, limit=MAX_LINES
        )
    if not lines:
        raise ImportDataError.of(
            "no_conversation", "{file} holds no conversation. Provide a file with at least one message.", file=file
        )
    found = assembled(lines, options.roles, zone, guess=opening.layout != "messages")
    failed = len(found.problems)
    report = ImportReport(file, encoding, len(lines), 0, 0, found.skipped, failed, tuple(found.problems))
    return TranscriptReading(found.turns, report, opening.layout, found.speakers, columns)


def look_at_columns(source: bytes | Path, file: str, options: TranscriptOptions) -> TranscriptColumns | None:
    """The header of a table and where its columns would be taken from; None for logs and JSON, which have none.

    Raises:
        ImportDataError: the mapping names a column that the file does not have.
    """
    with opened(source, file, max_mb=options.max_mb) as stream:
        head = stream.read(HEAD_BYTES * 4)
    headers = [] if _is_json(head, file) else _headers(source, file, options)
    fitting = [header for header in headers if fits_messages(header) or fits_blocks(header)]
    if not headers or (not fitting and not options.mapping and _is_log(source, file, options)):
        return None
    header = (fitting or headers)[0]
    columns = [Column(one.name, one.synonyms, required=False) for one in MESSAGE_COLUMNS if one.name in MAPPED]
    if fits_blocks(header) and not fits_messages(header) and "speaker" not in options.mapping:
        columns = [Column(one.name, one.synonyms, required=False) for one in BLOCK_COLUMNS]
    known = {column.name for column in columns}
    mapping = {name: given for name, given in options.mapping.items() if name in known}
    found = {name: header[at].strip() for name, at in placed(file, header, columns, mapping).items()}
    return TranscriptColumns(header, found)


def _is_log(source: bytes | Path, file: str, options: TranscriptOptions) -> bool:
    try:
        with open_text(source, file, max_mb=options.max_mb) as (text, _):
            return is_log("".join(itertools.islice(text, HEAD_LINES)))
    except (UnicodeDecodeError, ImportDataError):
        return False


@dataclass(frozen=True, slots=True)
class _Opening:
    layout: str
    spoken: Iterator[Spoken]
    encoding: Callable[[], str]
    """Only certain once everything is read."""
    share: Callable[[], float] = lambda: 0.0
    found: Callable[[], Mapping[str, str]] = dict


def _open(source: bytes | Path, file: str, options: TranscriptOptions, closing: ExitStack) -> _Opening:
    with opened(source, file, max_mb=options.max_mb) as stream:
        head = stream.read(HEAD_BYTES * 4)
    if _is_json(head, file):
        stream = closing.enter_context(opened(source, file, max_mb=options.max_mb))
        spoken, shown = spoken_in_objects(stream, file)
        return _Opening("json", spoken, lambda: shown)
    headers = _headers(source, file, options)
    fitting = any(fits_messages(header) or fits_blocks(header) for header in headers)
    if not fitting and not options.mapping and not head.startswith(b"PK\x03\x04"):
        log = closing.enter_context(ExitStack())
        try:
            text, shown = log.enter_context(open_text(source, file, max_mb=options.max_mb))
            beginning = list(itertools.islice(text, HEAD_LINES))
        except UnicodeDecodeError:
            beginning = []  # the table reader reports where it is damaged
        if is_log("".join(beginning)):
            return _Opening("log", _log(_readable(itertools.chain(beginning, text), file)), lambda: shown)
        log.close()
    mapped = {name: given for name, given in options.mapping.items() if given}
    in_messages = (any(map(fits_messages, headers)) and options.mapping.get("speaker") != "") or "speaker" in mapped
    blocks = not in_messages and (any(map(fits_blocks, headers)) or "text" in mapped)
    columns = BLOCK_COLUMNS if blocks else MESSAGE_COLUMNS
    # One row per conversation leaves no column for the speaker, so a mapping of that column is ignored.
    left_out = {column.name for column in MESSAGE_COLUMNS} - {column.name for column in columns}
    mapping = {name: given for name, given in options.mapping.items() if name not in left_out}
    reading = closing.enter_context(open_lines(source, file, columns, mapping=mapping, max_mb=options.max_mb))
    made = blocks_of(iter(reading)) if blocks else messages_of(iter(reading))
    layout = "conversations" if blocks else "messages"
    return _Opening(layout, made, lambda: reading.encoding, lambda: reading.share, lambda: dict(reading.found))


def _readable(lines: Iterator[str], file: str) -> Iterator[str]:
    number = 0
    try:
        for number, line in enumerate(lines, 1):  # noqa: B007  the number is used in the error
            yield line
    except UnicodeDecodeError as error:
        raise ImportDataError.of(
            "log_damaged",
            "{file} is damaged after line {line} ({error}). Export it again.",
            file=file,
            line=number,
            error=error.reason,
        ) from error


def _headers(source: bytes | Path, file: str, options: TranscriptOptions) -> list[tuple[str, ...]]:
    """The headers of all tables of the file; none if it is not a table, which the table reader reports better."""
    try:
        with open_tables(source, file, MESSAGE_COLUMNS, max_mb=options.max_mb) as tables:
            return [table.header for table in tables]
    except ImportDataError:
        return []


def _is_json(head: bytes, file: str) -> bool:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return False
    text = head.decode("utf-8", "ignore")
    if file.casefold().endswith(".json") and text.lstrip("\ufeff \t\r\n").startswith("["):
        return True
    return has_messages(text) and file.casefold().endswith((".json", ".jsonl", ".ndjson"))


def _log(lines: Iterator[str]) -> Iterator[Spoken]:
    group = 0
    for said in said_in(lines):
        group += said.begins
        yield Spoken(said.line, "", said.speaker, said.text, said.time, group=group)
