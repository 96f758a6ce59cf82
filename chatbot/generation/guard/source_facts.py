"""Checks which facts of a text its sources do not state. Deterministic.

Checked: amounts, prices, percentages, dates, times, durations, phone numbers, e-mail addresses, URLs, codes, streets,
proper names and commitments. Not checked, because it requires understanding: wrong sentences built from supported
facts, and which noun a bare number counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from chatbot.facts import words
from chatbot.facts.commitments import Commitments
from chatbot.facts.extraction import Fact, facts
from chatbot.facts.names import proper_names
from chatbot.facts.places import streets
from chatbot.facts.ranges import ranges
from chatbot.facts.runs import canonical
from chatbot.generation.patterns import ASKS

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MIN_ORDER_DIGITS = 5
_AMOUNTS = ("number", "quantity", "money")
_DOLLARS = ("SGD", "USD", "AUD", "HKD", "TWD")


class Missing(NamedTuple):
    """Something that a text states and no source does: its kind, and its surface form."""

    kind: str
    surface: str


class Support:
    """The facts of the sources, prepared for look-up. Arguments as for `unsupported`."""

    def __init__(
        self,
        sources: Sequence[str],
        customer: Sequence[str] = (),
        known_names: Collection[str] = (),
        ordinary: Sequence[str] = (),
    ) -> None:
        """`ordinary` are texts whose Chinese words are no names, even if a segmenter takes them for names."""
        stated = [fact for text in sources for fact in facts(text)]
        self._keys = {fact.key for fact in stated}
        self._values = {fact.value for fact in stated if fact.kind in _AMOUNTS}
        self._phones = tuple(fact.value for fact in stated if fact.kind == "phone")
        self._months = {fact.value.split("-")[0] for fact in stated if fact.kind == "date"}
        self._streets = {street for text in sources for street, _ in streets(text)}
        # A customer's number proves nothing: an order number may be repeated, anything else only asked about.
        said = [fact for text in customer for fact in facts(text)]
        self._orders = {fact.value for fact in said if _may_be_order(fact)}
        self._said = {fact.key for fact in said} | {("number", fact.value, "") for fact in said}
        self._said_streets = {street for text in customer for street, _ in streets(text)}
        self._ranges = {ends for text in sources for ends, _ in ranges(text)}
        self._said_ranges = {ends for text in customer for ends, _ in ranges(text)}
        self._commitments = Commitments(sources)
        named = (*sources, *customer, *known_names)
        self._names = {word for text in named for word in _words(text)}
        self._named = "\n".join(canonical(text) for text in (*named, *ordinary)).casefold()

    def missing(self, text: str, before: str = "") -> tuple[Missing, ...]:
        """The unsupported statements of `text`; `before` is the text that it continues."""
        asks = ASKS.search(text) is not None
        wrong = [
            Missing("fact", fact.surface)
            for fact in facts(text, before)
            if not (self.supports(fact) or (asks and fact.key in self._said))
        ]
        wrong += [
            Missing("fact", written)
            for street, written in streets(text)
            if not (street in self._streets or (asks and street in self._said_streets))
        ]
        wrong += [
            Missing("fact", written)
            for ends, written in ranges(text)
            if not (ends in self._ranges or (asks and ends in self._said_ranges))
        ]
        wrong += [Missing("name", name) for name in proper_names(text, before) if not self.knows(name)]
        wrong += [Missing("commitment", written) for written in self._commitments.missing(text)]
        return tuple(dict.fromkeys(wrong))

    def supports(self, fact: Fact) -> bool:
        """Whether a source states this fact, in any notation."""
        if fact.key in self._keys:
            return True
        if fact.kind in ("code", "number") and fact.value in self._orders:
            return True
        if fact.kind == "number":
            return fact.value in self._values
        if fact.kind == "phone":
            return any(phone.endswith(fact.value) for phone in self._phones)
        if fact.kind == "money" and fact.unit == "$":  # a bare sign is less specific than the shop's own currency
            return any(("money", fact.value, unit) in self._keys for unit in _DOLLARS)
        return fact.kind == "month" and fact.value in self._months

    def knows(self, name: str) -> bool:
        """Whether a name, or a Chinese word taken for one, occurs in any text of the conversation or the shop."""
        if name.casefold() in words.CURRENCIES:
            return True
        if name.isascii():
            return all(word in self._names for word in _words(name))
        return canonical(name).casefold() in self._named


def unsupported(
    text: str, sources: Sequence[str], *, customer: Sequence[str] = (), known_names: Collection[str] = ()
) -> tuple[str, ...]:
    """The parts of `text` that the sources do not state, as written; empty if all of it is supported.

    Args:
        text: the text to check.
        sources: texts whose facts may be repeated: the answers of the FAQ entries found, and earlier replies.
        customer: the customer's messages in this conversation; order numbers and names in them may be repeated, and any
            fact of them may occur in a question.
        known_names: names that need no source, such as the shop's own.
    """
    return tuple(found.surface for found in Support(sources, customer, known_names).missing(text))


def _may_be_order(fact: Fact) -> bool:
    return fact.kind in ("code", "number") and sum(sign.isdigit() for sign in fact.value) >= _MIN_ORDER_DIGITS


def _words(text: str) -> list[str]:
    found = (word.casefold().replace("’", "'") for word in _WORD.findall(canonical(text)))
    return [word.removesuffix("'s") for word in found]
