"""The store of drafts that wait for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chatbot.domain.drafts import Draft, DraftKind, DraftStatus


class DraftStore(Protocol):
    """Drafts with the decisions on them. Each call is one short transaction."""

    def propose(self, drafts: Sequence[Draft]) -> int:
        """Replace the open drafts that nobody has edited by these, all or nothing; returns how many there are."""

    def keep(self, draft: Draft) -> Draft:
        """Add a draft that a person wants; it stays until it is decided. Returns it with its id."""

    def drafts(self, *, status: DraftStatus | None = DraftStatus.OPEN, kind: DraftKind | None = None) -> list[Draft]:
        """Drafts of that status, or all, the best supported first."""

    def draft(self, draft_id: int) -> Draft:
        """The draft. Raises NotFoundError."""

    def edit(self, draft: Draft) -> None:
        """Store the edited text of an open draft. Raises NotFoundError, or InputError if it was decided."""

    def decide(self, draft_id: int, status: DraftStatus, actor: str) -> None:
        """Accept or reject an open draft. Raises NotFoundError, or InputError if it was already decided."""
