"""Splits a growing text into sentences, so that each can be checked before it is shown.

A mark ends a sentence only if something follows it, so that `6.90`, `hazelnook.example` and `9 a.m. to` stay whole;
nothing further to the right affects the split, so it does not matter in which pieces a text arrives.
"""

from __future__ import annotations

import re
from itertools import pairwise

_CLOSING = "\"'”’」』)）】》"
_END = re.compile(rf"[.!?…]+[{_CLOSING}]*(?=\s+\S)|[。！？!?…]+[{_CLOSING}]*(?=[^\s。！？!?….{_CLOSING}])|\n")
_TITLE = re.compile(r"(?<![A-Za-z])(?:[A-Za-z]|mr|mrs|ms|dr|st|no|nos|approx|ca|vs|e\.g|i\.e|tel|ext)\.$", re.I)
_MAY_END = re.compile(r"(?:(?<![A-Za-z])(?:a\.m|p\.m|etc|inc|ltd|co|ave|rd|blvd)|\d)\.$", re.I)


def complete(text: str) -> int:
    """Length of the longest prefix of `text` that consists of whole sentences, whatever follows."""
    ends = _ends(text)
    return ends[-1] if ends else 0


def sentences(text: str) -> list[str]:
    """All sentences in order, the last one finished or not; joined they give the text."""
    borders = [0, *_ends(text), len(text)]
    return [text[a:b] for a, b in pairwise(borders) if text[a:b].strip()]


def _ends(text: str) -> list[int]:
    return [match.end() for match in _END.finditer(text) if not _goes_on(text, match.end())]


def _goes_on(text: str, at: int) -> bool:
    """Whether a sentence continues: always after a title; after `p.m.` or `4.` unless a capital or newline follows."""
    before = text[:at]
    if before.endswith("\n"):
        return False
    if _TITLE.search(before) and not _MAY_END.search(before):
        return True
    following = text[at:].lstrip(" ")[:1]
    return bool(_MAY_END.search(before)) and not (following.isupper() or following == "\n" or not following.isascii())
