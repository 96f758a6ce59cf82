"""Finds personal data in customers' messages and replaces it with placeholders such as `[phone]`.

The replacement is one-way: nothing of the original is kept, so equal data cannot be told from different data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from chatbot.pii.addresses import addresses
from chatbot.pii.cards_and_ids import loose_numbers, numbers
from chatbot.pii.kinds import PLACEHOLDER, Kind, PersonalData, placeholder, same_length_half_width
from chatbot.pii.names import names
from chatbot.pii.phones_and_emails import emails, phones

__all__ = ["PLACEHOLDER", "Kind", "PersonalData", "mask", "personal_data", "placeholder", "public_data"]

_FINDERS = (emails, numbers, phones, addresses, names, loose_numbers)
"""Most reliable first: a later finder never takes characters of an earlier one."""


def mask(text: str, *, public: frozenset[str] = frozenset()) -> str:
    """The text with a placeholder for each piece of personal data; masking it again changes nothing.

    `public` is the result of `public_data` for the team's own answers: the shop's hotline is not personal data.
    """
    before = None
    while before != text:  # a placeholder may bring together a word and a number that were apart
        before, text = text, _masked_once(text, public)
    return text


def _masked_once(text: str, public: frozenset[str]) -> str:
    parts: list[str] = []
    done = 0
    for found in personal_data(text):
        if public and _key(text[found.start : found.end]) in public:
            continue
        parts += (text[done : found.start], placeholder(found.kind))
        done = found.end
    parts.append(text[done:])
    return "".join(parts)


def public_data(texts: Iterable[str]) -> frozenset[str]:
    """Phone numbers, addresses and the like in published texts, in the form that `mask` compares."""
    return frozenset(_key(text[found.start : found.end]) for text in texts for found in personal_data(text))


@lru_cache(maxsize=2_048)
def personal_data(text: str) -> tuple[PersonalData, ...]:
    """The personal data in a text, in order and without overlaps.

    Results for the latest texts are cached: an import asks twice, and chat messages repeat.
    """
    half = same_length_half_width(text)
    taken = list(_placeholders(half))
    kept: list[PersonalData] = []
    for finder in _FINDERS:
        for found in finder(half):
            if not any(found.start < end and start < found.end for start, end in taken):
                taken.append((found.start, found.end))
                kept.append(found)
    return tuple(sorted(kept, key=lambda found: found.start))


def _placeholders(text: str) -> Iterator[tuple[int, int]]:
    if "[" in text:
        yield from (match.span() for match in PLACEHOLDER.finditer(text))


def _key(text: str) -> str:
    return "".join(letter for letter in same_length_half_width(text).casefold() if letter.isalnum())
