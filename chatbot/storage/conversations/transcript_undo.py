"""Undoes an import of transcripts: what it added is removed, what later imports continued stays and is listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from chatbot import text
from chatbot.domain import DraftOfImport, KeptConversation, TranscriptUndo
from chatbot.errors import StorageError
from chatbot.pii import mask
from chatbot.storage.conversations.transcripts import CONVERSATION, KIND, MESSAGE, PART
from chatbot.storage.faq.rows import chunks
from chatbot.storage.imports.log import IMPORT, undoable
from chatbot.storage.schema import drafts as schema_drafts
from chatbot.storage.schema import learning, tables

LABEL = tables.table(learning.Label)
DRAFT = tables.table(schema_drafts.Draft)


def undo(connection: Connection, import_id: str) -> TranscriptUndo:
    """Remove the messages of an import, and conversations without other messages. Repeatable while some are kept.

    Raises:
        NotFoundError: no such import.
        StorageError: it was undone already, is not an import of transcripts, or nothing of it is left.
    """
    number = undoable(connection, import_id, kind=KIND)
    columns = (PART.c.conversation_id, PART.c.first, PART.c.last, CONVERSATION.c.external_id)
    wanted = select(*columns).join_from(PART, CONVERSATION).where(PART.c.import_id == number)
    parts = connection.execute(wanted.order_by(CONVERSATION.c.started_at, PART.c.conversation_id)).all()
    if not parts:
        raise StorageError.of(
            "nothing_left",
            "Nothing is left of import {import_id}, or it was made before imports of transcripts could be undone.",
            import_id=import_id,
        )
    later = _continued(connection, number)
    kept = [KeptConversation(part.external_id or "", later[part[0]]) for part in parts if part[0] in later]
    gone = [part for part in parts if part[0] not in later]
    whole = [part.conversation_id for part in gone if part.first == 1]
    shortened = [part for part in gone if part.first > 1]
    messages = sum(part.last - part.first + 1 for part in gone)
    labels = sum(_labels(connection, chunk) for chunk in chunks(gone))
    drafts = _drafts(connection, {part.conversation_id for part in gone})
    for chunk in chunks(whole):
        connection.execute(delete(CONVERSATION).where(CONVERSATION.c.id.in_(chunk)))
    for part in shortened:
        _shorten(connection, number, part)
    if not kept:
        connection.execute(update(IMPORT).where(IMPORT.c.id == number).values(undone_at=dt.datetime.now(dt.UTC)))
    return TranscriptUndo(import_id, len(whole), messages, labels, tuple(kept), drafts)


def _continued(connection: Connection, number: int) -> dict[str, str]:
    """The conversations of an import that a later one has continued, with the id of the later one."""
    own, other = PART.alias(), PART.alias()
    newest = (
        select(own.c.conversation_id, func.max(other.c.import_id))
        .join_from(own, other, own.c.conversation_id == other.c.conversation_id)
        .where(own.c.import_id == number, other.c.first > own.c.last)
        .group_by(own.c.conversation_id)
    )
    return {conversation: str(later) for conversation, later in connection.execute(newest)}


def _labels(connection: Connection, parts: Sequence[Any]) -> int:
    """Number of labels on messages of these parts."""
    ids = {part.conversation_id: part for part in parts}
    columns = (MESSAGE.c.conversation_id, MESSAGE.c.position)
    rows = connection.execute(
        select(*columns)
        .join_from(LABEL, MESSAGE)
        .where(MESSAGE.c.conversation_id.in_(ids), LABEL.c.undone_at.is_(None))
    )
    return sum(ids[conversation].first <= position <= ids[conversation].last for conversation, position in rows)


def _drafts(connection: Connection, conversations: set[str]) -> tuple[DraftOfImport, ...]:
    """The drafts whose evidence names one of these conversations."""
    rows = connection.execute(select(DRAFT.c.id, DRAFT.c.words, DRAFT.c.evidence, DRAFT.c.status).order_by(DRAFT.c.id))
    return tuple(
        DraftOfImport(row.id, row.words["question"], row.status)
        for row in rows
        if any(conversation in conversations for conversation, _ in row.evidence["samples"])
    )


def _shorten(connection: Connection, number: int, part: Any) -> None:
    """Remove the end of a conversation, and update its hash to match the rest."""
    mine = MESSAGE.c.conversation_id == part.conversation_id
    connection.execute(delete(MESSAGE).where(mine, MESSAGE.c.position >= part.first))
    connection.execute(delete(PART).where(PART.c.import_id == number, PART.c.conversation_id == part.conversation_id))
    left = connection.execute(select(MESSAGE.c.role, MESSAGE.c.text).where(mine).order_by(MESSAGE.c.position))
    identity = text.content_hash(piece for role, said in left for piece in (role, mask(said)))
    changed = update(CONVERSATION).where(CONVERSATION.c.id == part.conversation_id)
    connection.execute(changed.values(content_hash=identity))
