"""Customers' personal data in transcripts are exchanged before anything is learned from them.

Knows: how e-mail addresses, long numbers and introductions are written. Does not know: models. What is exchanged stays
the same throughout a conversation, so that an agent's echo still matches what the customer wrote.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from chatbot.domain import Role, TranscriptTurn
from chatbot.text import content_hash

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LONG = re.compile(r"(?<![\d.,])\+?\d(?:[\s-]?\d){6,18}(?!\d)")
_ORDER = re.compile(r"[A-Za-z]{1,4}-?$")
_NAMED = re.compile(
    r"((?i:my name is|i am called|this is|name:)\s+)([A-Z][a-z]+(?:\s+[A-Z][a-z]+){0,2})"
    r"|((?:我叫|我是|我姓|姓名[:：]?)\s*)([\u4e00-\u9fff]{2,3})(?=[，。,.!！\s]|$)"
)
_STREET = re.compile(r"\b\d{1,5}\s+(?:[A-Z]\w+\s+){1,3}(?:Street|Road|Avenue|Lane|Drive|Boulevard|Walk|St|Rd|Ave)\b")
_FIRST = {"en": "Alex", "zh": "小林"}


def masked(turns: Sequence[TranscriptTurn]) -> list[TranscriptTurn]:
    """The turns with what customers wrote about themselves exchanged, in every turn of their conversation."""
    grouped: dict[str, list[TranscriptTurn]] = {}
    for turn in turns:
        grouped.setdefault(turn.conversation_id, []).append(turn)
    exchanged = {
        name: _exchanges("\n".join(turn.text for turn in members if turn.speaker is Role.CUSTOMER), name)
        for name, members in grouped.items()
    }
    return [replace(turn, text=_apply(turn.text, exchanged[turn.conversation_id])) for turn in turns]


def _exchanges(said: str, seed: str) -> dict[str, str]:
    """What to exchange for what; equal conversations give equal exchanges."""
    dice = random.Random(content_hash([seed]))  # noqa: S311  # only has to look like what it stands for
    found: dict[str, str] = {}
    for match in _EMAIL.finditer(said):
        found[match.group()] = f"customer{dice.randint(10, 99)}@mail.example"
    for match in _LONG.finditer(said):
        if not _ORDER.search(said[: match.start()]):
            found[match.group()] = re.sub(r"\d", lambda _: str(dice.randint(1, 9)), match.group())
    for match in _STREET.finditer(said):
        found[match.group()] = f"{dice.randint(1, 99)} Sample Street"
    for match in _NAMED.finditer(said):
        name = match.group(2) or match.group(4)
        found[name] = _FIRST["en" if match.group(2) else "zh"]
    return found


def _apply(text: str, exchanged: dict[str, str]) -> str:
    for written in sorted(exchanged, key=len, reverse=True):
        text = text.replace(written, exchanged[written])
    return text
