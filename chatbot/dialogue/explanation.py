"""Why a decision was taken: everything that led to it, and what would have led to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatbot.dialogue.decide import Decided
from chatbot.domain import DecisionRecord, FaqEntry, FaqHit, NearestUtterance, Route, RouteDecision
from chatbot.text import normalise

_MOST_PLACES = 4
"""Decimal places of a percentage that is shown."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would be decided for a message, and everything that leads to it."""

    decided: Decided
    nearest: tuple[NearestUtterance, ...] = ()
    """The training utterances of the live model that are closest to the message."""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def decision(self) -> RouteDecision:
        """The route, its reason and its checks."""
        return self.decided.decision

    @property
    def hits(self) -> tuple[FaqHit, ...]:
        """The entries found, best first."""
        return self.decided.hits or ()

    def record(self) -> DecisionRecord:
        """The decision in the form in which those of replies are stored."""
        return self.decided.record(self.versions)


def nearest_record(utterance: NearestUtterance) -> dict[str, Any]:
    """A training utterance as JSON has it; `text` is null where it is not kept."""
    return {
        "text": utterance.text or None,
        "intent": utterance.intent,
        "similarity": round(utterance.similarity, 4),
        "from_conversation": utterance.from_conversation,
    }


def shares(value: float, needed: float) -> tuple[str, str]:
    """Two probabilities as percentages, with as many places as it takes to tell them apart."""
    shown = [(f"{value * 100:.{places}f} %", f"{needed * 100:.{places}f} %") for places in range(1, _MOST_PLACES + 1)]
    return next((pair for pair in shown if pair[0] != pair[1]), shown[0])


def missing_phrasing(text: str, hits: Sequence[FaqHit], route: Route) -> FaqEntry | None:
    """The entry that would answer the message if it had it among its phrasings: the best one, if it is the right one.

    None when the message is answered from the FAQ, or the entry says it already but for capitals and signs.
    """
    if route is Route.FAQ or not hits:
        return None
    best = hits[0].entry
    return None if normalise(text) in {normalise(phrasing) for phrasing in best.phrasings} else best
