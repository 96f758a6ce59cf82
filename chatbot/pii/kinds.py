"""The kinds of personal data, their placeholders, and one piece of it in a text.

Knows: names of kinds. Does not know: how any kind is recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of personal data is; the value stands in the placeholder."""

    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"
    ID = "id"
    IBAN = "iban"
    PASSPORT = "passport"
    ADDRESS = "address"
    ORDER = "order"
    ACCOUNT = "account"
    NAME = "name"
    NUMBER = "number"
    """A long number that says nothing about itself: masked, since it may be any of the others."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Characters `start` up to and without `end` of a text are personal data."""

    kind: Kind
    start: int
    end: int


PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(Kind)})\]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2010: 0x2D, 0x2011: 0x2D}
_HALF_WIDTH |= {0x2013: 0x2D, 0x2212: 0x2D, 0xA0: 0x20, 0x2019: 0x27}


def placeholder(kind: Kind) -> str:
    """What stands in the text in place of the data, such as `[phone]`."""
    return f"[{kind.value}]"


def same_length_half_width(text: str) -> str:
    """The text with full-width ASCII, odd dashes and blanks as the usual ones, character for character."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)
