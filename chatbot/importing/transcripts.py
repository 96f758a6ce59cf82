"""Past conversations from a file in any of the layouts that people have, as turns and a report.

Knows: which layout a file has, roles, times, order. Does not know: what is stored already, personal data.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.domain import ImportReport, TranscriptSpeaker, TranscriptTurn
from chatbot.errors import ImportDataError
from chatbot.importing.conversation_objects import has_messages, spoken_in_objects
from chatbot.importing.conversation_text import is_log, said_in
from chatbot.importing.moments import zone_named
from chatbot.importing.opening import HEAD_BYTES, open_lines, open_tables, open_text, opened
from chatbot.importing.spoken import Spoken
from chatbot.importing.transcript_assembly import assembled
from chatbot.importing.transcript_tables import (
    BLOCK_COLUMNS,
    MESSAGE_COLUMNS,
    blocks_of,
    fits_blocks,
    fits_messages,
    messages_of,
)

MAX_LINES = 2_000_000
HEAD_LINES = 200
LAYOUTS = ("messages", "conversations", "log", "json")


@dataclass(frozen=True, slots=True)
class TranscriptOptions:
    """How a file is to be read. `roles` gives folded speaker names their role, `zone` is that of times without one."""

    roles: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    mapping: Mapping[str, str] = field(default_factory=dict)
    max_mb: float | None = None


@dataclass(frozen=True, slots=True)
class TranscriptReading:
    """What a file holds. `speakers` are all names in it with the role that each was given; the busiest come first."""

    turns: list[TranscriptTurn]
    report: ImportReport
    layout: str
    speakers: tuple[TranscriptSpeaker, ...]


def read_transcripts(
    source: bytes | Path, file: str, *, max_mb: float | None = None
) -> tuple[list[TranscriptTurn], ImportReport]:
    """The turns of a file, each conversation together and in order, and the report so far.

    Raises:
        ImportDataError: the file cannot be read in any layout.
    """
    reading = read_transcript_file(source, file, TranscriptOptions(max_mb=max_mb))
    return reading.turns, reading.report


def read_transcript_file(source: bytes | Path, file: str, options: TranscriptOptions) -> TranscriptReading:
    """As `read_transcripts`, with roles and zone by choice, and with what was found out about layout and speakers.

    Notes of the system and internal notes are skipped. A line whose speaker has no role fails, and the report says how
    to give it one.

    Raises:
        ImportDataError: the file cannot be read in any layout.
        InputError: there is no such zone.
    """
    zone = zone_named(options.zone)
    with ExitStack() as closing:
        opening = _open(source, file, options, closing)
        lines = list(itertools.islice(opening.spoken, MAX_LINES + 1))
        encoding = opening.encoding()
    if len(lines) > MAX_LINES:
        raise ImportDataError(f"{file} has more than {MAX_LINES:,} lines. Split it.")
    if not lines:
        raise ImportDataError(f"{file} holds no conversation. Give a file with at least one message.")
    found = assembled(lines, options.roles, zone, guess=opening.layout != "messages")
    failed = len(found.problems)
    report = ImportReport(file, encoding, len(lines), 0, 0, found.skipped, failed, tuple(found.problems))
    return TranscriptReading(found.turns, report, opening.layout, found.speakers)


@dataclass(frozen=True, slots=True)
class _Opening:
    layout: str
    spoken: Iterator[Spoken]
    encoding: Callable[[], str]
    """Known for sure when all is read."""


def _open(source: bytes | Path, file: str, options: TranscriptOptions, closing: ExitStack) -> _Opening:
    with opened(source, file, max_mb=options.max_mb) as stream:
        head = stream.read(HEAD_BYTES * 4)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and _may_be_json(head, file):
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
            beginning = []  # the reader of tables says where it is damaged
        if is_log("".join(beginning)):
            return _Opening("log", _log(_readable(itertools.chain(beginning, text), file)), lambda: shown)
        log.close()
    in_messages = any(map(fits_messages, headers)) or "speaker" in options.mapping
    blocks = not in_messages and any(map(fits_blocks, headers))
    columns = BLOCK_COLUMNS if blocks else MESSAGE_COLUMNS
    reading = closing.enter_context(open_lines(source, file, columns, mapping=options.mapping, max_mb=options.max_mb))
    made = blocks_of(iter(reading)) if blocks else messages_of(iter(reading))
    return _Opening("conversations" if blocks else "messages", made, lambda: reading.encoding)


def _readable(lines: Iterator[str], file: str) -> Iterator[str]:
    number = 0
    try:
        for number, line in enumerate(lines, 1):  # noqa: B007  the number is for the message
            yield line
    except UnicodeDecodeError as error:
        raise ImportDataError(f"{file} is damaged after line {number} ({error.reason}). Export it again.") from error


def _headers(source: bytes | Path, file: str, options: TranscriptOptions) -> list[tuple[str, ...]]:
    """The headers of all tables of the file; none where it is no table, which its reader then says better."""
    try:
        with open_tables(source, file, MESSAGE_COLUMNS, max_mb=options.max_mb) as tables:
            return [table.header for table in tables]
    except ImportDataError:
        return []


def _may_be_json(head: bytes, file: str) -> bool:
    text = head.decode("utf-8", "ignore")
    if file.casefold().endswith(".json") and text.lstrip("\ufeff \t\r\n").startswith("["):
        return True
    return has_messages(text) and file.casefold().endswith((".json", ".jsonl", ".ndjson"))


def _log(lines: Iterator[str]) -> Iterator[Spoken]:
    group = 0
    for said in said_in(lines):
        group += said.begins
        yield Spoken(said.line, "", said.speaker, said.text, said.time, group=group)
