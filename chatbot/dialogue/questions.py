"""Where one message asks two things: the places at which it may be cut, told by punctuation and joining words."""

from __future__ import annotations

import re

from chatbot.text import language, tokens

_STRONG = re.compile(r"[?？。!！;；\n]+|(?<=\w)\.(?=\s)|\b\d[.)]\s|另外|还有|還有|顺便|順便|同埋|然后|然後")
_ENGLISH = re.compile(r"[,，]\s*(?:and|also|plus)\b|\b(?:and also|also|plus|and|n|&)\b|\s&\s|[,，]", re.IGNORECASE)
_CHINESE = re.compile(r"[,，、]|\s+|再|和")
_LEADING = re.compile(r"^(?:and|also|plus|then|but|so)\b\s*|^[\s,，、.:：]+", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？]|\b(?:how|whats?|when|where|who|which|why|can|could|may|do|does|did|is|are|was|will|would|should|need|wan(?:t|na))\b"
    r"|吗|嗎|么|麼|多少|几|幾|怎|咋|哪|谁|誰|啥|咩|点|點|能不能|可以|可不可以|是不是|有没有|有冇|要不要|会不会|[不没呢]$"
    r"|邊|多久|多长|能否|行不|得唔得",
    re.IGNORECASE,
)
"""Both parts must ask: without this, of 396 single questions 36 were taken for two from 0.5 on; with it, 3."""
LEAST_WORDS, LEAST_CHARACTERS = 2, 3
"""A shorter part asks nothing by itself."""
MOST_CUTS = 3
"""Places that are tried; the strongest first, then those closest to the middle."""


def cuts(text: str) -> tuple[tuple[str, str], ...]:
    """The pairs of parts that a message may consist of, the likeliest first; none where it cannot be cut."""
    weak = _CHINESE if language(text) == "zh" else _ENGLISH
    found: dict[tuple[str, str], tuple[bool, float]] = {}
    for pattern in (_STRONG, weak):
        for match in pattern.finditer(text):
            parts = _part(text[: match.start()]), _part(text[match.end() :])
            if all(_says_something(part) and _ASKS.search(part) for part in parts):
                off_middle = abs((match.start() + match.end()) / 2 / len(text) - 0.5)
                found.setdefault(parts, (pattern is weak, off_middle))
    return tuple(sorted(found, key=lambda parts: found[parts])[:MOST_CUTS])


def _part(text: str) -> str:
    return _LEADING.sub("", text.strip(" ,，、。.?？!！;；:：")).strip()


def _says_something(part: str) -> bool:
    if language(part) == "zh":
        return sum(1 for token in tokens(part) if len(token) == 1 or token.isascii()) >= LEAST_CHARACTERS
    return len(tokens(part)) >= LEAST_WORDS
