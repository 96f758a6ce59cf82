"""Importing, previewing, undoing and exporting knowledge; after each change the index equals the database.

Knows: ports and reports. Does not know: file formats or databases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chatbot.domain import FaqEntry, ImportReport, LabelledExample, TranscriptTurn
from chatbot.masking import public_data
from chatbot.ports import AuditLog, ConversationStore, KnowledgeStore
from chatbot.transcripts import masked_turns


class Knowledge:
    """What the team does with its knowledge. `changed` is called after each change, once it is stored."""

    def __init__(
        self,
        store: KnowledgeStore,
        conversations: ConversationStore,
        audit: AuditLog,
        changed: Callable[[], Any],
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._audit = audit
        self._changed = changed

    def import_faq(
        self, entries: Sequence[FaqEntry], report: ImportReport, *, dry_run: bool, actor: str
    ) -> ImportReport:
        """Store the entries all or nothing, or with `dry_run` only report what would happen."""
        if dry_run:
            return self._store.preview_faq(entries, report)
        done = self._store.apply_faq(entries, report)
        self._audit.record(actor, "faq import", {"import_id": done.import_id, "file": done.file})
        self._changed()
        return done

    def undo_import(self, import_id: str, *, actor: str) -> int:
        """Put the entries back as they were before that import; returns how many changed."""
        changed = self._store.undo_import(import_id)
        self._audit.record(actor, "faq undo", {"import_id": import_id, "changed": changed})
        self._changed()
        return changed

    def import_examples(self, examples: Sequence[LabelledExample], report: ImportReport, *, actor: str) -> ImportReport:
        """Store labelled utterances; known ones are skipped."""
        done = self._store.apply_examples(examples, report)
        self._audit.record(actor, "intents import", {"import_id": done.import_id, "file": done.file})
        return done

    def import_transcripts(
        self,
        turns: Sequence[TranscriptTurn],
        report: ImportReport,
        *,
        actor: str,
        dry_run: bool = False,
        progress: Callable[[str, float], None] | None = None,
    ) -> ImportReport:
        """Store past conversations without their personal data; known ones are skipped, continued ones go on."""
        public = public_data(entry.answer for entry in self._store.entries())
        masked = masked_turns(turns, public=public, progress=progress)
        if dry_run:
            return self._conversations.preview_transcripts(masked, report)
        done = self._conversations.add_transcripts(masked, report)
        self._audit.record(actor, "transcripts import", {"import_id": done.import_id, "file": done.file})
        return done
