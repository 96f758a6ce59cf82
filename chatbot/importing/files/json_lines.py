"""Reads a JSON Lines file as a table: one object per line, whose keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from chatbot.errors import ImportDataError, Problem
from chatbot.importing.files.cells import join_phrasings
from chatbot.importing.files.columns import OpenTable, Record
from chatbot.importing.files.decoding import Detected, detect, first_broken
from chatbot.importing.files.delimited import MAX_COLUMNS, as_text

MAX_LINE_CHARS = 4_000_000
SUFFIXES = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True, slots=True)
class _NotJson:
    column: int


def is_json_lines(head: bytes, file: str) -> bool:
    """Whether a file is JSON Lines rather than delimited text, by its name or its first bytes."""
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return file.casefold().endswith(SUFFIXES) or plain.startswith((b'{"', b'{ "'))


def open_json_lines(stream: IO[bytes], file: str, *, encoding: str | None = None, place: str = "") -> OpenTable:
    """The table of a seekable file. Its columns are the keys of all objects, in order of first occurrence.

    Raises:
        ImportDataError: empty, not text, not one object per line, or with too many keys.
    """
    detected = detect(stream, file, named=encoding)
    header = _keys(stream, detected, file)
    return OpenTable(file, f"jsonl, {detected.shown}", header, _records(stream, detected, file, header), place)


def _keys(stream: IO[bytes], detected: Detected, file: str) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    first = True
    for _, found in _objects(stream, detected, file):
        if first and not isinstance(found, dict):
            raise ImportDataError.of(
                "not_json_lines",
                "{file} is not JSON Lines: its first row is no object. Write one object like"
                ' {{"question": "...", "answer": "..."}} in each line.',
                file=file,
            )
        first = False
        if isinstance(found, dict):
            keys.update(dict.fromkeys(found))
        if len(keys) > MAX_COLUMNS:
            raise ImportDataError.of(
                "too_many_keys",
                "{file} has more than {limit} different keys. Leave some out.",
                file=file,
                limit=MAX_COLUMNS,
            )
    if not keys:
        raise ImportDataError.of(
            "no_objects", "{file} has no rows. Write one object with its keys in each line.", file=file
        )
    return tuple(keys)


def _records(stream: IO[bytes], detected: Detected, file: str, header: tuple[str, ...]) -> Iterator[Record]:
    for number, found in _objects(stream, detected, file):
        if not isinstance(found, dict):
            why = Problem.of("line_no_object", "The line holds no JSON object. Write one like {{...}}.")
            if isinstance(found, _NotJson):
                why = Problem.of(
                    "line_not_json",
                    "The line is not valid JSON at character {character}. Correct it.",
                    character=found.column,
                )
            yield Record(number, ["" for _ in header], (len(header), why))
            continue
        cells: list[str] = []
        wrong: tuple[int, Problem] | None = None
        for at, key in enumerate(header):
            cell = _cell(found.get(key))
            if cell is None:
                why = Problem.of(
                    "value_is_object",
                    "The value of {key!r} is an object. Give text, a number or a list of texts.",
                    key=key,
                )
                wrong = wrong or (at, why)
            cells.append(cell or "")
        yield Record(number, cells, wrong)


def _objects(stream: IO[bytes], detected: Detected, file: str) -> Iterator[tuple[int, Any]]:
    """Number and value of every non-blank line; for a line that is not JSON, the reason."""
    text = as_text(stream, detected)
    number = 0
    try:
        while line := text.readline(MAX_LINE_CHARS):
            number += 1
            if len(line) == MAX_LINE_CHARS:
                raise ImportDataError.of(
                    "line_too_long",
                    "{file}, row {row} is longer than {limit:,} characters. Split it.",
                    file=file,
                    row=number,
                    limit=MAX_LINE_CHARS,
                )
            if not line.strip():
                continue
            try:
                found: Any = json.loads(line)
            except (ValueError, RecursionError) as error:
                found = _NotJson(getattr(error, "colno", 1))
            yield number, found
    except UnicodeDecodeError:
        broken = first_broken(stream, detected.codec)
        raise ImportDataError.of(
            "row_undecodable",
            "{file} is not valid {encoding} text in row {row}. Correct that line.",
            file=file,
            encoding=detected.shown,
            row=broken.line if broken else number + 1,
        ) from None


def _cell(value: Any) -> str | None:
    """A value as the text of a cell; None if it cannot be one."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return join_phrasings(str(item) for item in value)
    return None
