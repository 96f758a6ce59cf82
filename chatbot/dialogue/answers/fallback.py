"""Route `fallback`: say plainly that there is no answer, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.dialogue.answers.phrases import phrase
from chatbot.domain import Reason, Route

_PHRASE = {Reason.OUT_OF_SCOPE: "out_of_scope", Reason.EMPTY_KNOWLEDGE: "empty_knowledge"}


def answer(brief: Brief) -> Iterator[Draft]:
    """One draft; the sentence follows from the reason."""
    reason = brief.decision.reason
    yield Draft(phrase(_PHRASE.get(reason, "no_match"), brief.lang), Route.FALLBACK, reason)
