"""An in-memory review queue: a fixed list of messages, with leases and labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbot.domain import LabelAction, LoggedMessage, Message, MessageLabel, NearestUtterance, Role, Route
from chatbot.domain.review import ItemDetail, QueueItem, UnansweredTopic
from chatbot.errors import InputError, NotFoundError

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def logged(number: int, text: str) -> LoggedMessage:
    return LoggedMessage(number, f"c{number}", "visitor-of-the-desk", text, "en", NOW, "Hm.", "fallback")


@dataclass
class FakeDesk:
    """`texts` are the queue, in order; each message has two guesses."""

    texts: Sequence[str] = ("where is <b>it</b>", "rent a boat", "boats for rent")
    known: list[str] = field(default_factory=lambda: ["delivery", "returns"])
    labelled: list[MessageLabel] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)

    def take(self, by: str, *, count: int = 1) -> list[QueueItem]:
        done = {label.message_id for label in self.labelled}
        free = [logged(at, text) for at, text in enumerate(self.texts, 1) if at not in done]
        open_ones = [message for message in free if self.held.get(message.id, by) == by][:count]
        self.held |= {message.id: by for message in open_ones}
        return [
            QueueItem(message, (("delivery", 0.7), ("returns", 0.3)), (message.id,), 1.0, 0.6, 1, 0.0)
            for message in open_ones
        ]

    def detail(self, item: QueueItem) -> ItemDetail:
        said = Message(Role.CUSTOMER, item.message.text, id=item.message.id)
        return ItemDetail(item, (NearestUtterance("where is my parcel", "delivery", 0.8),), (said,))

    def label(
        self, ids: Sequence[int], action: LabelAction, by: str, *, intent: str = "", route: Route = Route.FAQ
    ) -> str:
        if action is LabelAction.NEW_INTENT and not intent:
            raise InputError("Name the intent of the message.")
        if action is LabelAction.NEW_INTENT:
            self.known.append(intent)
        for number in ids:
            text = self.texts[number - 1]
            self.held.pop(number, None)
            self.labelled.append(MessageLabel(number, by, number, f"c{number}", text, "en", intent, action, by, NOW))
        return "batch"

    def undo(self, by: str, batch: str | None = None) -> list[MessageLabel]:
        mine = [label for label in self.labelled if label.by == by]
        if not mine:
            raise NotFoundError("There is no label to undo.")
        self.labelled.remove(mine[-1])
        return [mine[-1]]

    def intents(self) -> list[str]:
        return sorted(self.known)

    def topics(self) -> list[UnansweredTopic]:
        """A single topic of all messages about boats."""
        boats = [logged(at, text) for at, text in enumerate(self.texts, 1) if "boat" in text]
        return [UnansweredTopic(1, "en", ("boat", "rent"), boats[0], tuple(boats), 2, 0)] if boats else []
