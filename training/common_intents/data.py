"""The rows that the model of common intents learns from: labelled messages, patterns, and messages of businesses."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.domain import CommonIntent
from chatbot.errors import InputError
from chatbot.intent.common.artifact import LANGUAGES
from chatbot.text import clean, content_hash

_OF_KIND = {
    **dict.fromkeys(("one", "near", "negation", "two"), CommonIntent.QUESTION),
    "off": CommonIntent.OUT_OF_SCOPE,
}
"""What the kinds of messages to invented businesses are; the other kinds are not used."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message with its common intent; `business` names whose messages it is from, empty for the common ones."""

    text: str
    intent: CommonIntent
    business: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message with `{slots}`, in one language."""

    lang: str
    intent: CommonIntent
    text: str


@dataclass(frozen=True, slots=True)
class CommonData:
    """Everything that is learned from. `slots` are words by language and name of the slot."""

    messages: tuple[Labelled, ...]
    patterns: tuple[Pattern, ...]
    slots: Mapping[tuple[str, str], tuple[str, ...]]

    def fingerprint(self) -> str:
        """A digest of all rows: equal data have equal ones."""
        rows = [f"{one.text}\n{one.intent}\n{one.business}" for one in self.messages]
        rows += [f"{one.lang}\n{one.intent}\n{one.text}" for one in self.patterns]
        return content_hash([*rows, *(f"{key}\n{words}" for key, words in self.slots.items())])


def read_common_data(folder: Path, businesses: Sequence[Path] = ()) -> CommonData:
    """Read `data/common_intents` and the messages of businesses.

    Args:
        folder: holds `en.csv` and `zh.csv` (text,label), `patterns.csv` (lang,label,pattern) and `slots.csv`.
        businesses: folders that each hold folders with a `messages.csv` (kind,message).

    Raises:
        InputError: a file is missing, or a row has no text, or no label that exists.
    """
    messages = [
        Labelled(_text(row, "text", folder / f"{lang}.csv"), _label(row, folder / f"{lang}.csv"))
        for lang in LANGUAGES
        for row in _rows(folder / f"{lang}.csv")
    ]
    for parent in businesses:
        for path in sorted(parent.glob("*/messages.csv")):
            messages += _of_business(path)
    patterns = [
        Pattern(row["lang"], _label(row, folder / "patterns.csv"), _text(row, "pattern", folder / "patterns.csv"))
        for row in _rows(folder / "patterns.csv")
    ]
    slots = {(row["lang"], row["slot"]): tuple(row["words"].split(" / ")) for row in _rows(folder / "slots.csv")}
    return CommonData(tuple(messages), tuple(patterns), slots)


def _of_business(path: Path) -> Iterator[Labelled]:
    for row in _rows(path):
        intent = _OF_KIND.get(row.get("kind") or "")
        text = clean(row.get("message") or "")
        if intent is not None and text:
            yield Labelled(text, intent, path.parent.name)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _label(row: Mapping[str, str], path: Path) -> CommonIntent:
    try:
        return CommonIntent(row["label"])
    except (KeyError, ValueError):
        known = ", ".join(CommonIntent)
        raise InputError(f"{path}: {dict(row)} has no known label. The labels are: {known}.") from None


def _text(row: Mapping[str, str], column: str, path: Path) -> str:
    text = clean(row.get(column) or "")
    if not text:
        raise InputError(f"{path}: {dict(row)} has no text in column {column}.")
    return text
