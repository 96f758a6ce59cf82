"""Creating, editing, enabling, deleting and restoring entries; after each change the index equals the database."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chatbot import text
from chatbot.domain import EntryChange, EntryFilter, EntryOrder, EntryPage, FaqEntry, KeptEntry
from chatbot.domain.faq_limits import problems_of
from chatbot.errors import InputError
from chatbot.ports import AuditLog, EntryStore

MOST_AT_ONCE = 10_000
"""Maximum number of entries that one bulk action may change."""


class Editing:
    """Operations on single entries. `changed` is called after each change, once it is stored."""

    def __init__(self, store: EntryStore, audit: AuditLog, changed: Callable[[], Any]) -> None:
        self._store = store
        self._audit = audit
        self._changed = changed

    def page(
        self,
        wanted: EntryFilter,
        *,
        order: EntryOrder = EntryOrder.POSITION,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> EntryPage:
        """A page of the entries that match the filter."""
        return self._store.page(wanted, order=order, descending=descending, limit=limit, offset=offset)

    def get(self, entry_id: str) -> KeptEntry:
        """The entry with this id. Raises NotFoundError."""
        return self._store.get(entry_id)

    def tags(self) -> list[str]:
        """Every tag in use."""
        return self._store.tags()

    def history(self, entry_id: str) -> list[EntryChange]:
        """The changes of an entry, newest first. Raises NotFoundError."""
        return self._store.history(entry_id)

    def deleted(self, *, limit: int = 100) -> list[EntryChange]:
        """The newest deletions of entries that do not exist now."""
        return self._store.deleted(limit=limit)

    def create(self, entry: FaqEntry, *, actor: str) -> FaqEntry:
        """Add an entry, with a random id if it has none. Returns it as stored.

        Random, because an entry keeps its id when its question changes: a new one may take the old question.

        Raises:
            InputError: something in it is missing, too long or used by another entry.
        """
        made = tidy(dataclasses.replace(entry, id=entry.id.strip() or secrets.token_hex(8)))
        self._store.create(made, actor=actor)
        self._done(actor, "faq create", {"id": made.id})
        return made

    def edit(self, entry: FaqEntry, *, actor: str, seen: dt.datetime | None = None) -> FaqEntry:
        """Replace the content of an entry; `seen` is the `updated_at` that the edit is based on. Returns it as stored.

        Raises:
            NotFoundError: no such entry.
            InputError: something in it is missing, too long or used by another entry.
            StorageError: somebody else changed it since.
        """
        made = tidy(entry)
        if self._store.edit(made, actor=actor, seen=seen):
            self._done(actor, "faq edit", {"id": made.id})
        return made

    def set_enabled(self, ids: Sequence[str], enabled: bool, *, actor: str) -> int:
        """Enable or disable entries as answers; returns how many changed."""
        changed = self._store.set_enabled(_checked(ids), enabled, actor=actor)
        return self._counted(changed, actor, "faq enable" if enabled else "faq disable", ids)

    def set_review(self, ids: Sequence[str], review_by: dt.date | None, *, actor: str) -> int:
        """Set the date by which entries are to be reviewed, None for never; returns how many changed."""
        return self._counted(self._store.set_review(_checked(ids), review_by, actor=actor), actor, "faq review", ids)

    def change_tags(
        self, ids: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = (), actor: str
    ) -> int:
        """Add and remove tags; returns how many entries changed."""
        added = [tag for tag in map(text.clean, add) if tag]
        gone = [tag for tag in map(text.clean, remove) if tag]
        changed = self._store.change_tags(_checked(ids), add=added, remove=gone, actor=actor)
        return self._counted(changed, actor, "faq tag", ids)

    def delete(self, ids: Sequence[str], *, actor: str) -> int:
        """Delete entries, which can be restored from their history; returns how many were deleted."""
        return self._counted(self._store.delete(_checked(ids), actor=actor), actor, "faq delete", ids)

    def restore(self, change: int, *, actor: str) -> str:
        """Restore an entry to its state before a change; returns its id. Raises NotFoundError, InputError."""
        entry_id = self._store.restore(change, actor=actor)
        self._done(actor, "faq restore", {"id": entry_id, "change": change})
        return entry_id

    def _counted(self, changed: int, actor: str, action: str, ids: Sequence[str]) -> int:
        if changed:
            self._done(actor, action, {"ids": list(ids)[:100], "changed": changed})
        return changed

    def _done(self, actor: str, action: str, detail: dict[str, Any]) -> None:
        self._audit.record(actor, action, detail)
        self._changed()


def tidy(entry: FaqEntry) -> FaqEntry:
    """Normalise an entry as an import would: text cleaned, variants and tags without repeats.

    Raises:
        InputError: something in it is missing or too long.
    """
    question = text.clean(entry.question)
    variants = {text.asked(question): question}
    for variant in map(text.clean, entry.variants):
        if variant:
            variants.setdefault(text.asked(variant), variant)
    made = FaqEntry(
        text.clean(entry.id),
        question,
        text.verbatim(entry.answer),
        tuple(variants.values())[1:],
        text.clean(entry.intent or "") or None,
        entry.lang.strip() or text.language(question),
        tuple(dict.fromkeys(tag for tag in map(text.clean, entry.tags) if tag)),
    )
    problem = next(problems_of(made), None)
    if problem is not None:
        raise InputError(problem[1])
    return made


def _checked(ids: Sequence[str]) -> Sequence[str]:
    if not ids:
        raise InputError.of("no_entry_chosen", "No entry was chosen. Choose at least one.")
    if len(ids) > MOST_AT_ONCE:
        raise InputError.of(
            "too_many_chosen",
            "{count:,} entries were chosen; at most {limit:,} can be changed at once.",
            count=len(ids),
            limit=MOST_AT_ONCE,
        )
    return ids
