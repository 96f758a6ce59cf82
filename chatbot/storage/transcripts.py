"""Imported conversations on their way into the tables.

Knows: which of them are there already. Does not know: file formats, transactions.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from chatbot import text
from chatbot.domain import ImportReport, Role, TranscriptTurn
from chatbot.storage import schema
from chatbot.storage.imports import log_import

ORIGIN = "import"
VISITOR = "import"
"""The visitor of every imported conversation: `erase` of it removes them all."""
CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)


def add_transcripts(connection: Connection, turns: Sequence[TranscriptTurn], report: ImportReport) -> ImportReport:
    """Insert the conversations that were not imported before; counts are turns, as the file has one a row.

    The same conversation is the same id with the same turns: exports that number from 1 each month stay apart.
    """
    known = set(
        connection.execute(
            select(CONVERSATION.c.external_id, CONVERSATION.c.content_hash).where(CONVERSATION.c.origin == ORIGIN)
        ).all()
    )
    now = dt.datetime.now(dt.UTC)
    conversations: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    for external_id, spoken in _by_conversation(turns).items():
        identity = (external_id, _content_hash(spoken))
        if identity in known:
            continue
        # A microsecond apart, so that conversations without a time keep the order of the file.
        started = spoken[0].timestamp or now + dt.timedelta(microseconds=len(conversations))
        row = _conversation(identity, spoken, started)
        conversations.append(row)
        messages.extend(_messages(row["id"], spoken, started))
    if conversations:
        connection.execute(insert(CONVERSATION), conversations)
        connection.execute(insert(MESSAGE), messages)
    done = dataclasses.replace(
        report,
        inserted=report.inserted + len(messages),
        skipped=report.skipped + len(turns) - len(messages),
    )
    return log_import(connection, "transcripts", done)


def _by_conversation(turns: Sequence[TranscriptTurn]) -> Mapping[str, list[TranscriptTurn]]:
    found: dict[str, list[TranscriptTurn]] = {}
    for turn in turns:
        found.setdefault(turn.conversation_id, []).append(turn)
    for spoken in found.values():
        spoken.sort(key=lambda turn: turn.turn)
    return found


def _conversation(identity: tuple[str, str], spoken: Sequence[TranscriptTurn], started: dt.datetime) -> dict[str, Any]:
    customer = " ".join(turn.text for turn in spoken if turn.speaker is Role.CUSTOMER)
    return {
        "id": secrets.token_urlsafe(18),
        "visitor_id": VISITOR,
        "lang": text.language(customer or spoken[0].text),
        "origin": ORIGIN,
        "external_id": identity[0],
        "content_hash": identity[1],
        "started_at": started,
    }


def _messages(conversation_id: str, spoken: Sequence[TranscriptTurn], started: dt.datetime) -> Iterator[dict[str, Any]]:
    for position, turn in enumerate(spoken, start=1):
        yield {
            "conversation_id": conversation_id,
            "position": position,
            "role": turn.speaker.value,
            "text": turn.text,
            "decision": None,
            "created_at": turn.timestamp or started,
        }


def _content_hash(spoken: Sequence[TranscriptTurn]) -> str:
    return text.content_hash(part for turn in spoken for part in (turn.speaker.value, turn.text))
