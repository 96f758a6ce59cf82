"""Conversations in which a customer was promised a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from chatbot.domain.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Handoff:
    """A conversation that waits for a person since `asked_at`, or was settled by somebody at `settled_at`."""

    conversation: Conversation
    asked_at: dt.datetime
    settled_at: dt.datetime | None = None
    settled_by: str = ""
