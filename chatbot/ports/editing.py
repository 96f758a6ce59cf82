"""The store through which people edit entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from chatbot.domain import EntryChange, EntryFilter, EntryOrder, EntryPage, FaqEntry, KeptEntry


class EntryStore(Protocol):
    """Entries, edited singly or in bulk, with their history. Each call is one short transaction."""

    def page(
        self,
        wanted: EntryFilter,
        *,
        order: EntryOrder = EntryOrder.POSITION,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> EntryPage:
        """One page of the entries that match the filter."""

    def get(self, entry_id: str) -> KeptEntry:
        """The entry. Raises NotFoundError."""

    def tags(self) -> list[str]:
        """Every tag in use, sorted."""

    def create(self, entry: FaqEntry, *, actor: str) -> None:
        """Add an entry after the others. Raises InputError if its id or question is taken."""

    def edit(self, entry: FaqEntry, *, actor: str, seen: dt.datetime | None = None) -> bool:
        """Give an entry new content; False if it has that content already.

        `seen` is the `updated_at` that the editor started from. Raises NotFoundError, InputError if the question
        belongs to another entry, StorageError if somebody else changed the entry since.
        """

    def set_enabled(self, ids: Sequence[str], enabled: bool, *, actor: str) -> int:
        """Enable or disable entries; returns how many changed."""

    def set_review(self, ids: Sequence[str], review_by: dt.date | None, *, actor: str) -> int:
        """Set the review date of entries; returns how many changed."""

    def change_tags(self, ids: Sequence[str], *, add: Sequence[str], remove: Sequence[str], actor: str) -> int:
        """Add and remove tags; returns how many entries changed."""

    def delete(self, ids: Sequence[str], *, actor: str) -> int:
        """Delete entries and return how many were deleted; their history stays."""

    def history(self, entry_id: str) -> list[EntryChange]:
        """The changes of an entry, newest first. Raises NotFoundError if there never was such an entry."""

    def deleted(self, *, limit: int = 100) -> list[EntryChange]:
        """The newest deletions of entries that do not exist now."""

    def restore(self, change: int, *, actor: str) -> str:
        """Restore an entry to its state before a change; returns its id. Raises NotFoundError, InputError."""
