"""The one normaliser, lexical tokens (CJK included), language guess and content hash.

Knows: Unicode, OpenCC's table of Traditional and Simplified Chinese. Does not know: models or storage.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

_CLOSING = " ?!.。？！…"
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_WORD = rf"(?:(?![{_CJK}])[^\W_])+"  # stops where CJK begins: in "order几天到" both halves count
_RUN = re.compile(rf"[{_CJK}]+|{_WORD}(?:['’]{_WORD})*", re.UNICODE)
_IS_CJK = re.compile(rf"[{_CJK}]")
_LETTER = re.compile(r"[^\W\d_]", re.UNICODE)
_BETWEEN_TAGS = re.compile(r"[|;,，；、\r\n]")


def clean(text: str) -> str:
    """The text as stored and shown: NFC, no control, invisible or half characters, single blanks, trimmed."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    if composed.isprintable():  # nearly always, and then the only white space is the plain blank
        return " ".join(composed.split())
    return _SPACE.sub(" ", _INVISIBLE.sub("", composed)).strip()


@lru_cache(maxsize=4_096)  # a message is asked for several times, and stored phrasings with every message
def normalise(text: str) -> str:
    """The text as compared: folded, letters and digits, single blanks."""
    return " ".join(match.group() for match in _RUN.finditer(_folded(clean(text))))


def verbatim(text: str) -> str:
    """Text that customers see word for word: only outer blanks go, and line ends become newlines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def asked(question: str) -> str:
    """A question as compared with others: without case, width and closing signs.

    Narrower than `normalise`, for which "learn C" and "learn C++" are one question.
    """
    folded = half_width(question).casefold()
    return folded.rstrip(_CLOSING) or folded


def half_width(text: str) -> str:
    """The text in NFKC: full-width letters, digits and signs become the usual ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def tokens(text: str) -> list[str]:
    """Lexical tokens: words of alphabetic scripts; of CJK runs every character and every pair of neighbours."""
    found: list[str] = []
    for match in _RUN.finditer(_folded(text)):
        run = match.group()
        if _IS_CJK.match(run):
            found.extend(run)
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.append(run)
    return found


def _folded(text: str) -> str:
    """Half width, case folded, Traditional characters as Simplified ones."""
    folded = half_width(text).casefold()
    if not _IS_CJK.search(folded):
        return folded
    return str(_simplifier().convert(folded.encode("utf-8", "replace").decode()))  # half a surrogate pair would fail


class Script(StrEnum):
    """How a text is written, as far as its Chinese goes."""

    NO_HAN = "no_han"
    SIMPLIFIED = "simplified"
    """Also Chinese that both ways of writing share."""
    TRADITIONAL = "traditional"


def script(text: str) -> Script:
    """Traditional where at least one character has another form in Simplified Chinese."""
    if text.isascii() or not _IS_CJK.search(text):
        return Script.NO_HAN
    plain = text.encode("utf-8", "replace").decode()
    return Script.SIMPLIFIED if _simplifier().convert(plain) == plain else Script.TRADITIONAL


@cache
def _simplifier() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=4_096)  # each adapter asks for the message that it is given
def language(text: str) -> str:
    """`zh` when at least a fifth of the letters are CJK (one such letter weighs about a word), else `en`."""
    if text.isascii():
        return "en"
    letters = _LETTER.findall(text)
    if not letters:
        return "en"
    cjk = sum(1 for letter in letters if _IS_CJK.match(letter))
    return "zh" if cjk * 5 >= len(letters) else "en"


def split_lines(text: str) -> tuple[str, ...]:
    """What stands on the lines of a text, cleaned, each once: how people list phrasings."""
    return _each_once(text.splitlines())


def split_tags(text: str) -> tuple[str, ...]:
    """What stands between commas, semicolons, `|` or line ends, cleaned, each once: how people list tags."""
    return _each_once(_BETWEEN_TAGS.split(text))


def _each_once(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in map(clean, parts) if part))


def content_hash(parts: Iterable[str], *, length: int = 16) -> str:
    """Hex digest of the parts in order; part borders count."""
    buffer = bytearray()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        buffer += len(raw).to_bytes(8, "little")
        buffer += raw
    return hashlib.sha256(buffer).hexdigest()[:length]
