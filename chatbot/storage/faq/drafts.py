"""Drafts in the database (port `DraftStore`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind, DraftStatus, already_decided
from chatbot.errors import InputError, NotFoundError
from chatbot.storage.database.engine import Database
from chatbot.storage.database.key_value import take_turns
from chatbot.storage.schema import drafts as schema_drafts
from chatbot.storage.schema import tables

DRAFT = tables.table(schema_drafts.Draft)


class SqlDraftStore:
    """Drafts with the decisions on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def propose(self, drafts: Sequence[Draft]) -> int:
        """Replace the open drafts that nobody has edited by these, all or nothing; returns how many there are."""
        now = dt.datetime.now(dt.UTC)
        rows = [_row(draft) | {"status": DraftStatus.OPEN.value, "created_at": now} for draft in drafts]
        with self._database.write() as connection:
            take_turns(connection)
            connection.execute(delete(DRAFT).where(DRAFT.c.status == DraftStatus.OPEN.value, DRAFT.c.edited.is_(False)))
            if rows:
                connection.execute(insert(DRAFT), rows)
        return len(rows)

    def keep(self, draft: Draft) -> Draft:
        """Add a draft that a person wants; later proposals do not replace it."""
        row = _row(draft) | {"status": DraftStatus.OPEN.value, "created_at": dt.datetime.now(dt.UTC), "edited": True}
        with self._database.write() as connection:
            draft_id = int(connection.execute(insert(DRAFT).values(row).returning(DRAFT.c.id)).scalar_one())
            return _get(connection, draft_id)

    def drafts(self, *, status: DraftStatus | None = DraftStatus.OPEN, kind: DraftKind | None = None) -> list[Draft]:
        """Drafts of that status, or all, the best supported first."""
        wanted = select(DRAFT).order_by(DRAFT.c.id)
        if status is not None:
            wanted = wanted.where(DRAFT.c.status == status.value)
        if kind is not None:
            wanted = wanted.where(DRAFT.c.kind == kind.value)
        with self._database.read() as connection:
            found = [_draft(row) for row in connection.execute(wanted)]
        return sorted(found, key=lambda draft: -draft.evidence.conversations)

    def draft(self, draft_id: int) -> Draft:
        """One draft.

        Raises:
            NotFoundError: no such draft.
        """
        with self._database.read() as connection:
            return _get(connection, draft_id)

    def edit(self, draft: Draft) -> None:
        """Store the edited text of an open draft.

        Raises:
            NotFoundError: no such draft.
            InputError: it was already decided.
        """
        row = _row(draft)
        with self._database.write() as connection:
            take_turns(connection)
            _open(connection, draft.id)
            connection.execute(update(DRAFT).where(DRAFT.c.id == draft.id).values(words=row["words"], edited=True))

    def decide(self, draft_id: int, status: DraftStatus, actor: str) -> None:
        """Accept or reject an open draft.

        Raises:
            NotFoundError: no such draft.
            InputError: it was already decided.
        """
        values = {"status": status.value, "decided_at": dt.datetime.now(dt.UTC), "decided_by": actor}
        with self._database.write() as connection:
            take_turns(connection)
            _open(connection, draft_id)
            connection.execute(update(DRAFT).where(DRAFT.c.id == draft_id).values(values))


def _open(connection: Connection, draft_id: int) -> None:
    found = _get(connection, draft_id)
    if found.status is not DraftStatus.OPEN:
        raise InputError(already_decided(found))


def _get(connection: Connection, draft_id: int) -> Draft:
    row = connection.execute(select(DRAFT).where(DRAFT.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFoundError.of(
            "no_draft", "There is no draft {draft}. See the open ones with: chatbot drafts list", draft=draft_id
        )
    return _draft(row)


def _row(draft: Draft) -> dict[str, Any]:
    seen = draft.evidence
    return {
        "kind": draft.kind.value,
        "words": {
            "question": draft.question,
            "answer": draft.answer,
            "variants": list(draft.variants),
            "intent": draft.intent,
            "lang": draft.lang,
        },
        "evidence": {
            "questions": seen.questions,
            "conversations": seen.conversations,
            "agreement": seen.agreement,
            "key_phrases": list(seen.key_phrases),
            "samples": [list(sample) for sample in seen.samples],
        },
        "edited": draft.edited,
    }


def _draft(row: Any) -> Draft:
    words, seen = row.words, row.evidence
    return Draft(
        kind=DraftKind(row.kind),
        question=words["question"],
        answer=words["answer"],
        variants=tuple(words["variants"]),
        intent=words["intent"],
        lang=words["lang"],
        evidence=DraftEvidence(
            seen["questions"],
            seen["conversations"],
            seen["agreement"],
            tuple(seen["key_phrases"]),
            tuple((conversation, said) for conversation, said in seen["samples"]),
        ),
        id=row.id,
        status=DraftStatus(row.status),
        edited=row.edited,
        created_at=row.created_at,
    )
