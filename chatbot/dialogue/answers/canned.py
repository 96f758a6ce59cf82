"""Route `canned`: one of the assistant's own sentences, for small talk, "yes", "ok", "no" and commands."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.dialogue.answers.partial import Brief, PartialReply, fixed
from chatbot.dialogue.short_replies import is_question
from chatbot.domain import Offer


def answer(brief: Brief) -> Iterator[PartialReply]:
    """One reply."""
    decision = brief.decision
    if decision.reply is None:
        yield fixed(decision, decision.phrase, brief.lang)
        return
    asks = Offer.QUESTION if is_question(decision.reply.text) else Offer.NOTHING
    offer = Offer.PERSON if decision.reply.offers_person else asks
    yield PartialReply(decision.reply.text, decision, offer=offer)
