"""Conversations: who wrote what."""

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

    `held_by` is the agent who answers in it, empty where the assistant does; `passed_on` says whether it ever waited
    for one.
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
    """A name that speaks in an imported file: its role, how many lines it has, and one of them, masked.

    `role` is the value of a `Role`, `skip` for notes that are nobody's, or empty where it is not known.
    """

    name: str
    role: str
    turns: int
    example: str = ""
