"""Route `fallback`: say plainly that there is no answer, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, fixed
from chatbot.domain import Reason

_PHRASE = {Reason.OUT_OF_SCOPE: "out_of_scope", Reason.EMPTY_KNOWLEDGE: "empty_knowledge"}


def answer(brief: Brief) -> Iterator[PartialReply]:
    """One reply; the sentence follows from the reason."""
    decision = brief.decision
    yield fixed(decision, decision.phrase or _PHRASE.get(decision.reason, "no_match"), brief.lang)
