"""What an entry may hold, wherever it comes from: a file, a page, the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.domain.knowledge import FaqEntry

MAX_QUESTION_CHARS = 500
MAX_ANSWER_CHARS = 20_000
MAX_ID_CHARS = 64
MAX_INTENT_CHARS = 200
LANGUAGES = ("en", "zh")
SPREADSHEET_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def problems_of(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    """Column and reason for everything that is wrong with an entry, most telling first."""
    for column, content, limit in (
        ("question", entry.question, MAX_QUESTION_CHARS),
        ("answer", entry.answer, MAX_ANSWER_CHARS),
        ("id", entry.id, MAX_ID_CHARS),
        ("intent", entry.intent or "", MAX_INTENT_CHARS),
    ):
        if not content and column in ("question", "answer"):
            yield column, f"The {column} is empty."
        if len(content) > limit:
            yield column, f"The {column} has {len(content)} characters, the limit is {limit}."
    for variant in entry.variants:
        if len(variant) > MAX_QUESTION_CHARS:
            yield "variants", f"A variant has {len(variant)} characters, the limit is {MAX_QUESTION_CHARS}."
    unstorable = _UNSTORABLE.search(entry.answer)
    if unstorable:
        yield "answer", f"The answer holds U+{ord(unstorable.group()):04X}, which no text may hold."
    for column, content in (("question", entry.question), ("answer", entry.answer)):
        if content in SPREADSHEET_ERRORS:
            yield column, f"The {column} is the error {content} of a spreadsheet. Write the text itself."
    if entry.lang not in LANGUAGES:
        yield "lang", f"The language {entry.lang!r} is not known. Write en or zh, or leave it empty."
