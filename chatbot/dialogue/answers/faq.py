"""Route `faq`: the curated answer, word for word, with its source."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.domain import Route


def answer(brief: Brief) -> Iterator[Draft]:
    """Exactly one draft: what the team wrote."""
    hit = brief.decision.hits[0]
    yield Draft(hit.entry.answer, Route.FAQ, brief.decision.reason, (hit,))
