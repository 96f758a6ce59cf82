"""Single cells: formula guard, language, lists, limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from chatbot import text
from chatbot.domain import OUT_OF_SCOPE

LANGUAGES = ("en", "zh")
_LANGUAGE_NAMES = {
    "english": "en",
    "eng": "en",
    "英文": "en",
    "英语": "en",
    "英語": "en",
    "chinese": "zh",
    "mandarin": "zh",
    "zho": "zh",
    "chi": "zh",
    "cn": "zh",
    "中文": "zh",
    "汉语": "zh",
    "漢語": "zh",
    "简体中文": "zh",
    "繁體中文": "zh",
}
_OUT_OF_SCOPE_NAMES = ("", OUT_OF_SCOPE, "out_of_scope", "out-of-scope", "out of scope")
verbatim = text.verbatim
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_BETWEEN_PHRASINGS = re.compile(r"\r\n|\r|\n|(?<!\\)\|")
_MAY_BE_SEVERAL = re.compile(r"[\r\n|]")


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet would run it as a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe of `guarded`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def language_of(cell: str, content: str) -> str | None:
    """The language that a cell names, detected from the content if it is empty; None for an unknown one."""
    named = cell.strip().casefold()
    if not named:
        return text.language(content)
    if named in LANGUAGES:
        return named
    base = re.split(r"[-_]", named, maxsplit=1)[0]
    return _LANGUAGE_NAMES.get(named) or (base if base in LANGUAGES else None)


def intent_of(cell: str) -> str:
    """The intent that a cell names; empty and the usual names mean out of scope."""
    named = text.clean(cell)
    return OUT_OF_SCOPE if named.casefold() in _OUT_OF_SCOPE_NAMES else named


def split_phrasings(cell: str) -> tuple[str, ...]:
    r"""Phrasings, one per line or separated by `|` (a `|` within one is written `\|`), cleaned, without blank ones."""
    if not _MAY_BE_SEVERAL.search(cell):
        one = text.clean(cell)
        return (one,) if one else ()
    parts = (text.clean(part.replace("\\|", "|")) for part in _BETWEEN_PHRASINGS.split(cell))
    return tuple(part for part in parts if part)


def join_phrasings(phrasings: Iterable[str]) -> str:
    """The inverse of `split_phrasings`."""
    return "\n".join(phrasing.replace("|", "\\|") for phrasing in phrasings)


split_tags = lru_cache(maxsize=4_096)(text.split_tags)  # a file has few different ones


def join_tags(tags: Iterable[str]) -> str:
    """The inverse of `split_tags`."""
    return "|".join(tags)
