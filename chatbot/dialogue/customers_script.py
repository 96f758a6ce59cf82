"""Shows a reply in the customer's way of writing Chinese; what the team wrote is kept beside it.

Who writes Traditional Chinese gets the words of Hong Kong if the message looks Cantonese, else those of Taiwan. What is
Traditional already stays as it is, and so does every reply to a message in Simplified Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from chatbot.dialogue.answers.partial import PartialReply
from chatbot.domain import Message, Role, Route
from chatbot.text import Script, Wording, in_traditional, script, traditional_lead

_CANTONESE = re.compile(
    "[唔嘅喺冇咁啲佢哋嘢咗嚟嗰乜咩㗎喎噉攞揾嬲啱瞓]|邊度|邊個|點樣|點解|幾時|睇下|而家|依家|琴日|聽日|好似係|係咪|有無得"
    "|香港|九龍|新界|八達通|轉數快|港幣|港元|咭"
)
"""Characters and words that are written in Hong Kong and hardly elsewhere in Traditional Chinese."""

Shown = Callable[[PartialReply], PartialReply]


def as_stored(partial: PartialReply) -> PartialReply:
    """The reply as the team wrote it."""
    return partial


def in_customers_script(text: str, earlier: Callable[[], Sequence[Message]]) -> Shown:
    """What shows the replies to a message in its way of writing.

    Args:
        text: the message.
        earlier: gives the messages before it, oldest first. Called only for a reply in Chinese to a message that does
            not show by itself how the customer writes, such as "2" or 好.
    """

    @cache
    def wording() -> Wording | None:
        return _wording(text, earlier)

    def shown(partial: PartialReply) -> PartialReply:
        if all(script(one) is Script.NO_HAN for one in (partial.text, *partial.choices)):
            return partial
        found = wording()
        return partial if found is None else _converted(partial, found)

    return shown


def _wording(text: str, earlier: Callable[[], Sequence[Message]]) -> Wording | None:
    """How the customer is answered; None for replies as stored."""
    lead = traditional_lead(text)
    if lead < 0:
        return None
    if lead > 0 and _CANTONESE.search(text):
        return Wording.HONG_KONG
    before = [message.text for message in reversed(earlier()) if message.role is Role.CUSTOMER]
    if not lead:
        lead = next(filter(None, map(traditional_lead, before)), 1 if _CANTONESE.search(text) else 0)
    if lead <= 0:
        return None
    return Wording.HONG_KONG if any(map(_CANTONESE.search, (text, *before))) else Wording.TAIWAN


def _converted(partial: PartialReply, wording: Wording) -> PartialReply:
    text = "".join(_piece(piece, wording, written_as) for piece, written_as in _pieces(partial))
    choices = tuple(_piece(choice, wording, choice) for choice in partial.choices)
    return replace(
        partial,
        text=text,
        choices=choices,
        stored_text=partial.text if text != partial.text else "",
        stored_choices=partial.choices if choices != partial.choices else (),
    )


def _pieces(partial: PartialReply) -> Iterator[tuple[str, str]]:
    """The parts of a reply that have one author, each with the text that shows how that author writes."""
    route = partial.decision.route
    if route is Route.SUGGEST and partial.sources:
        sentence, gap, entry = partial.text.partition("\n\n")
        yield sentence + gap, sentence
        yield entry, entry
    elif route is Route.FAQ and partial.sources and not traditional_lead(partial.text):
        yield partial.text, partial.sources[0].entry.question
    else:
        yield partial.text, partial.text


def _piece(text: str, wording: Wording, written_as: str) -> str:
    return text if traditional_lead(written_as) > 0 else in_traditional(text, wording)
