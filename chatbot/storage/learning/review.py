"""The team's labels of logged messages with their history, and leases on messages (port `ReviewStore`)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from chatbot.dialogue.implicit_feedback import is_a_click
from chatbot.domain import (
    DecisionRecord,
    LabelAction,
    LoggedMessage,
    Message,
    MessageLabel,
    Role,
    Signal,
    SignalKind,
)
from chatbot.errors import NotFoundError
from chatbot.storage.conversations.implicit_feedback import SIGNAL, collect_signals
from chatbot.storage.database.engine import Database
from chatbot.storage.schema import learning
from chatbot.storage.schema import tables as schema

CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)
LABEL = schema.table(learning.Label)
LEASE = schema.table(learning.Lease)
_MANY = 500
"""Most values in one IN list."""
_ACTIVE = select(func.max(LABEL.c.id)).where(LABEL.c.undone_at.is_(None)).group_by(LABEL.c.message_id)
_LABELLED = select(LABEL.c.message_id).where(LABEL.c.undone_at.is_(None))


class SqlReviewStore:
    """Labels, leases and signals in the database. Each call is one short transaction, or one per 500 messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect_signals(self) -> int:
        """Bring the stored signals up to date with the log; returns how many were written."""
        return collect_signals(self._database)

    def logged(
        self,
        *,
        limit: int,
        unlabelled: bool = True,
        since: dt.datetime | None = None,
        free_for: str | None = None,
        ids: Collection[int] | None = None,
    ) -> list[LoggedMessage]:
        """Customers' messages, newest first, without mere clicks on offered choices.

        Args:
            limit: maximum number of messages.
            unlabelled: leave out messages with a label.
            since: leave out messages written earlier.
            free_for: leave out messages leased to anybody else.
            ids: only these messages.
        """
        said = select(MESSAGE.c.id).where(MESSAGE.c.role == Role.CUSTOMER.value)
        if unlabelled:
            said = said.where(MESSAGE.c.id.not_in(_LABELLED))
        if since is not None:
            said = said.where(MESSAGE.c.created_at >= since)
        if free_for is not None:
            taken = select(LEASE.c.message_id).where(LEASE.c.until > _now(), LEASE.c.holder != free_for)
            said = said.where(MESSAGE.c.id.not_in(taken))
        if ids is not None:
            said = said.where(MESSAGE.c.id.in_(list(ids)))
        chosen = said.order_by(MESSAGE.c.id.desc()).limit(limit).subquery()
        before, after = MESSAGE.alias("before"), MESSAGE.alias("after")
        wanted = (
            select(
                MESSAGE.c.id,
                MESSAGE.c.conversation_id,
                CONVERSATION.c.visitor_id,
                MESSAGE.c.text,
                CONVERSATION.c.lang,
                MESSAGE.c.created_at,
                after.c.text,
                after.c.decision,
                before.c.decision,
            )
            .select_from(
                MESSAGE.join(chosen, chosen.c.id == MESSAGE.c.id)
                .join(CONVERSATION, CONVERSATION.c.id == MESSAGE.c.conversation_id)
                .outerjoin(after, _beside(after, 1))
                .outerjoin(before, _beside(before, -1))
            )
            .order_by(MESSAGE.c.id.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            signals: dict[int, list[Signal]] = defaultdict(list)
            every = [row[0] for row in rows]
            for start in range(0, len(every), _MANY):
                some = select(SIGNAL).where(SIGNAL.c.message_id.in_(every[start : start + _MANY]))
                for about, kind, intent, detail in connection.execute(some):
                    signals[about].append(Signal(about, SignalKind(kind), intent, detail))
        return [_logged(row, signals[row[0]]) for row in rows if not _click(row)]

    def label(self, message_ids: Sequence[int], intent: str | None, action: LabelAction, by: str) -> str:
        """Label messages as one batch, replacing earlier labels, and end their leases. Returns the batch.

        Raises:
            NotFoundError: a message does not exist or is not a customer's; nothing is labelled then.
        """
        batch, now = secrets.token_hex(6), _now()
        wanted = list(dict.fromkeys(message_ids))
        with self._database.write() as connection:
            for start in range(0, len(wanted), _MANY):
                part = wanted[start : start + _MANY]
                mine = (MESSAGE.c.id.in_(part), MESSAGE.c.role == Role.CUSTOMER.value)
                known = set(connection.scalars(select(MESSAGE.c.id).where(*mine)))
                missing = [message_id for message_id in part if message_id not in known]
                if missing:
                    raise NotFoundError.of(
                        "no_message_to_label",
                        "There is no customer's message {message} to label. See: chatbot review list.",
                        message=missing[0],
                    )
                row = {"batch": batch, "intent": intent, "action": action.value, "labelled_by": by, "labelled_at": now}
                connection.execute(insert(LABEL), [row | {"message_id": message_id} for message_id in part])
                connection.execute(delete(LEASE).where(LEASE.c.message_id.in_(part)))
        return batch

    def undo(self, by: str, batch: str | None = None) -> list[MessageLabel]:
        """Undo a batch, by default the last one of this person that is in force; returns its labels.

        Raises:
            NotFoundError: there is nothing to undo.
        """
        with self._database.write() as connection:
            standing = select(LABEL.c.batch).where(LABEL.c.undone_at.is_(None))
            last = standing.where(LABEL.c.batch == batch) if batch else standing.where(LABEL.c.labelled_by == by)
            found: str | None = connection.scalar(last.order_by(LABEL.c.id.desc()).limit(1))
            if found is None:
                if batch:
                    raise NotFoundError.of("no_batch", "There is no label of batch {batch} to undo.", batch=batch)
                raise NotFoundError.of("no_label", "There is no label by {by} to undo.", by=by)
            undone = [_label(row) for row in connection.execute(_labels().where(LABEL.c.batch == found))]
            connection.execute(update(LABEL).where(LABEL.c.batch == found).values(undone_at=_now()))
        return undone

    def labels(self, *, limit: int = 100, standing: bool = False) -> list[MessageLabel]:
        """Who labelled what, newest first; with `standing`, only the label in force of each message."""
        wanted = _labels().order_by(LABEL.c.id.desc()).limit(limit)
        if standing:
            wanted = wanted.where(LABEL.c.id.in_(_ACTIVE))
        with self._database.read() as connection:
            return [_label(row) for row in connection.execute(wanted)]

    def count_labels(self, *, since: dt.datetime | None = None) -> int:
        """Number of messages with a label to learn from, given since that time."""
        wanted = select(func.count()).where(LABEL.c.id.in_(_ACTIVE), LABEL.c.intent.is_not(None))
        if since is not None:
            wanted = wanted.where(LABEL.c.labelled_at > since)
        with self._database.read() as connection:
            return int(connection.scalar(wanted) or 0)

    def lease(self, message_ids: Sequence[int], holder: str, *, seconds: float) -> list[int]:
        """Lease those of the messages that nobody else holds; returns them, in the order given."""
        got: list[int] = []
        for message_id in message_ids:
            try:
                with self._database.write() as connection:
                    now = _now()
                    until = now + dt.timedelta(seconds=seconds)
                    free = or_(LEASE.c.holder == holder, LEASE.c.until <= now)
                    taken = update(LEASE).where(LEASE.c.message_id == message_id, free)
                    if connection.execute(taken.values(holder=holder, until=until)).rowcount == 0:
                        row = {"message_id": message_id, "holder": holder, "until": until}
                        connection.execute(insert(LEASE), row)
            except IntegrityError:  # somebody else holds it, or it was erased
                continue
            got.append(message_id)
        return got

    def release(self, holder: str) -> None:
        """End all leases of this person."""
        with self._database.write() as connection:
            connection.execute(delete(LEASE).where(or_(LEASE.c.holder == holder, LEASE.c.until <= _now())))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _beside(other: Any, step: int) -> Any:
    return (
        (other.c.conversation_id == MESSAGE.c.conversation_id)
        & (other.c.position == MESSAGE.c.position + step)
        & (other.c.role == Role.ASSISTANT.value)
    )


def _click(row: Sequence[Any]) -> bool:
    before = Message(Role.ASSISTANT, "", decision=DecisionRecord.from_json(row[8])) if row[8] else None
    return is_a_click(row[3], before)


def _logged(row: Sequence[Any], signals: Sequence[Signal]) -> LoggedMessage:
    record = DecisionRecord.from_json(row[7])
    predicted = record.prediction if record is not None else None
    message_id, conversation_id, visitor_id, text, lang, at, *_ = row
    return LoggedMessage(
        id=message_id,
        conversation_id=conversation_id,
        visitor_id=visitor_id,
        text=text,
        lang=lang,
        at=at,
        answer=row[6] or "",
        route=record.route.value if record is not None else "",
        intent=record.intent if record is not None else None,
        sources=record.sources if record is not None else (),
        ranked=predicted.ranked if predicted is not None else (),
        in_scope=predicted.in_scope if predicted is not None else None,
        signals=tuple(signals),
    )


def _labels() -> Any:
    columns = (LABEL.c.id, LABEL.c.batch, LABEL.c.message_id, MESSAGE.c.conversation_id, MESSAGE.c.text)
    rest = (CONVERSATION.c.lang, LABEL.c.intent, LABEL.c.action, LABEL.c.labelled_by, LABEL.c.labelled_at)
    joined = LABEL.join(MESSAGE, MESSAGE.c.id == LABEL.c.message_id).join(
        CONVERSATION, CONVERSATION.c.id == MESSAGE.c.conversation_id
    )
    return select(*columns, *rest, LABEL.c.undone_at).select_from(joined)


def _label(row: Sequence[Any]) -> MessageLabel:
    label_id, batch, message_id, conversation_id, text, lang, intent, action, by, at, undone_at = row
    return MessageLabel(
        label_id,
        batch,
        message_id,
        conversation_id,
        text,
        lang,
        intent,
        LabelAction(action),
        by,
        at,
        undone=undone_at is not None,
    )
