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


def traditional_lead(text: str) -> int:
    """By how many characters a text is rather Traditional than Simplified Chinese; 0 where it shows neither.

    Counted are the characters that one way of writing has and the other has not. Above 0 the text is Traditional, even
    with a few characters that only Simplified Chinese has.
    """
    if text.isascii():
        return 0
    return sum(_leaning(sign) for sign in text)


class Wording(StrEnum):
    """Words and characters of Traditional Chinese, by the name of OpenCC's table."""

    TAIWAN = "s2twp"
    HONG_KONG = "s2hkp"


def in_traditional(text: str, wording: Wording) -> str:
    """A Simplified Chinese text as it is written in Taiwan or Hong Kong.

    Addresses of pages, `code`, targets of Markdown links and codes such as XL-发2 stay as they are, and so does
    everything that is not Chinese.
    """
    if text.isascii():
        return text
    words = _converter(wording)
    found: list[str] = []
    end = 0
    for match in _NOT_WORDS.finditer(text):
        found.append(words.convert(text[end : match.start()].encode("utf-8", "replace").decode()))
        kept = match.group()
        found.append(_converter("s2tw").convert(kept) if kept in _OTHER_MEANING else kept)
        end = match.end()
    return "".join((*found, words.convert(text[end:].encode("utf-8", "replace").decode())))


_OTHER_MEANING = ("注销", "代码", "窗口", "项目", "支持", "审核", "批量", "程序")
"""Words that get Traditional characters and no other word. OpenCC's table for Taiwan takes them as terms of computing:
in `data/faq_zh.csv` (2026-12-01) closing an account became logging out and the code of a gift card source code."""
_NOT_WORDS = re.compile(
    r"`[^`]*`|\]\([^)\s]*\)"
    rf"|(?:https?://|www\.)[!-~]+(?:(?<=[/=?&#_-])[{_CJK}]+[!-~]*)*"
    rf"|[A-Za-z0-9]+[-_][{_CJK}]{{1,2}}[A-Za-z0-9]+"
    rf"|{'|'.join(_OTHER_MEANING)}"
)


@lru_cache(maxsize=8_192)  # the characters in use are few
def _leaning(sign: str) -> int:
    """1 for a character of Traditional Chinese alone, -1 for one of Simplified Chinese alone, 0 for all others."""
    if not _IS_CJK.match(sign):
        return 0
    if _simplifier().convert(sign) != sign:
        return 1
    frequent = sign.encode("big5", "ignore")[:1]
    if frequent and frequent < _RARE_IN_BIG5:
        return 0
    return -1 if _converter("s2t").convert(sign) != sign else 0


_RARE_IN_BIG5 = b"\xc9"
"""First byte of the second, rare level of Big5. Its first level has the characters that are frequent in Traditional
Chinese, 台, 后 and 里 among them: they do not tell that a text is Simplified."""


def _simplifier() -> Any:
    return _converter("t2s")


@cache
def _converter(table: str) -> Any:
    from opencc import OpenCC

    return OpenCC(table)


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
