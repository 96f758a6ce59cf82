"""Ranges of amounts, one fact each: `2 to 4 working days`, S$5-10, so that no end moves to another range.

Ranges of times and dates are covered by their ends, which have a notation of their own.
"""

from __future__ import annotations

import re

from chatbot.facts.numbers import digits_for_words
from chatbot.facts.runs import canonical

_NUM = r"\d+(?:[.,]\d+)*"
_RANGE = re.compile(
    rf"(?<![\d.:/A-Za-z#+-])({_NUM})\s*%?(?:\s+to\s+|\s*[–—~至到-]\s*)(?:[A-Za-z]{{0,3}}[$€£¥]\s*)?({_NUM})"
    r"(?![\d:/-]|\s*(?:[ap]\.?m\b|月|日|号|点|时|o['’]?clock|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.I,
)


def ranges(text: str) -> list[tuple[str, str]]:
    """Each range as (its two ends as plain numbers, as written)."""
    found = []
    for match in _RANGE.finditer(digits_for_words(canonical(text), "")):
        low, high = _plain(match.group(1)), _plain(match.group(2))
        # `555-0142` is no range: its parts are longer than amounts and not spaced.
        if len(high) > len(low) + 2:
            continue
        if len(max(low, high, key=len)) > 2 and match.group().count("-") and " " not in match.group():
            continue
        found.append((f"{low}-{high}", match.group().strip()))
    return found


def _plain(number: str) -> str:
    bare = number.replace(",", "")
    return bare.rstrip("0").rstrip(".") if "." in bare else bare.lstrip("0") or "0"
