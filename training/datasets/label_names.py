"""Turns the name of an intent into words, which serve as another utterance of it."""

from __future__ import annotations

import re

from chatbot.text import clean

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[\W_]+", re.UNICODE)
_SAYS_SOMETHING = re.compile(r"[^\W\d_]{3}|[\u3400-\u9fff]{2}", re.UNICODE)


def label_words(label: str) -> str:
    """`card_arrival` and `cardArrival` become "card arrival"; a label without words, such as `17`, becomes empty."""
    words = clean(_NOT_A_WORD.sub(" ", _CAMEL.sub(" ", label))).lower()
    return words if _SAYS_SOMETHING.search(words) else ""
