"""Limits of an entry, wherever it comes from: a file, a page, the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.domain.knowledge import FaqEntry
from chatbot.errors import Problem

MAX_QUESTION_CHARS = 500
MAX_ANSWER_CHARS = 20_000
MAX_ID_CHARS = 64
MAX_INTENT_CHARS = 200
LANGUAGES = ("en", "zh")
SPREADSHEET_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def too_long(column: str, length: int, limit: int) -> Problem:
    """The problem with a cell that is too long; lengths in characters."""
    return Problem.of(
        "too_long",
        "The {column} has {length:,} characters, the limit is {limit:,}.",
        column=column,
        length=length,
        limit=limit,
    )


def empty(column: str) -> Problem:
    """The problem with a required cell that is empty."""
    return Problem.of("empty", "The {column} is empty.", column=column)


def unknown_language(lang: str) -> Problem:
    """The problem with a language other than LANGUAGES."""
    return Problem.of(
        "unknown_language", "The language {lang!r} is not known. Write en or zh, or leave it empty.", lang=lang
    )


def problems_of(entry: FaqEntry) -> Iterator[tuple[str, Problem]]:
    """Column and problem for everything that is wrong with an entry, the most important first."""
    for column, content, limit in (
        ("question", entry.question, MAX_QUESTION_CHARS),
        ("answer", entry.answer, MAX_ANSWER_CHARS),
        ("id", entry.id, MAX_ID_CHARS),
        ("intent", entry.intent or "", MAX_INTENT_CHARS),
    ):
        if not content and column in ("question", "answer"):
            yield column, empty(column)
        if len(content) > limit:
            yield column, too_long(column, len(content), limit)
    for variant in entry.variants:
        if len(variant) > MAX_QUESTION_CHARS:
            yield "variants", too_long("variant", len(variant), MAX_QUESTION_CHARS)
    unstorable = _UNSTORABLE.search(entry.answer)
    if unstorable:
        char = f"U+{ord(unstorable.group()):04X}"
        yield (
            "answer",
            Problem.of("unstorable", "The answer contains the character {char}, which cannot be stored.", char=char),
        )
    for column, content in (("question", entry.question), ("answer", entry.answer)):
        if content in SPREADSHEET_ERRORS:
            yield (
                column,
                Problem.of(
                    "error_value",
                    "The {column} is the spreadsheet error {error}. Write the text itself.",
                    column=column,
                    error=content,
                ),
            )
    if entry.lang not in LANGUAGES:
        yield "lang", unknown_language(entry.lang)
