"""The grounding guard: nothing that looks like a fact leaves unless a source states it. Deterministic.

Knows: facts, sources and a stream of text. Does not know: models, prompts, what happens to a refused reply.

Checked: amounts, prices, percentages, dates, times, durations, phone numbers, e-mail addresses, URLs, codes, and names
written with a capital inside a sentence. Not checked, because it cannot be told without understanding: wrong sentences
built from supported facts, which noun a bare number counts, and names in Chinese characters, in small letters or at the
beginning of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from chatbot.generation.fact_runs import canonical, safe_length
from chatbot.generation.facts import Fact, facts, names
from chatbot.masking import PLACEHOLDER

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MIN_ORDER_DIGITS = 5
_LONGEST_PLACEHOLDER = 12
_AMOUNTS = ("number", "quantity", "money")


class Ungrounded(Exception):  # noqa: N818  # reads as what happened: the reply was ungrounded
    """A generated text states something that no source supports. `fact` is how it was written."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"The reply states {fact!r}, which no source supports.")
        self.fact = fact


class Support:
    """What the sources state, ready for look-up. Arguments as for `unsupported`."""

    def __init__(self, sources: Sequence[str], customer: Sequence[str] = (), known_names: Collection[str] = ()) -> None:
        stated = [fact for text in sources for fact in facts(text)]
        self._keys = {fact.key for fact in stated}
        self._values = {fact.value for fact in stated if fact.kind in _AMOUNTS}
        self._phones = tuple(fact.value for fact in stated if fact.kind == "phone")
        self._months = {fact.value.split("-")[0] for fact in stated if fact.kind == "date"}
        # A customer's number proves nothing; only an order number may be read back.
        self._orders = {fact.value for text in customer for fact in facts(text) if _may_be_order(fact)}
        self._names = {word for text in (*sources, *customer, *known_names) for word in _words(text)}

    def missing(self, text: str, before: str = "") -> tuple[str, ...]:
        """The unsupported facts of `text`, as written; `before` is the text that it continues."""
        wrong = [fact.surface for fact in facts(text, before) if not self.supports(fact)]
        wrong += [name for name in names(text, before) if not self.knows(name)]
        return tuple(dict.fromkeys(wrong))

    def supports(self, fact: Fact) -> bool:
        if fact.key in self._keys:
            return True
        if fact.kind in ("code", "number") and fact.value in self._orders:
            return True
        if fact.kind == "number":
            return fact.value in self._values
        if fact.kind == "phone":
            return any(phone.endswith(fact.value) for phone in self._phones)
        return fact.kind == "month" and fact.value in self._months

    def knows(self, name: str) -> bool:
        return all(word in self._names for word in _words(name))


def unsupported(
    text: str, sources: Sequence[str], *, customer: Sequence[str] = (), known_names: Collection[str] = ()
) -> tuple[str, ...]:
    """The facts of `text` that the sources do not state, as written; empty means that all of it is supported.

    Args:
        text: what is about to be said.
        sources: texts whose facts may be repeated: the answers of the FAQ entries found.
        customer: what the customer wrote in this conversation; order numbers and names in it may be echoed.
        known_names: names that need no source, such as the shop's own.
    """
    return Support(sources, customer, known_names).missing(text)


def guarded(
    pieces: Iterable[str], sources: Sequence[str], *, customer: Sequence[str] = (), known_names: Collection[str] = ()
) -> Iterator[str]:
    """Pass on the pieces of a reply, held back until no fact in them can still grow.

    The text passed on never contains an unsupported fact, however it was cut into pieces. Arguments as for
    `unsupported`. Closing this iterator closes `pieces` when they can be closed.

    Raises:
        Ungrounded: before the first unsupported fact would have left.
    """
    support = Support(sources, customer, known_names)
    said, held = "", ""
    try:
        for piece in pieces:
            held += piece
            length = safe_length(held)
            if length:
                _check(held[:length], said, support)
                yield held[:length]
                said, held = said + held[:length], held[length:]
        if held:
            _check(held, said, support)
            yield held
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()


def _check(text: str, before: str, support: Support) -> None:
    masked = PLACEHOLDER.search(before[-_LONGEST_PLACEHOLDER:] + text)
    if masked:
        raise Ungrounded(masked.group())  # learned from a masked transcript, and no word for a customer
    missing = support.missing(text, before)
    if missing:
        raise Ungrounded(missing[0])


def _may_be_order(fact: Fact) -> bool:
    return fact.kind in ("code", "number") and sum(sign.isdigit() for sign in fact.value) >= _MIN_ORDER_DIGITS


def _words(text: str) -> list[str]:
    found = (word.casefold().replace("’", "'") for word in _WORD.findall(canonical(text)))
    return [word.removesuffix("'s") for word in found]
