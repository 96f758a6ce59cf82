"""An in-memory EntryStore over a `FakeKnowledgeStore`. It passes the same contract tests as the real one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from chatbot.domain import EntryChange, EntryFilter, EntryOrder, EntryPage, FaqEntry, KeptEntry
from chatbot.errors import InputError, NotFoundError, StorageError
from support.fakes.storage import FakeKnowledgeStore

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class FakeEntryStore:
    """Edits the entries of a fake knowledge store."""

    def __init__(self, knowledge: FakeKnowledgeStore) -> None:
        self._knowledge = knowledge
        self._kept: dict[str, KeptEntry] = {}
        self._changes: list[EntryChange] = []

    def page(
        self,
        wanted: EntryFilter,
        *,
        order: EntryOrder = EntryOrder.POSITION,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> EntryPage:
        keys: dict[EntryOrder, Callable[[KeptEntry], object]] = {
            EntryOrder.QUESTION: lambda kept: kept.entry.question.lower(),
            EntryOrder.UPDATED: lambda kept: kept.updated_at,
            EntryOrder.ANSWERED: lambda kept: kept.answered,
            EntryOrder.REVIEW: lambda kept: kept.review_by or dt.date.max,
        }
        found = [kept for kept in self._all().values() if _fits(kept, wanted)]
        if order in keys:
            found.sort(key=keys[order], reverse=descending)  # type: ignore[arg-type]
        elif descending:
            found.reverse()
        return EntryPage(tuple(found[offset : offset + limit]), len(found))

    def get(self, entry_id: str) -> KeptEntry:
        try:
            return self._all()[entry_id]
        except KeyError:
            raise NotFoundError(f"There is no entry {entry_id!r}.") from None

    def tags(self) -> list[str]:
        return sorted({tag for kept in self._all().values() for tag in kept.entry.tags})

    def create(self, entry: FaqEntry, *, actor: str) -> None:
        if entry.id in self._all():
            raise InputError(f"The id {entry.id!r} is taken.")
        self._check(entry)
        self._put(KeptEntry(entry, True, None, START), "create", actor)

    def edit(self, entry: FaqEntry, *, actor: str, seen: dt.datetime | None = None) -> bool:
        before = self.get(entry.id)
        if before.entry == entry:
            return False
        if seen is not None and seen != before.updated_at:
            raise StorageError("It was changed by somebody else.")
        self._check(entry)
        self._put(dataclasses.replace(before, entry=entry), "edit", actor)
        return True

    def set_enabled(self, ids: Sequence[str], enabled: bool, *, actor: str) -> int:
        action = "enable" if enabled else "disable"
        return self._each(ids, lambda kept: dataclasses.replace(kept, enabled=enabled), action, actor)

    def set_review(self, ids: Sequence[str], review_by: dt.date | None, *, actor: str) -> int:
        return self._each(ids, lambda kept: dataclasses.replace(kept, review_by=review_by), "review", actor)

    def change_tags(self, ids: Sequence[str], *, add: Sequence[str], remove: Sequence[str], actor: str) -> int:
        def change(kept: KeptEntry) -> KeptEntry:
            tags = tuple(dict.fromkeys([*(tag for tag in kept.entry.tags if tag not in remove), *add]))
            return dataclasses.replace(kept, entry=dataclasses.replace(kept.entry, tags=tags))

        return self._each(ids, change, "edit", actor)

    def delete(self, ids: Sequence[str], *, actor: str) -> int:
        there = [entry_id for entry_id in ids if entry_id in self._all()]
        for entry_id in there:
            self._log(self.get(entry_id).entry, None, "delete", actor)
            self._kept[entry_id] = self._all()[entry_id]
            self._knowledge.drop(entry_id)
        return len(there)

    def history(self, entry_id: str) -> list[EntryChange]:
        found = [change for change in reversed(self._changes) if change.entry_id == entry_id]
        if not found:
            self.get(entry_id)
        return found

    def deleted(self, *, limit: int = 100) -> list[EntryChange]:
        there = self._all()
        found = {c.entry_id: c for c in self._changes if c.after is None and c.entry_id not in there}
        return sorted(found.values(), key=lambda change: -change.number)[:limit]

    def restore(self, change: int, *, actor: str) -> str:
        if not 0 < change <= len(self._changes):
            raise NotFoundError(f"There is no change {change}.")
        wanted = self._changes[change - 1]
        if wanted.before is None:
            raise InputError("Before it the entry did not exist.")
        self._check(wanted.before)
        kept = self._kept.get(wanted.entry_id) or KeptEntry(wanted.before, True, None, START)
        self._put(dataclasses.replace(kept, entry=wanted.before), "restore", actor)
        return wanted.entry_id

    def _all(self) -> dict[str, KeptEntry]:
        found = {}
        for entry in self._knowledge.every():
            kept = self._kept.get(entry.id, KeptEntry(entry, True, None, START))
            found[entry.id] = dataclasses.replace(kept, entry=entry)
        return found

    def _put(self, kept: KeptEntry, action: str, actor: str) -> None:
        there = self._all().get(kept.entry.id)
        self._log(there.entry if there else None, kept.entry, action, actor, kept.entry.id)
        moved = START + dt.timedelta(seconds=len(self._changes))
        self._kept[kept.entry.id] = dataclasses.replace(kept, updated_at=moved)
        self._knowledge.put(kept.entry, enabled=kept.enabled)

    def _each(self, ids: Sequence[str], change: Callable[[KeptEntry], KeptEntry], action: str, actor: str) -> int:
        pairs = [(kept, change(kept)) for entry_id, kept in self._all().items() if entry_id in ids]
        for old, new in pairs:
            if old != new:
                self._put(new, action, actor)
        return sum(old != new for old, new in pairs)

    def _log(
        self, before: FaqEntry | None, after: FaqEntry | None, action: str, actor: str, entry_id: str = ""
    ) -> None:
        number = len(self._changes) + 1
        key = entry_id or (before.id if before else "")
        self._changes.append(EntryChange(number, key, START, actor, action, before, after))

    def _check(self, entry: FaqEntry) -> None:
        for other in self._all().values():
            same = (other.entry.question.casefold(), other.entry.lang) == (entry.question.casefold(), entry.lang)
            if same and other.entry.id != entry.id:
                raise InputError(f"The entry {other.entry.id!r} has this question.")


def _fits(kept: KeptEntry, wanted: EntryFilter) -> bool:
    entry = kept.entry
    text = " ".join([*entry.phrasings, entry.answer, entry.intent or "", entry.id, *entry.tags]).lower()
    return (
        all(word in text for word in wanted.search.lower().split())
        and wanted.lang in ("", entry.lang)
        and (not wanted.tag or wanted.tag in entry.tags)
        and (wanted.enabled is None or kept.enabled == wanted.enabled)
        and (wanted.review_due is None or (kept.review_by is not None and kept.review_by <= wanted.review_due))
        and not (wanted.never_used and kept.answered)
    )
