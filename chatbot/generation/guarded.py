"""A generator behind the grounding guard, as one more generator.

Knows: a generator and the guard. Does not know: which model speaks, what the customer gets instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from chatbot.domain import FaqEntry, FaqHit, Message, Role
from chatbot.errors import UngroundedReply
from chatbot.generation.guard import Ungrounded, guarded
from chatbot.ports import Generator


@dataclass(frozen=True, slots=True)
class GuardedGenerator:
    """Passes on only what the hits support. `known_names` may be said without a source: the shop's own."""

    inner: Generator
    known_names: Collection[str] = ()

    @property
    def version(self) -> str:
        return self.inner.version

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[str]:
        """Stream as the inner generator does.

        Raises:
            UngroundedReply: before the first unsupported fact would have left.
        """
        sources = [hit.entry.answer for hit in hits]
        customer = [message.text for message in history if message.role is Role.CUSTOMER]
        pieces = self.inner.stream(history, hits, lang=lang)
        try:
            yield from guarded(pieces, sources, customer=customer, known_names=self.known_names)
        except Ungrounded as refused:
            raise UngroundedReply(refused.fact) from refused


def names_in(entries: Sequence[FaqEntry]) -> frozenset[str]:
    """Capitalised words of the curated answers: names the shop itself uses, so the generator may say them."""
    words = (word.strip(".,;:!?()\"'") for entry in entries for word in entry.answer.split())
    return frozenset(word for word in words if word[:1].isupper() and word.isalpha())
