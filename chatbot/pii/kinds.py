"""The kinds of personal data, their placeholders, and one piece of it in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of personal data; the value is used in the placeholder."""

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
    """A long number without any cue: masked, since it may be any of the other kinds."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The characters of a text from `start` up to but not including `end` are personal data."""

    kind: Kind
    start: int
    end: int


PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(Kind)})\]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2010: 0x2D, 0x2011: 0x2D}
_HALF_WIDTH |= {0x2013: 0x2D, 0x2212: 0x2D, 0xA0: 0x20, 0x2019: 0x27}


def placeholder(kind: Kind) -> str:
    """The text that replaces the data, such as `[phone]`."""
    return f"[{kind.value}]"


def same_length_half_width(text: str) -> str:
    """The text with full-width ASCII and unusual dashes and blanks replaced by the usual ones, one for one."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)
