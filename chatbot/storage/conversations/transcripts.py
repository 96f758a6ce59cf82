"""Inserts imported conversations, except for those already stored."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from chatbot import text
from chatbot.concurrency.priority import SHARED
from chatbot.domain import ImportReport, Role, TranscriptTurn
from chatbot.pii import mask
from chatbot.storage.imports.log import log_import
from chatbot.storage.schema import tables as schema
from chatbot.storage.schema import transcripts as schema_transcripts

ORIGIN = "import"
KIND = "transcripts"
_CERTAIN = 2
"""Number of equal first turns that identify two conversations with the same id if there are no times."""
VISITOR = "import"
"""The visitor of every imported conversation: erasing this visitor removes them all."""
CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)
PART = schema.table(schema_transcripts.ImportedPart)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A conversation of a file in the order of its turns, with the hash by which it is recognised."""

    external_id: str
    spoken: Sequence[TranscriptTurn]
    content_hash: str


def prepared(turns: Iterable[TranscriptTurn]) -> list[Prepared]:
    """The conversations of a file, prepared before a transaction begins: hashing takes longer than storing."""
    found: dict[str, list[tuple[TranscriptTurn, str]]] = {}
    for turn in turns:
        SHARED.give_way()  # masking takes long, and replies go first
        # Masked strictly: public data of the team that is published later must not change the conversation's hash.
        found.setdefault(turn.conversation_id, []).append((turn, mask(turn.text)))
    made = []
    for external_id, spoken in found.items():
        spoken.sort(key=lambda pair: pair[0].turn)
        identity = text.content_hash(part for turn, strict in spoken for part in (turn.speaker.value, strict))
        made.append(Prepared(external_id, [turn for turn, _ in spoken], identity))
    return made


def add_transcripts(connection: Connection, given: Sequence[Prepared], report: ImportReport) -> ImportReport:
    """Insert what was not imported before; counts are in turns.

    A conversation is recognised by its id and its first turns: exports that number from 1 each month stay separate, and
    a conversation that has continued since gets only its new turns.
    """
    known: dict[str, dict[str, str]] = {}
    stored = select(CONVERSATION.c.external_id, CONVERSATION.c.content_hash, CONVERSATION.c.id)
    for external_id, content_hash, own_id in connection.execute(stored.where(CONVERSATION.c.origin == ORIGIN)):
        known.setdefault(external_id, {})[content_hash] = own_id
    now = dt.datetime.now(dt.UTC)
    conversations: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for one in given:
        spoken = one.spoken
        before = known.get(one.external_id, {})
        if one.content_hash in before:
            continue
        # A microsecond apart, so that conversations without a time keep the order of the file.
        started = spoken[0].timestamp or now + dt.timedelta(microseconds=len(conversations))
        begun = _continued_conversation(connection, before.values(), spoken)
        if begun is not None:
            own_id, told = begun
            messages.extend(_messages(own_id, spoken[told:], started, after=told))
            changed = update(CONVERSATION).where(CONVERSATION.c.id == own_id)
            if told < len(spoken):
                parts.append(_part(own_id, told + 1, len(spoken)))
                connection.execute(changed.values(content_hash=one.content_hash))
            continue
        row = _conversation(one, started)
        conversations.append(row)
        parts.append(_part(row["id"], 1, len(spoken)))
        messages.extend(_messages(row["id"], spoken, started))
    if conversations:
        connection.execute(insert(CONVERSATION), conversations)
    if messages:
        connection.execute(insert(MESSAGE), messages)
    done = dataclasses.replace(
        report,
        inserted=report.inserted + len(messages),
        skipped=report.skipped + sum(len(one.spoken) for one in given) - len(messages),
    )
    logged = log_import(connection, KIND, done)
    if parts:
        connection.execute(insert(PART), [part | {"import_id": int(logged.import_id or 0)} for part in parts])
    return logged


def _part(conversation_id: str, first: int, last: int) -> dict[str, Any]:
    return {"conversation_id": conversation_id, "first": first, "last": last}


def _continued_conversation(
    connection: Connection, own_ids: Iterable[str], spoken: Sequence[TranscriptTurn]
) -> tuple[str, int] | None:
    """The stored conversation that these turns begin or continue, and the number of its turns."""
    given: list[tuple[str, str]] = []
    for own_id in own_ids:
        columns = (MESSAGE.c.role, MESSAGE.c.text, MESSAGE.c.created_at)
        wanted = select(*columns).where(MESSAGE.c.conversation_id == own_id).order_by(MESSAGE.c.position)
        rows = connection.execute(wanted).all()
        given = given or [(turn.speaker.value, mask(turn.text)) for turn in spoken]
        # Masked again: what was imported under older rules is still the same conversation.
        told = [(role, mask(said)) for role, said, _ in rows]
        shared = min(len(told), len(given))
        # "Hi" alone, without a time, begins many conversations.
        at = spoken[0].timestamp
        certain = shared >= _CERTAIN if at is None else bool(rows) and rows[0].created_at == at
        if certain and told[:shared] == given[:shared]:
            return own_id, shared
    return None


def _conversation(one: Prepared, started: dt.datetime) -> dict[str, Any]:
    spoken = one.spoken
    customer = " ".join(turn.text for turn in spoken if turn.speaker is Role.CUSTOMER)
    return {
        "id": secrets.token_hex(16),
        "visitor_id": VISITOR,
        "lang": text.language(customer or spoken[0].text),
        "origin": ORIGIN,
        "external_id": one.external_id,
        "content_hash": one.content_hash,
        "started_at": started,
    }


def _messages(
    conversation_id: str, spoken: Sequence[TranscriptTurn], started: dt.datetime, *, after: int = 0
) -> Iterator[dict[str, Any]]:
    for position, turn in enumerate(spoken, start=after + 1):
        yield {
            "conversation_id": conversation_id,
            "position": position,
            "role": turn.speaker.value,
            "text": turn.text,
            "decision": None,
            "created_at": turn.timestamp or started,
        }
