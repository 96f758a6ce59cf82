"""The store behind the editing of entries by people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from chatbot.domain import EntryChange, EntryFilter, EntryOrder, EntryPage, FaqEntry, KeptEntry


class EntryStore(Protocol):
    """Entries one by one or many at once, with their history. Each call is one short transaction."""

    def page(
        self,
        wanted: EntryFilter,
        *,
        order: EntryOrder = EntryOrder.POSITION,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> EntryPage:
        """Some of the entries that the filter lets through."""

    def get(self, entry_id: str) -> KeptEntry:
        """Raises NotFoundError."""

    def tags(self) -> list[str]:
        """Every tag in use, sorted."""

    def create(self, entry: FaqEntry, *, actor: str) -> None:
        """Add an entry behind the others. Raises InputError when its id or question is taken."""

    def edit(self, entry: FaqEntry, *, actor: str, seen: dt.datetime | None = None) -> bool:
        """Give an entry new content; False when it has it already.

        `seen` is the `updated_at` that the editor started from. Raises NotFoundError, InputError when the question is
        another entry's, StorageError when somebody else changed it since.
        """

    def set_enabled(self, ids: Sequence[str], enabled: bool, *, actor: str) -> int:
        """Returns how many entries changed."""

    def set_review(self, ids: Sequence[str], review_by: dt.date | None, *, actor: str) -> int:
        """Returns how many entries changed."""

    def change_tags(self, ids: Sequence[str], *, add: Sequence[str], remove: Sequence[str], actor: str) -> int:
        """Returns how many entries changed."""

    def delete(self, ids: Sequence[str], *, actor: str) -> int:
        """Returns how many entries are gone; their history stays."""

    def history(self, entry_id: str) -> list[EntryChange]:
        """Newest first. Raises NotFoundError when there never was such an entry."""

    def deleted(self, *, limit: int = 100) -> list[EntryChange]:
        """The newest deletions whose entries do not exist now."""

    def restore(self, change: int, *, actor: str) -> str:
        """Put an entry back as it was before a change; returns its id. Raises NotFoundError, InputError."""
