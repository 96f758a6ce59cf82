"""In-memory stores for tests that need no database. They pass the same contract tests as the real ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chatbot import text
from chatbot.domain import (
    Duplicates,
    FaqEntry,
    ImportRecord,
    ImportReport,
    IntentDefinition,
    InterruptedImport,
    LabelledExample,
    ModelRecord,
    UndoConflict,
    UndoReport,
)
from chatbot.errors import NotFoundError, StorageError
from chatbot.ports import ReportOf
from chatbot.types import Progress, no_progress
from support.fakes.conversations import FakeConversationStore

COUNTS = ("read", "inserted", "updated", "skipped", "failed")
MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
__all__ = ["FakeAuditLog", "FakeConversationStore", "FakeKnowledgeStore", "FakeModelRegistry", "FakeStateStore"]


class FakeKnowledgeStore:
    """Knowledge in dicts. `touch` changes the revision, as promoting a model does."""

    def __init__(self, entries: Sequence[FaqEntry] = ()) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._intents: dict[str, IntentDefinition] = {}
        self._examples: dict[str, LabelledExample] = {}
        self._imports: dict[str, dict[str, tuple[FaqEntry | None, FaqEntry]]] = {}
        self._undone: set[str] = set()
        self._disabled: set[str] = set()
        self._log: list[ImportRecord] = []
        self._revision = 0

    def touch(self) -> None:
        self._revision += 1

    def entries(self) -> list[FaqEntry]:
        return [entry for entry in self._entries.values() if entry.id not in self._disabled]

    def every(self) -> list[FaqEntry]:
        return list(self._entries.values())

    def put(self, entry: FaqEntry, *, enabled: bool) -> None:
        self._entries[entry.id] = entry
        self._disabled.discard(entry.id)
        self._disabled.update([] if enabled else [entry.id])
        self._revision += 1

    def drop(self, entry_id: str) -> None:
        del self._entries[entry_id]
        self._revision += 1

    def revision(self) -> str:
        return str(self._revision)

    def apply_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        actor: str = "",
        duplicates: Duplicates = Duplicates.UPDATE,
        progress: Progress = no_progress,
    ) -> ImportReport:
        done, changes = self._plan(list(entries), report, duplicates)
        for entry_id, (_, after) in changes.items():
            self._entries[entry_id] = after
        self._revision += bool(changes)
        import_id = str(len(self._imports) + 1)
        self._imports[import_id] = changes
        self._log.insert(
            0, ImportRecord(import_id, "faq", done.file, done.encoding, {n: getattr(done, n) for n in COUNTS}, MOMENT)
        )
        return dataclasses.replace(done, import_id=import_id)

    def preview_faq(
        self,
        entries: Iterable[FaqEntry],
        report: ReportOf,
        *,
        duplicates: Duplicates = Duplicates.UPDATE,
        progress: Progress = no_progress,
    ) -> ImportReport:
        return self._plan(list(entries), report, duplicates)[0]

    def undo_import(self, import_id: str, *, actor: str = "", overwrite: bool = False) -> UndoReport:
        if import_id not in self._imports:
            raise NotFoundError(f"There is no import {import_id!r}.")
        if import_id in self._undone:
            raise StorageError(f"Import {import_id} cannot be undone.")
        conflicts = []
        put_back = 0
        for entry_id, (before, after) in self._imports[import_id].items():
            current = self._entries.get(entry_id)
            if current != after and current != before and not overwrite:
                question = (current or before or after).question
                conflicts.append(UndoConflict(entry_id, question, MOMENT, "", "import"))
                continue
            put_back += current != before
            if before is not None:
                self._entries[entry_id] = before
            else:
                self._entries.pop(entry_id, None)
        self._undone.add(import_id)
        self._revision += bool(put_back)
        return UndoReport(import_id, put_back, tuple(conflicts))

    def imports(self, *, kind: str = "", limit: int = 100) -> list[ImportRecord]:
        return [
            dataclasses.replace(found, undone_at=MOMENT if found.id in self._undone else None)
            for found in self._log[:limit]
        ]

    def interrupted_imports(self) -> list[InterruptedImport]:
        return []

    def intents(self) -> list[IntentDefinition]:
        return [self._intents[name] for name in sorted(self._intents)]

    def apply_intents(self, definitions: Sequence[IntentDefinition]) -> None:
        before = dict(self._intents)
        self._intents.update({definition.intent: definition for definition in definitions})
        self._revision += before != self._intents

    def examples(self) -> list[LabelledExample]:
        return list(self._examples.values())

    def apply_examples(self, examples: Sequence[LabelledExample], report: ImportReport) -> ImportReport:
        inserted = updated = 0
        for example in examples:
            known = self._examples.get(example.text)
            if known is None:
                inserted += 1
                lang = example.lang or text.language(example.text)
                self._examples[example.text] = dataclasses.replace(example, lang=lang)
            elif known.intent != example.intent:
                updated += 1
                self._examples[example.text] = dataclasses.replace(known, intent=example.intent)
        return dataclasses.replace(
            report,
            inserted=report.inserted + inserted,
            updated=report.updated + updated,
            skipped=report.skipped + len(examples) - inserted - updated,
            import_id=f"examples-{len(self._examples)}",
        )

    def _plan(
        self, entries: Sequence[FaqEntry], report: ReportOf, duplicates: Duplicates
    ) -> tuple[ImportReport, dict[str, tuple[FaqEntry | None, FaqEntry]]]:
        first: dict[str, FaqEntry] = {}
        for entry in entries:
            known = first.setdefault(entry.id, entry)
            said = {text.asked(known.question): ""}
            for phrasing in (*known.variants, *entry.phrasings):
                said.setdefault(text.asked(phrasing), phrasing)
            first[entry.id] = dataclasses.replace(known, variants=tuple(v for v in said.values() if v))
        by_question = {_key(entry): entry.id for entry in reversed(self.entries()) if entry.id not in first}
        changes: dict[str, tuple[FaqEntry | None, FaqEntry]] = {}
        seen: set[str] = set()
        for entry in first.values():
            entry_id = entry.id if entry.id in self._entries else by_question.get(_key(entry), entry.id)
            target = dataclasses.replace(entry, id=entry_id)
            known_one = self._entries.get(entry_id)
            if known_one is not None and known_one != target and duplicates is not Duplicates.UPDATE:
                entry_id = f"{entry.id}-{hash(target)}"
                target = dataclasses.replace(entry, id=entry_id)
                if duplicates is Duplicates.SKIP or entry_id in self._entries:
                    continue
            if entry_id not in seen and self._entries.get(entry_id) != target:
                changes[entry_id] = (self._entries.get(entry_id), target)
            seen.add(entry_id)
        inserted = sum(1 for before, _ in changes.values() if before is None)
        read = report if isinstance(report, ImportReport) else report()
        done = dataclasses.replace(
            read,
            inserted=read.inserted + inserted,
            updated=read.updated + len(changes) - inserted,
            skipped=read.skipped + len(entries) - len(changes),
        )
        return done, changes


class FakeModelRegistry:
    """Model versions in a list; `on_change` is called when a live version changes (e.g. `FakeKnowledgeStore.touch`)."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._records: dict[tuple[str, str], ModelRecord] = {}
        self._history: dict[str, list[str]] = {}
        self._on_change = on_change

    def add(
        self, kind: str, version: str, metrics: Mapping[str, Any], *, data_hash: str = "", by: str = ""
    ) -> ModelRecord:
        if (kind, version) in self._records:
            raise StorageError(f"The {kind} model {version!r} is registered already.")
        first = not any(known == kind for known, _ in self._records)
        moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=len(self._records))
        status, promoted = ("live", by) if first else ("candidate", "")
        record = ModelRecord(
            kind, version, status, moment, dict(metrics), self.live(kind), data_hash, promoted_by=promoted
        )
        self._records[kind, version] = record
        if first:
            self._history[kind] = [version]
            self._on_change()
        return record

    def live(self, kind: str) -> str | None:
        return self._history[kind][-1] if self._history.get(kind) else None

    def note_verdict(self, kind: str, version: str, verdict: Mapping[str, Any]) -> None:
        self._records[kind, version] = dataclasses.replace(self._records[kind, version], verdict=dict(verdict))

    def delete(self, kind: str, version: str) -> None:
        if (kind, version) not in self._records:
            raise NotFoundError(f"There is no {kind} model {version!r}.")
        if self.live(kind) == version:
            raise StorageError(f"The {kind} model {version} is live.")
        del self._records[kind, version]
        self._history[kind] = [known for known in self._history[kind] if known != version]

    def promote(self, kind: str, version: str, *, by: str = "") -> None:
        if (kind, version) not in self._records:
            raise NotFoundError(f"There is no {kind} model {version!r}.")
        history = self._history[kind]
        if history[-1] == version:
            return
        self._set(kind, history[-1], "retired")
        self._set(kind, version, "live")
        self._records[kind, version] = dataclasses.replace(self._records[kind, version], promoted_by=by)
        self._history[kind] = [known for known in history if known != version] + [version]
        self._on_change()

    def rollback(self, kind: str) -> str:
        history = self._history.get(kind, [])
        if len(history) < 2:
            raise NotFoundError(f"No {kind} model was live before the present one.")
        self._set(kind, history.pop(), "candidate")
        self._set(kind, history[-1], "live")
        self._on_change()
        return history[-1]

    def list(self, kind: str | None = None) -> list[ModelRecord]:
        return [record for record in reversed(self._records.values()) if kind in (None, record.kind)]

    def _set(self, kind: str, version: str, status: str) -> None:
        self._records[kind, version] = dataclasses.replace(self._records[kind, version], status=status)


class FakeAuditLog:
    """The audit log in a list."""

    def __init__(self) -> None:
        self.lines: list[tuple[dt.datetime, str, str, Mapping[str, Any]]] = []

    def record(self, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=len(self.lines))
        self.lines.append((moment, actor, action, dict(detail)))

    def recent(self, limit: int = 100) -> list[tuple[dt.datetime, str, str, Mapping[str, Any]]]:
        return self.lines[::-1][:limit]


class FakeStateStore:
    """Small strings in a dict."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self._values.get(key)

    def set(self, key: str, value: str) -> None:
        self._values[key] = value

    def set_default(self, key: str, value: str) -> str:
        return self._values.setdefault(key, value)


def _key(entry: FaqEntry) -> tuple[str, str]:
    return (entry.question.casefold(), entry.lang)
