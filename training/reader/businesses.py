"""Reads businesses to learn from: entries, and messages labelled with the entries that answer them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.domain import FaqEntry
from chatbot.errors import InputError
from chatbot.reading.reading_retriever import CANDIDATES
from chatbot.text import clean, content_hash, split_lines

SEARCHED = ("one", "near", "two", "negation", "off", "not-person")
"""Kinds of messages for which entries are searched: these are learned from and measured."""
KINDS = (*SEARCHED, "talk", "person", "action")
NO_ENTRIES = ("person", "not-person")
"""What `expected` may name besides entries."""
LEAST_ENTRIES = CANDIDATES
"""As many as are weighed for a message: with fewer, the evidence would be another than in real bases."""
_FAQ, _MESSAGES = "faq.csv", "messages.csv"
_ENTRY_COLUMNS = ("id", "question", "answer", "variants", "lang")
_MESSAGE_COLUMNS = ("kind", "message", "expected")
_BETWEEN_IDS = re.compile(r"[;+,]")


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer asks. `expected` are the ids of the entries that answer, empty where none does."""

    kind: str
    text: str
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Business:
    """One base of entries with its messages."""

    name: str
    entries: tuple[FaqEntry, ...]
    messages: tuple[Message, ...]


def read_businesses(folder: Path) -> list[Business]:
    """Every business in a folder, by name.

    Args:
        folder: holds one folder for each, with `faq.csv` and `messages.csv`, as `data/businesses`.

    Raises:
        InputError: there is none, a file cannot be read, or a row is wrong; the sentence names file and line.
    """
    names = sorted(path.parent for path in folder.glob(f"*/{_FAQ}"))
    if not names:
        raise InputError(f"{folder} holds no business: a business is a folder with {_FAQ} and {_MESSAGES}.")
    return [_business(path) for path in names]


def fingerprint(businesses: Sequence[Business]) -> str:
    """A digest of all rows: equal data have equal ones."""
    rows = [repr(one) for each in businesses for one in (each.name, *each.entries)]
    rows += [f"{one.kind}\n{one.text}\n{sorted(one.expected)}" for each in businesses for one in each.messages]
    return content_hash(rows)


def _business(folder: Path) -> Business:
    entries = tuple(_entries(folder / _FAQ))
    if len(entries) < LEAST_ENTRIES:
        raise InputError(f"{folder / _FAQ} has {len(entries)} entries; a business needs at least {LEAST_ENTRIES}.")
    messages = tuple(_messages(folder / _MESSAGES, {entry.id for entry in entries}))
    if not any(one.kind == "near" for one in messages):
        raise InputError(
            f"{folder / _MESSAGES} has no message of the kind near: from questions that only sound like an entry is "
            "learned when to say nothing. Add some."
        )
    return Business(folder.name, entries, messages)


def _entries(path: Path) -> Iterator[FaqEntry]:
    seen: dict[str, int] = {}
    for line, row in _rows(path, _ENTRY_COLUMNS):
        key, question, answer = row["id"], clean(row["question"]), row["answer"].strip()
        if not (key and question and answer):
            raise InputError(f"{path}, line {line}: the entry {key!r} needs an id, a question and an answer.")
        if key in seen:
            raise InputError(f"{path}, line {line}: the id {key!r} stands in line {seen[key]} already.")
        seen[key] = line
        yield FaqEntry(key, question, answer, split_lines(row["variants"]), lang=row["lang"] or "en")


def _messages(path: Path, ids: set[str]) -> Iterator[Message]:
    for line, row in _rows(path, _MESSAGE_COLUMNS):
        kind, text = row["kind"], clean(row["message"])
        if kind not in KINDS:
            raise InputError(f"{path}, line {line}: there is no kind {kind!r}. The kinds are: {', '.join(KINDS)}.")
        if not text:
            raise InputError(f"{path}, line {line}: the message is empty.")
        named = {part.strip() for part in _BETWEEN_IDS.split(row["expected"])} - {"", *NO_ENTRIES}
        if strangers := sorted(named - ids):
            raise InputError(f"{path}, line {line}: {strangers[0]!r} in column expected is no entry of {_FAQ}.")
        if kind == "one" and not named:
            raise InputError(f"{path}, line {line}: a message of the kind one needs an entry in column expected.")
        yield Message(kind, text, frozenset(named))


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with the numbers of their first lines."""
    try:
        file = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    reader = csv.DictReader(file)
    if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
        raise InputError(f"{path}, line 1: the column {missing[0]} is missing.")
    line = reader.line_num + 1
    for row in reader:
        yield line, {name: (row[name] or "").strip() for name in columns}
        line = reader.line_num + 1
