"""Learning from conversations: implicit feedback, labels of the team, training jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class SignalKind(StrEnum):
    """What a customer did that is feedback on an answer."""

    THUMB_UP = "thumb_up"
    THUMB_DOWN = "thumb_down"
    CHOSEN = "chosen"
    NONE_OF_THESE = "none_of_these"
    REPHRASED = "rephrased"
    ASKED_PERSON = "asked_person"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal about the answer to a customer's message; `message_id` is that of the message, not of the answer.

    `intent` is the intent of the answer; `detail` is the reason that a customer gave with a thumb.
    """

    message_id: int
    kind: SignalKind
    intent: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """A customer's message with its reply. `ranked` are intents with probabilities; empty without a model."""

    id: int
    conversation_id: str
    visitor_id: str
    text: str
    lang: str
    at: dt.datetime
    answer: str = ""
    route: str = ""
    intent: str | None = None
    sources: tuple[str, ...] = ()
    ranked: tuple[tuple[str, float], ...] = ()
    in_scope: float | None = None
    signals: tuple[Signal, ...] = ()


class LabelAction(StrEnum):
    """A person's decision about a message."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    NEW_INTENT = "new_intent"
    OUT_OF_SCOPE = "out_of_scope"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class MessageLabel:
    """A person's label of a message: `intent` is `oos` for out of scope and None for a message to ignore.

    Labels given together share a `batch`, which is undone as a whole.
    """

    id: int
    batch: str
    message_id: int
    conversation_id: str
    text: str
    lang: str
    intent: str | None
    action: LabelAction
    by: str
    at: dt.datetime
    undone: bool = False


class JobStatus(StrEnum):
    """State of a training job. `interrupted`: its process ended without reporting a result."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Job:
    """One training job. `share` is 0 to 1; `result` is that of a finished job; `beat_at` is its last heartbeat."""

    id: int
    status: JobStatus
    options: Mapping[str, Any]
    by: str
    created_at: dt.datetime
    beat_at: dt.datetime
    step: str = ""
    share: float = 0.0
    attempts: int = 1
    cancel_wanted: bool = False
    ended_at: dt.datetime | None = None
    message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
