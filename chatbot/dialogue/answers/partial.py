"""What the modules of the routes get and give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chatbot.dialogue.answers.phrases import offer_of, phrase
from chatbot.domain import FaqHit, HeldBack, Message, Offer, RouteDecision, RoutingPolicy
from chatbot.ports import Generator


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything an answer may use. `history` is called only by routes that need it: it may read the database."""

    decision: RouteDecision
    lang: str
    policy: RoutingPolicy = field(default_factory=RoutingPolicy)
    hits: Sequence[FaqHit] = ()
    history: Callable[[], Sequence[Message]] = tuple
    """Gives the newest messages, the customer's current one last."""
    generator: Generator | None = None


@dataclass(frozen=True, slots=True)
class PartialReply:
    """The whole reply so far; the last one of an answer is final, and its decision may differ from the brief's."""

    text: str
    decision: RouteDecision
    sources: tuple[FaqHit, ...] = ()
    choices: tuple[str, ...] = ()
    offer: Offer = Offer.NOTHING
    held_back: HeldBack | None = None
    """Of a generated reply: what the guard kept out."""
    stored_text: str = ""
    """The text as the team wrote it, and the choices, where the customer is shown another script; else empty."""
    stored_choices: tuple[str, ...] = ()


def fixed(decision: RouteDecision, key: str, lang: str, held_back: HeldBack | None = None) -> PartialReply:
    """A reply that is one of the fixed sentences."""
    return PartialReply(phrase(key, lang), decision, offer=offer_of(key), held_back=held_back)


def introduced(decision: RouteDecision, text: str, lang: str) -> str:
    """A reply after the decision's preamble, if it has one: a paragraph of its own, so that the text stays as it is."""
    return f"{phrase(decision.preamble, lang)}\n\n{text}" if decision.preamble else text


def suggestion(decision: RouteDecision, lang: str) -> PartialReply:
    """The first hit as the closest entry, the questions of the others as choices, and "none of these"."""
    best, *others = decision.hits
    text = "\n\n".join((phrase("suggest", lang), best.entry.question, best.entry.answer))
    text = introduced(decision, text, lang)
    questions = dict.fromkeys(hit.entry.question for hit in others)
    choices = (*questions, phrase("none_of_these", lang))
    return PartialReply(text, decision, (best,), choices, offer_of("suggest"))


def choice(decision: RouteDecision, lang: str, held_back: HeldBack | None = None) -> PartialReply:
    """A question back: what the decision offers, else the questions of its hits, and "none of these"."""
    key = decision.phrase or "clarify"
    questions = dict.fromkeys(hit.entry.question for hit in decision.hits)
    choices = decision.choices or (*questions, phrase("none_of_these", lang))
    return PartialReply(introduced(decision, phrase(key, lang), lang), decision, (), choices, offer_of(key), held_back)
