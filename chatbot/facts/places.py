"""Streets with their number: `18 Tannery Walk`, 建国路88号.

One fact each, so that no number moves to another street.
"""

from __future__ import annotations

import re

from chatbot.facts.runs import HAN, canonical

_KINDS = {
    "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "blvd": "boulevard",
    "pl": "place", "ct": "court", "sq": "square", "hwy": "highway", "pkwy": "parkway",
}  # fmt: skip
_KIND = "|".join(
    (*_KINDS, *_KINDS.values(), "walk", "way", "terrace", "crescent", "close", "quay", "alley", "row", "rise", "hill")
)
_ENGLISH = re.compile(
    rf"(?<![\w.])(\d{{1,5}}[A-Za-z]?),?\s+((?:(?:[A-Z][\w'’.-]*|\d+(?:st|nd|rd|th))\s+){{1,4}}(?i:{_KIND})\b\.?)"
)
_CHINESE = re.compile(rf"([{HAN}]{{1,8}}?(?:路|街|大道|巷|弄|胡同|道))\s*(\d{{1,5}})\s*(?:号|號|弄)")
_NOT_STREET = re.compile(r"^.*(?:位于|地址是|地址为|地址|在|到|寄到|寄往|至|是|：|区|市|县)")


def streets(text: str) -> list[tuple[str, str]]:
    """Each street with its number as (canonical form, as written)."""
    plain = canonical(text)
    found = [(f"{m.group(1).casefold()} {_english(m.group(2))}", m.group()) for m in _ENGLISH.finditer(plain)]
    for match in _CHINESE.finditer(plain):
        name = _NOT_STREET.sub("", match.group(1)) or match.group(1)
        found.append((f"{match.group(2)} {name}", match.group()))
    return found


def _english(name: str) -> str:
    words = [word.strip(".").casefold() for word in name.split()]
    return " ".join((*words[:-1], _KINDS.get(words[-1], words[-1])))
