"""What an answerer gets and gives. Knows the domain, no route."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.domain import FaqHit, Message, Reason, Route, RouteDecision
from chatbot.ports import Generator


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything an answerer may use. `history` is called only by routes that need it: it reads the database."""

    decision: RouteDecision
    lang: str
    hits: Sequence[FaqHit]
    history: Callable[[], Sequence[Message]]
    generator: Generator | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole reply so far. The last draft of an answerer is final; route and reason may differ from the decision."""

    text: str
    route: Route
    reason: Reason
    sources: tuple[FaqHit, ...] = ()
    choices: tuple[str, ...] = ()
    held_back: tuple[str, str] | None = None
    """Of a generated reply: the guard's rule that stopped it, and what it found."""
