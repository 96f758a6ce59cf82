"""Conversations and their messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.domain.decision_record import DecisionRecord


class Role(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `id` is 0 until storage has assigned one, `author` an agent's name, if known."""

    role: Role
    text: str
    id: int = 0
    conversation_id: str = ""
    created_at: dt.datetime | None = None
    decision: DecisionRecord | None = None
    helpful: bool | None = None
    author: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of one visitor.

    `held_by` is the agent who has taken it, empty if the assistant answers; `passed_on` says whether it was ever handed
    off.
    """

    id: str
    visitor_id: str
    lang: str
    started_at: dt.datetime
    origin: str = "chat"
    message_count: int = 0
    title: str = ""
    held_by: str = ""
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class TranscriptTurn:
    """One turn of an imported conversation."""

    conversation_id: str
    turn: int
    speaker: Role
    text: str
    timestamp: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class TranscriptSpeaker:
    """A speaker in an imported file: role, number of lines, and one of the lines, masked.

    `role` is the value of a `Role`, `skip` for system notes, or empty if it is unknown.
    """

    name: str
    role: str
    turns: int
    example: str = ""
