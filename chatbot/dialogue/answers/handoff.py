"""Route `handoff`: a person takes over, and the customer is told."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.dialogue.answers.phrases import phrase
from chatbot.domain import Route


def answer(brief: Brief) -> Iterator[Draft]:
    """One draft."""
    yield Draft(phrase("handoff", brief.lang), Route.HANDOFF, brief.decision.reason)
