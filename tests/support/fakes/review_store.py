"""An in-memory ReviewStore over the fake conversation store. It passes the same contract tests as the real one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import threading
from collections.abc import Callable, Collection, Sequence

from chatbot.dialogue.implicit_feedback import conversation_signals, is_a_click
from chatbot.domain import Conversation, LabelAction, LoggedMessage, Message, MessageLabel, Role, Signal
from chatbot.errors import NotFoundError
from support.fakes.conversations import FakeConversationStore


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class FakeReviewStore:
    """Labels in a list, leases and implicit feedback in dicts; data of an erased message is removed with it."""

    def __init__(self, conversations: FakeConversationStore, clock: Callable[[], dt.datetime] = _now) -> None:
        self._conversations = conversations
        self._clock = clock
        self._labels: list[MessageLabel] = []
        self._signals: list[Signal] = []
        self._leases: dict[int, tuple[str, dt.datetime]] = {}
        self._batches = itertools.count(1)
        self._lock = threading.Lock()

    def collect_signals(self) -> int:
        said: dict[str, list[Message]] = {}
        for begun, message in self._conversations.every_message():
            said.setdefault(begun.id, []).append(message)
        reasons = {key: reason for key, reason in self._conversations.reasons.items() if reason}
        self._signals = [signal for told in said.values() for signal in conversation_signals(told, reasons)]
        return len(self._signals)

    def logged(
        self,
        *,
        limit: int,
        unlabelled: bool = True,
        since: dt.datetime | None = None,
        free_for: str | None = None,
        ids: Collection[int] | None = None,
    ) -> list[LoggedMessage]:
        labelled = {label.message_id for label in self._labels if not label.undone} if unlabelled else set()
        now = self._clock()
        held = {key for key, (who, until) in self._leases.items() if free_for and who != free_for and until > now}
        found = [
            (begun, message)
            for begun, message in reversed(self._conversations.every_message())
            if message.role is Role.CUSTOMER
            and message.id not in labelled | held
            and (since is None or message.created_at >= since)
            and (ids is None or message.id in ids)
        ][:limit]
        around = [(*pair, *self._beside(pair[1])) for pair in found]
        return [self._logged(begun, m, after) for begun, m, before, after in around if not is_a_click(m.text, before)]

    def label(self, message_ids: Sequence[int], intent: str | None, action: LabelAction, by: str) -> str:
        known = {message.id: (b, message) for b, message in self._conversations.every_message()}
        wanted = list(dict.fromkeys(message_ids))
        for key in wanted:
            if key not in known or known[key][1].role is not Role.CUSTOMER:
                raise NotFoundError(f"There is no customer's message {key} to label.")
        batch = f"batch-{next(self._batches)}"
        for key in wanted:
            begun, message = known[key]
            number, text = len(self._labels) + 1, message.text
            self._labels.append(
                MessageLabel(number, batch, key, begun.id, text, begun.lang, intent, action, by, self._clock())
            )
            self._leases.pop(key, None)
        return batch

    def undo(self, by: str, batch: str | None = None) -> list[MessageLabel]:
        standing = [one for one in self._there() if not one.undone and (one.batch == batch if batch else one.by == by)]
        if not standing:
            raise NotFoundError("There is no label to undo.")
        undone = [label for label in self._there() if label.batch == standing[-1].batch]
        self._labels = [dataclasses.replace(one, undone=one.undone or one in undone) for one in self._labels]
        return undone

    def labels(self, *, limit: int = 100, standing: bool = False) -> list[MessageLabel]:
        return list(reversed(self._standing() if standing else self._there()))[:limit]

    def count_labels(self, *, since: dt.datetime | None = None) -> int:
        given = [label for label in self._standing() if label.intent is not None]
        return sum(since is None or label.at > since for label in given)

    def lease(self, message_ids: Sequence[int], holder: str, *, seconds: float) -> list[int]:
        got = []
        there = {message.id for _, message in self._conversations.every_message()}
        with self._lock:
            now = self._clock()
            for key in message_ids:
                who, until = self._leases.get(key, (holder, now))
                if key in there and (who == holder or until <= now):
                    self._leases[key] = (holder, now + dt.timedelta(seconds=seconds))
                    got.append(key)
        return got

    def release(self, holder: str) -> None:
        self._leases = {key: lease for key, lease in self._leases.items() if lease[0] != holder}

    def _there(self) -> list[MessageLabel]:
        there = {message.id for _, message in self._conversations.every_message()}
        return [label for label in self._labels if label.message_id in there]

    def _standing(self) -> list[MessageLabel]:
        last = {label.message_id: label for label in self._there() if not label.undone}
        return sorted(last.values(), key=lambda label: label.id)

    def _beside(self, message: Message) -> tuple[Message | None, Message | None]:
        """The assistant's replies directly before and after a message."""
        said = self._conversations.messages(message.conversation_id)
        at = said.index(message)
        before, after = (said[at - 1] if at else None), (said[at + 1] if at + 1 < len(said) else None)
        first, second = (one if one and one.role is Role.ASSISTANT else None for one in (before, after))
        return first, second

    def _logged(self, begun: Conversation, message: Message, after: Message | None) -> LoggedMessage:
        record = after.decision if after else None
        predicted = record.prediction if record else None
        return LoggedMessage(
            message.id,
            begun.id,
            begun.visitor_id,
            message.text,
            begun.lang,
            message.created_at,
            after.text if after else "",
            record.route.value if record else "",
            record.intent if record else None,
            record.sources if record else (),
            predicted.ranked if predicted else (),
            predicted.in_scope if predicted else None,
            tuple(signal for signal in self._signals if signal.message_id == message.id),
        )
