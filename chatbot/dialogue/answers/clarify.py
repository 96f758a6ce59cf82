"""Route `clarify`: "did you mean", with the questions of the hits and "none of these"."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.dialogue.answers.phrases import phrase
from chatbot.domain import Route


def answer(brief: Brief) -> Iterator[Draft]:
    """One draft; every choice is a stored question, so that choosing it leads to its answer."""
    questions = dict.fromkeys(hit.entry.question for hit in brief.decision.hits)
    choices = (*questions, phrase("none_of_these", brief.lang))
    yield Draft(phrase("clarify", brief.lang), Route.CLARIFY, brief.decision.reason, (), choices)
