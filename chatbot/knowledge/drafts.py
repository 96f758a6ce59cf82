"""Editing, accepting and rejecting drafts. Nothing goes live by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from chatbot import text
from chatbot.domain import FaqEntry, ImportReport, LabelledExample, entry_id
from chatbot.domain.drafts import Draft, DraftKind, DraftStatus, already_decided
from chatbot.errors import InputError
from chatbot.knowledge.imports import Knowledge
from chatbot.pii import PLACEHOLDER
from chatbot.ports import AuditLog
from chatbot.ports.drafts import DraftStore

ORIGIN = "draft"


class Drafts:
    """Decisions about drafts; an accepted one is imported like a file, so that it can be undone like one."""

    def __init__(self, store: DraftStore, knowledge: Knowledge, audit: AuditLog) -> None:
        self._store = store
        self._knowledge = knowledge
        self._audit = audit

    def edit(
        self,
        draft_id: int,
        *,
        question: str | None = None,
        answer: str | None = None,
        variants: Sequence[str] | None = None,
        intent: str | None = None,
    ) -> Draft:
        """Change the text of an open draft; what is None stays.

        Raises:
            NotFoundError: no such draft.
            InputError: it was decided already, or the question would be empty.
        """
        found = self._store.draft(draft_id)
        changed = dataclasses.replace(
            found,
            question=found.question if question is None else text.clean(question),
            answer=found.answer if answer is None else answer.strip(),
            variants=found.variants if variants is None else tuple(filter(None, map(text.clean, variants))),
            intent=found.intent if intent is None else text.clean(intent) or None,
            edited=True,
        )
        if not changed.question:
            raise InputError.of("draft_no_question", "The question of a draft cannot be empty. Write one.")
        self._store.edit(changed)
        return changed

    def accept(self, draft_id: int, *, actor: str) -> ImportReport:
        """Turn an open draft into a FAQ entry or labelled utterances.

        Raises:
            NotFoundError: no such draft.
            InputError: it was decided already, or text is missing or still holds a placeholder of masked data.
        """
        found = self._store.draft(draft_id)
        _check(found)
        # Imported first: after a crash in between, accepting it again imports nothing new and records the decision.
        report = ImportReport(f"draft {draft_id}", "utf-8", 1, 0, 0, 0, 0)
        if found.kind is DraftKind.FAQ:
            entry = _entry(found)
            if self._knowledge.import_faq([entry], report, dry_run=True, actor=actor).updated:
                raise InputError.of(
                    "draft_known",
                    "There is an entry with the question {question!r} already, with another answer. Change the"
                    " question of the draft, or reject it.",
                    question=found.question,
                )
            done = self._knowledge.import_faq([entry], report, dry_run=False, actor=actor)
        else:
            examples = [LabelledExample(said, found.intent or "", found.lang, ORIGIN) for said in found.variants]
            counted = dataclasses.replace(report, read=len(examples))
            done = self._knowledge.import_examples(examples, counted, actor=actor)
        self._store.decide(draft_id, DraftStatus.ACCEPTED, actor)
        self._audit.record(actor, "draft accepted", {"draft": draft_id, "import_id": done.import_id})
        return done

    def reject(self, draft_id: int, *, actor: str) -> None:
        """Reject a draft, so that it is never proposed again.

        Raises:
            NotFoundError: no such draft.
            InputError: it was decided already.
        """
        self._store.decide(draft_id, DraftStatus.REJECTED, actor)
        self._audit.record(actor, "draft rejected", {"draft": draft_id})


def placeholder_in(answer: str) -> str:
    """The first placeholder of masked personal data in an answer, or ""."""
    left = PLACEHOLDER.search(answer)
    return left.group() if left else ""


def _check(draft: Draft) -> None:
    if draft.status is not DraftStatus.OPEN:
        raise InputError(already_decided(draft))
    if draft.kind is DraftKind.UTTERANCES:
        if not draft.intent:
            raise InputError.of("draft_no_intent", "Draft {draft} has no intent. Edit it first.", draft=draft.id)
        if not draft.variants:
            raise InputError.of(
                "draft_no_utterances", "Draft {draft} has no utterances. Edit it first.", draft=draft.id
            )
        return
    if not draft.answer:
        raise InputError.of("draft_no_answer", "Draft {draft} has no answer. Edit it first.", draft=draft.id)
    left = placeholder_in(draft.answer)
    if left:
        raise InputError.of(
            "draft_masked",
            "The answer of draft {draft} still holds {placeholder} in place of personal data. Edit it first.",
            draft=draft.id,
            placeholder=left,
        )


def _entry(draft: Draft) -> FaqEntry:
    own = entry_id(draft.question, draft.lang)
    return FaqEntry(own, draft.question, draft.answer, draft.variants, draft.intent, draft.lang)
