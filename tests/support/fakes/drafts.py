"""An in-memory DraftStore. It passes the same contract tests as the real one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Sequence

from chatbot.domain.drafts import Draft, DraftKind, DraftStatus
from chatbot.errors import InputError, NotFoundError


class FakeDraftStore:
    """Drafts in a dict."""

    def __init__(self) -> None:
        self._drafts: dict[int, Draft] = {}
        self._ids = itertools.count(1)

    def propose(self, drafts: Sequence[Draft]) -> int:
        self._drafts = {
            key: draft for key, draft in self._drafts.items() if draft.edited or draft.status is not DraftStatus.OPEN
        }
        for draft in drafts:
            key = next(self._ids)
            now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            self._drafts[key] = dataclasses.replace(draft, id=key, status=DraftStatus.OPEN, created_at=now)
        return len(drafts)

    def keep(self, draft: Draft) -> Draft:
        key, now = next(self._ids), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        self._drafts[key] = dataclasses.replace(draft, id=key, status=DraftStatus.OPEN, created_at=now, edited=True)
        return self._drafts[key]

    def drafts(self, *, status: DraftStatus | None = DraftStatus.OPEN, kind: DraftKind | None = None) -> list[Draft]:
        found = [
            draft
            for draft in self._drafts.values()
            if (status is None or draft.status is status) and (kind is None or draft.kind is kind)
        ]
        return sorted(found, key=lambda draft: -draft.evidence.conversations)

    def draft(self, draft_id: int) -> Draft:
        if draft_id not in self._drafts:
            raise NotFoundError(f"There is no draft {draft_id}.")
        return self._drafts[draft_id]

    def edit(self, draft: Draft) -> None:
        self._open(draft.id)
        self._drafts[draft.id] = dataclasses.replace(draft, edited=True)

    def decide(self, draft_id: int, status: DraftStatus, actor: str) -> None:
        self._drafts[draft_id] = dataclasses.replace(self._open(draft_id), status=status)

    def _open(self, draft_id: int) -> Draft:
        found = self.draft(draft_id)
        if found.status is not DraftStatus.OPEN:
            raise InputError(f"Draft {draft_id} was {found.status.value} already.")
        return found
