"""Editing of entries by people (port `EntryStore`): every change with its history, in one transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Text, cast, select, update

from chatbot.domain import (
    Action,
    EntryChange,
    EntryFilter,
    EntryOrder,
    EntryPage,
    FaqEntry,
    KeptEntry,
)
from chatbot.errors import InputError, NotFoundError, StorageError
from chatbot.storage.database.engine import Database
from chatbot.storage.database.key_value import change_revision, take_turns
from chatbot.storage.faq import history as faq_history
from chatbot.storage.faq import listing, rows, usage
from chatbot.storage.faq.history import CHANGE, record

ENTRY = rows.ENTRY


class SqlEntryStore:
    """Entries in the database, as edited by people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        wanted: EntryFilter,
        *,
        order: EntryOrder = EntryOrder.POSITION,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> EntryPage:
        """One page of the entries that match the filter; replies since the last call are counted first."""
        self._count_uses()
        with self._database.read() as connection:
            return listing.page(connection, wanted, order=order, descending=descending, limit=limit, offset=offset)

    def get(self, entry_id: str) -> KeptEntry:
        """An entry, disabled or not. Raises NotFoundError."""
        with self._database.read() as connection:
            return _existing(connection, entry_id)

    def tags(self) -> list[str]:
        """Every tag in use, sorted."""
        with self._database.read() as connection:
            # Cast to text, since JSON cannot be compared in every database.
            written = connection.scalars(select(cast(ENTRY.c.tags, Text)).distinct())
            return sorted({str(tag) for tags in written for tag in json.loads(tags)})

    def create(self, entry: FaqEntry, *, actor: str) -> None:
        """Add an entry after the others.

        Raises:
            InputError: its id or its question belongs to another entry.
        """
        with self._database.write() as connection:
            take_turns(connection)
            if rows.load_kept(connection, [entry.id]):
                raise InputError.of(
                    "id_taken", "The id {id!r} is another entry's. Choose another, or leave it empty.", id=entry.id
                )
            _check_question(connection, entry)
            rows.add(connection, [entry], rows.next_position(connection))
            record(connection, [entry.id], {}, {entry.id: entry}, Action.CREATE, actor)
            change_revision(connection)

    def edit(self, entry: FaqEntry, *, actor: str, seen: dt.datetime | None = None) -> bool:
        """Give an entry new content; False if it has that content already.

        Raises:
            NotFoundError: no such entry.
            InputError: the question belongs to another entry.
            StorageError: somebody else changed it after `seen`.
        """
        with self._database.write() as connection:
            take_turns(connection)
            before = _existing(connection, entry.id)
            if before.entry == entry:
                return False
            if seen is not None and before.updated_at != seen:
                raise StorageError.of(
                    "entry_changed",
                    "The entry {question!r} was changed by somebody else at {at:%Y-%m-%d %H:%M:%S} UTC."
                    " Open it again and repeat your change.",
                    question=before.entry.question,
                    at=before.updated_at,
                )
            _check_question(connection, entry, before.entry)
            rows.replace(connection, [entry])
            record(connection, [entry.id], {entry.id: before}, {entry.id: entry}, Action.EDIT, actor)
            change_revision(connection)
            return True

    def set_enabled(self, ids: Sequence[str], enabled: bool, *, actor: str) -> int:
        """Enable or disable entries; returns how many changed."""

        def change(connection: Connection, found: list[KeptEntry]) -> list[KeptEntry]:
            changed = [kept for kept in found if kept.enabled != enabled]
            _set(connection, changed, enabled=enabled)
            return changed

        return self._change(ids, change, Action.ENABLE if enabled else Action.DISABLE, actor)

    def set_review(self, ids: Sequence[str], review_by: dt.date | None, *, actor: str) -> int:
        """Set the date by which entries are to be reviewed again; returns how many changed."""

        def change(connection: Connection, found: list[KeptEntry]) -> list[KeptEntry]:
            changed = [kept for kept in found if kept.review_by != review_by]
            _set(connection, changed, review_by=review_by)
            return changed

        return self._change(ids, change, Action.REVIEW, actor)

    def change_tags(self, ids: Sequence[str], *, add: Sequence[str], remove: Sequence[str], actor: str) -> int:
        """Add and remove tags; returns how many entries changed."""

        def change(connection: Connection, found: list[KeptEntry]) -> list[KeptEntry]:
            changed = []
            for kept in found:
                tags = tuple(dict.fromkeys([*(tag for tag in kept.entry.tags if tag not in remove), *add]))
                if tags != kept.entry.tags:
                    rows.replace(connection, [dataclasses.replace(kept.entry, tags=tags)])
                    changed.append(kept)
            return changed

        return self._change(ids, change, Action.EDIT, actor)

    def delete(self, ids: Sequence[str], *, actor: str) -> int:
        """Delete entries; their history stays, and `restore` brings them back. Returns how many were deleted."""

        def change(connection: Connection, found: list[KeptEntry]) -> list[KeptEntry]:
            rows.remove(connection, [kept.entry.id for kept in found])
            return found

        return self._change(ids, change, Action.DELETE, actor)

    def history(self, entry_id: str) -> list[EntryChange]:
        """The changes of an entry, newest first. Raises NotFoundError if there never was such an entry."""
        with self._database.read() as connection:
            return faq_history.history(connection, entry_id)

    def deleted(self, *, limit: int = 100) -> list[EntryChange]:
        """The newest deletions of entries that do not exist now, newest first."""
        with self._database.read() as connection:
            return faq_history.deleted(connection, limit=limit)

    def restore(self, change: int, *, actor: str) -> str:
        """Restore an entry to its state before a change; returns its id.

        Raises:
            NotFoundError: no such change.
            InputError: there was nothing before it, or the question belongs to another entry now.
        """
        with self._database.write() as connection:
            take_turns(connection)
            row = connection.execute(select(CHANGE).where(CHANGE.c.id == change)).one_or_none()
            if row is None:
                raise NotFoundError.of(
                    "no_change", "There is no change {change}. See them with: chatbot faq history ENTRY", change=change
                )
            if row.before is None:
                raise InputError.of(
                    "change_created",
                    "Before change {change} the entry did not exist. To remove it, delete it.",
                    change=change,
                )
            entry = rows.from_json(row.entry_id, row.before)
            before = {kept.entry.id: kept for kept in rows.load_kept(connection, [entry.id])}
            _check_question(connection, entry, before[entry.id].entry if before else None)
            if before:
                rows.replace(connection, [entry])
            else:
                rows.add(connection, [entry], rows.next_position(connection))
            review = row.before.get("review_by")
            values = {"enabled": row.before.get("enabled", True), "review_by": review and dt.date.fromisoformat(review)}
            connection.execute(update(ENTRY).where(ENTRY.c.id == entry.id).values(values))
            record(connection, [entry.id], before, {entry.id: entry}, Action.RESTORE, actor)
            change_revision(connection)
            return str(entry.id)

    def _change(
        self,
        ids: Sequence[str],
        change: Callable[[Connection, list[KeptEntry]], list[KeptEntry]],
        action: Action,
        actor: str,
    ) -> int:
        """Change those of the entries that need it, with a line of history each; returns how many."""
        with self._database.write() as connection:
            take_turns(connection)
            changed = change(connection, rows.load_kept(connection, ids))
            if not changed:
                return 0
            before = {kept.entry.id: kept for kept in changed}
            after = {kept.entry.id: kept.entry for kept in rows.load_kept(connection, list(before))}
            record(connection, list(before), before, after, action, actor)
            change_revision(connection)
            return len(changed)

    def _count_uses(self) -> None:
        with self._database.read() as connection:
            more = usage.uncounted(connection)
        while more:
            with self._database.write() as connection:
                more = usage.count(connection)


def _existing(connection: Connection, entry_id: str) -> KeptEntry:
    found = rows.load_kept(connection, [entry_id])
    if not found:
        raise faq_history.no_entry(entry_id)
    return found[0]


def _check_question(connection: Connection, entry: FaqEntry, before: FaqEntry | None = None) -> None:
    """Reject a question of another entry; two that an import stored side by side may stay so."""
    if before is not None and rows.question_key(before) == rows.question_key(entry):
        return
    same = select(ENTRY.c.id).where(ENTRY.c.question_key == rows.question_key(entry), ENTRY.c.id != entry.id)
    other = connection.scalar(same.limit(1))
    if other is not None:
        raise InputError.of(
            "question_taken",
            "The entry {id!r} has the question {question!r} already. Change that one.",
            id=other,
            question=entry.question,
        )


def _set(connection: Connection, changed: Sequence[KeptEntry], **values: object) -> None:
    now = dt.datetime.now(dt.UTC)
    for chunk in rows.chunks([kept.entry.id for kept in changed]):
        connection.execute(update(ENTRY).where(ENTRY.c.id.in_(chunk)).values(**values, updated_at=now))
