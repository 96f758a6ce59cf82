"""Cuts text into runs that can hold a fact, so that no fact crosses a cut.

An atom is a stretch of white space, one CJK character, or a stretch of anything else. It is hot if it may be part of a
fact and plain if it may not; white space is neither. A run ends after a plain atom. Nothing to the right of that atom's
end affects the cut, so a growing text gives the same runs as the finished one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from chatbot.facts import words

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ATOM = re.compile(rf"\s+|[{HAN}]|[^\s{HAN}]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_INNER_DOT = re.compile(r"[^\W\d_]\.[^\W\d_]")
_MARKS = re.compile(r"[@$€£¥%°+#]|\w[/:]\w")
_CAPITALISED = re.compile(rf"(?:(?<=[{HAN}])|(?<![^\W_]))[^\W\d_{HAN}][^\W_{HAN}]*(?:['’-][^\W_{HAN}]+)*")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SENTENCE_END = ".!?。！？…:：;；\n"
_OPENING = "\"'“‘”’「『(（[【«-–—*•"
_SPLIT_UNITS = {part for unit in (*words.UNITS, *words.CURRENCIES) for part in unit.split()}

_HOT_WORDS = (
    set(words.NUMBER_WORDS)
    | set(words.MULTIPLIERS)
    | set(words.VAGUE)
    | _SPLIT_UNITS
    | set(words.MONTHS)
    | set(words.WEEKDAYS)
    | set(words.RELATIVE_DAYS)
    | words.CONNECTORS
    | {words.HALF, "noon", "midnight", "o'clock", "clock", "st", "nd", "rd", "th", "p.m", "a.m"}
)
_HOT_HAN = set(
    "".join(
        (
            *words.HAN_DIGITS,
            *words.HAN_POWERS,
            *words.HAN_GROUPS,
            *words.HAN_DAY_PARTS,
            *(unit for unit in words.UNITS if not unit.isascii()),
            *(unit for unit in words.CURRENCIES if not unit.isascii()),
            *(day for day in words.RELATIVE_DAYS if not day.isascii()),
            words.HAN_HALF,
            words.HAN_VAGUE,
            words.HAN_COUNTERS,
            words.HAN_CONNECTORS,
            "周週星期礼拜月日号號点點时時分秒整百之下上",
        )
    )
)


class Atom(NamedTuple):
    """A piece of text, whether it may be part of a fact, and whether it certainly is not (white space: neither)."""

    text: str
    hot: bool
    plain: bool


def canonical(text: str) -> str:
    """Text in the form that facts are read from: NFKC (full width becomes half width), without invisible characters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def atoms(text: str) -> list[Atom]:
    """All atoms of the text in order; joined they give the text."""
    found = []
    for match in _ATOM.finditer(text):
        piece = match.group()
        hot = not piece.isspace() and _is_hot(piece)
        found.append(Atom(piece, hot, not hot and not piece.isspace()))
    return found


def runs(text: str) -> list[tuple[str, str]]:
    """The runs that contain a fact word, each with the text before it."""
    found: list[tuple[str, str]] = []
    start = position = 0
    hot = False
    for part in atoms(text):
        if part.plain:
            if hot:
                found.append((text[:start], text[start:position]))
            start, hot = position + len(part.text), False
        hot = hot or part.hot
        position += len(part.text)
    if hot:
        found.append((text[:start], text[start:]))
    return found


def sentence_starts(before: str) -> bool:
    """Whether text that follows `before` begins a sentence."""
    bare = before.rstrip()
    if "\n" in before[len(bare) :]:
        return True
    bare = bare.rstrip(_OPENING + " ")
    return not bare or bare[-1] in _SENTENCE_END


def capitalised(text: str) -> list[tuple[str, str]]:
    """Words with a capital first letter, with the text before each; units and months included."""
    return [
        (text[: match.start()], match.group()) for match in _CAPITALISED.finditer(text) if match.group()[0].isupper()
    ]


def _is_hot(atom: str) -> bool:
    if len(atom) == 1 and re.match(rf"[{HAN}]", atom):
        return canonical(atom) in _HOT_HAN or unicodedata.numeric(atom, None) is not None
    plain = canonical(atom)
    if any(unicodedata.numeric(letter, None) is not None for letter in plain):
        return True
    if _MARKS.search(plain) or _INNER_DOT.search(plain):
        return True
    if not _WORD.search(plain):
        # A lone dash or comma may be part of "2 - 4 days"; a sentence mark ends every fact.
        return not any(mark in plain for mark in "!?;。")
    found = [word.casefold().replace("’", "'") for word in _WORD.findall(plain)]
    return any(word in _HOT_WORDS or word.removesuffix("'s") in _HOT_WORDS for word in found)
