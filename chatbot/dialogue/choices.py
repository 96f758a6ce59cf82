"""Which of the offered choices a customer means, by its text or by typing its number, in English or Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from chatbot.domain import CustomerMessage

_NONE = frozenset({"none of these", "none of them", "none", "neither", "都不是", "都不对", "都唔系"})  # folded: 都唔係
_ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
            "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}  # fmt: skip
_CHINESE = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5}
_LATIN = re.compile(
    rf"(?:(?:i (?:mean|want|choose|meant)|it is|it's) )?(?:the )?(?:(?:number|no\.?|option|choice|answer|question) ?)?"
    rf"[#(]?(?P<number>\d|{'|'.join(_ENGLISH)})(?:st|nd|rd|th)?(?: (?:one|option|choice|question))?"
    r"(?:,? please)?[.):!]*"
)
_HAN = re.compile(
    rf"(?:我?(?:要|选|选择|選|選擇|是|想问|想問))?(?:第|选项|選項)?(?P<number>[\d{''.join(_CHINESE)}])[个個项項条條号號]?[吧。.!)]*"
)


def choice_number(text: str) -> int | None:
    """The number that the whole message says, from 1; None for any other message.

    Both "2", "#2", "the second one", "option two" and "第二个", "选2" say 2.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    found = _LATIN.fullmatch(folded) or _HAN.fullmatch(folded)
    if found is None:
        return None
    said = found["number"]
    number = _ENGLISH.get(said) or _CHINESE.get(said) or int(said)
    return number or None


def may_choose(message: CustomerMessage) -> bool:
    """Whether a message says a number or "none of these"; any other choice is a question that is asked by itself."""
    return message.normalised in _NONE or choice_number(message.text) is not None


def chosen(message: CustomerMessage, choices: Sequence[str]) -> str | None:
    """The choice that a message is, whose number it says, or the last one where it says "none"; None for any other.

    Args:
        message: what the customer said.
        choices: what was offered, "none of these" last.
    """
    if message.text in choices:
        return message.text
    if choices and message.normalised in _NONE:
        return choices[-1]
    number = choice_number(message.text)
    return choices[number - 1] if number is not None and number <= len(choices) else None
