"""What the team reviews: messages to label, and topics that nobody answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chatbot.domain.conversation import Message
from chatbot.domain.intents import NearestUtterance
from chatbot.domain.learning import LoggedMessage


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A message to label. `guesses` are labels with probabilities updated by implicit feedback, best first.

    `alike` are the ids of unlabelled messages that ask the same, its own first. `value`, `uncertainty` (0 to 1),
    `frequency` and `negative` (nats) explain its place in the queue.
    """

    message: LoggedMessage
    guesses: tuple[tuple[str, float], ...]
    alike: tuple[int, ...]
    value: float
    uncertainty: float
    frequency: int
    negative: float

    def as_json(self) -> dict[str, Any]:
        """The item as `review list --json` prints it."""
        message = self.message
        return {
            "id": message.id,
            "text": message.text,
            "lang": message.lang,
            "at": message.at.isoformat(),
            "conversation_id": message.conversation_id,
            "route": message.route,
            "answer": message.answer,
            "guesses": [[intent, round(share, 4)] for intent, share in self.guesses],
            "alike": list(self.alike),
            "value": round(self.value, 4),
            "uncertainty": round(self.uncertainty, 4),
            "frequency": self.frequency,
            "negative": round(self.negative, 2),
            "signals": [{"kind": s.kind.value, "intent": s.intent, "detail": s.detail} for s in message.signals],
        }


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """Context for labelling an item: the closest training utterances, and its conversation."""

    item: QueueItem
    nearest: tuple[NearestUtterance, ...]
    conversation: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class UnansweredTopic:
    """One topic: its key phrases, its central message, and its frequency this week and the week before."""

    number: int
    lang: str
    phrases: tuple[str, ...]
    central: LoggedMessage
    messages: tuple[LoggedMessage, ...]
    this_week: int
    week_before: int

    def as_json(self) -> dict[str, Any]:
        """The topic as `review topics --json` prints it."""
        return {
            "topic": self.number,
            "lang": self.lang,
            "phrases": list(self.phrases),
            "central": {"id": self.central.id, "text": self.central.text},
            "size": len(self.messages),
            "this_week": self.this_week,
            "week_before": self.week_before,
            "messages": [message.id for message in self.messages],
        }
