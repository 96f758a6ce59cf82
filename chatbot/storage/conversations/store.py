"""Conversations and messages (port `ConversationStore`).

It uses Core, with one statement per transaction where possible: two messages are stored for every reply.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from chatbot.domain import (
    Conversation,
    DecisionRecord,
    ImportReport,
    Message,
    Role,
    Route,
    TranscriptTurn,
    TranscriptUndo,
)
from chatbot.errors import NotFoundError
from chatbot.storage.conversations import handoff_guard, transcript_undo
from chatbot.storage.conversations import statements as sent
from chatbot.storage.conversations.route_counts import route_counts
from chatbot.storage.conversations.statements import CONVERSATION, FEEDBACK, MESSAGE, matching, message_of
from chatbot.storage.conversations.transcripts import add_transcripts, prepared
from chatbot.storage.database.engine import Database
from chatbot.storage.imports import running

MOST_REASON = 500
"""Longest reason of a thumb, in characters."""
ATTEMPTS = 20
"""How often appending a message is retried if another process took its position (never happens on SQLite)."""


class SqlConversationStore:
    """Append-only conversations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, visitor_id: str, lang: str) -> Conversation:
        """Start a conversation under an id that nobody can guess, and that no command takes for an option."""
        begun = Conversation(secrets.token_hex(16), visitor_id, lang, dt.datetime.now(dt.UTC))
        row = {"id": begun.id, "visitor_id": visitor_id, "lang": lang, "origin": begun.origin}
        with self._database.write() as connection:
            connection.execute(insert(CONVERSATION), row | {"started_at": begun.started_at})
        return begun

    def add_message(
        self,
        conversation_id: str,
        role: Role,
        text: str,
        *,
        decision: DecisionRecord | None = None,
        author: str = "",
    ) -> Message:
        """Append a message; `author` is the agent who wrote it.

        Raises:
            NotFoundError: no such conversation.
            HeldError: it is a reply, and somebody else has the conversation.
            StorageError: the message could not be saved.
        """
        now = dt.datetime.now(dt.UTC)
        stored = storable(text)
        values = {
            "conversation_": conversation_id,
            "role_": role.value,
            "text_": stored,
            "decision_": None if decision is None else decision.to_json(),
            "now_": now,
            "author_": author or None,
        }
        message_id = self._append(values, passes_on=decision is not None and decision.route is Route.HANDOFF)
        if message_id is None:
            raise NotFoundError(f"There is no conversation {conversation_id!r}; start a new one.")
        return Message(role, stored, message_id, conversation_id, now, decision, author=author)

    def _append(self, values: Mapping[str, Any], *, passes_on: bool) -> int | None:
        for attempt in range(ATTEMPTS):
            try:
                with self._database.write() as connection:
                    if attempt:  # another writer was faster: from here on they take turns
                        connection.execute(sent.IN_TURN, {"wanted": values["conversation_"]})
                    role = Role(values["role_"])
                    handoff_guard.check_turn(connection, values["conversation_"], role, values["author_"] or "")
                    found: int | None = connection.execute(sent.APPEND, values).scalar_one_or_none()
                    if found is not None and passes_on:
                        handoff_guard.note(connection, values["conversation_"], values["now_"])
            except IntegrityError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                return found
        return None

    def get(self, conversation_id: str) -> Conversation:
        """One conversation.

        Raises:
            NotFoundError: no such conversation.
        """
        with self._database.read() as connection:
            row = connection.execute(sent.ONE, {"wanted": conversation_id}).one_or_none()
        if row is None:
            raise NotFoundError.of(
                "no_conversation_of_id",
                "There is no conversation {conversation!r}. See: chatbot conversations list.",
                conversation=conversation_id,
            )
        return Conversation(*row)

    def messages(self, conversation_id: str, *, last: int | None = None) -> list[Message]:
        """The messages in order, with feedback; with `last`, only that many of the newest."""
        with self._database.read() as connection:
            if last is None:
                rows = connection.execute(sent.IN_ORDER, {"wanted": conversation_id}).all()
            else:
                rows = connection.execute(sent.LAST, {"wanted": conversation_id, "last_": max(0, last)}).all()[::-1]
        return [message_of(row) for row in rows]

    def messages_of(self, conversation_ids: Sequence[str]) -> dict[str, list[Message]]:
        """The messages of several conversations, each in order; one read for many of them."""
        found: dict[str, list[Message]] = {conversation_id: [] for conversation_id in conversation_ids}
        wanted = list(found)
        with self._database.read() as connection:
            for start in range(0, len(wanted), sent.MANY):
                for row in connection.execute(sent.OF_SEVERAL, {"several": wanted[start : start + sent.MANY]}):
                    message = message_of(row)
                    found[message.conversation_id].append(message)
        return found

    def of_visitor(self, visitor_id: str, *, limit: int = 50) -> list[Conversation]:
        """A visitor's conversations that have messages, newest first."""
        any_message = exists().where(MESSAGE.c.conversation_id == CONVERSATION.c.id)
        wanted = sent.CONVERSATIONS.where(CONVERSATION.c.visitor_id == visitor_id, any_message)
        with self._database.read() as connection:
            return [Conversation(*row) for row in connection.execute(wanted.order_by(*sent.NEWEST_FIRST).limit(limit))]

    def count(self, *, search: str = "", origin: str = "") -> int:
        """Number of conversations that `list` has in all."""
        wanted = matching(select(func.count()).select_from(CONVERSATION), search, origin)
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def route_counts(self, *, newest: int) -> tuple[dict[str, int], int]:
        with self._database.read() as connection:
            return route_counts(connection, newest=newest)

    def add_feedback(self, message_id: int, visitor_id: str, helpful: bool, reason: str = "") -> None:
        """Store or change a thumb, with its reason if the customer gave one.

        Raises:
            NotFoundError: the message is not in one of this visitor's conversations.
        """
        try:
            self._put_feedback(message_id, visitor_id, helpful, storable(reason)[:MOST_REASON])
        except IntegrityError:  # a second click was faster: now there is a row to update
            self._put_feedback(message_id, visitor_id, helpful, storable(reason)[:MOST_REASON])

    def _put_feedback(self, message_id: int, visitor_id: str, helpful: bool, reason: str) -> None:
        now = dt.datetime.now(dt.UTC)
        own = MESSAGE.join(CONVERSATION)
        is_own = (MESSAGE.c.id == message_id, CONVERSATION.c.visitor_id == visitor_id)
        with self._database.write() as connection:
            if connection.scalar(select(MESSAGE.c.id).select_from(own).where(*is_own)) is None:
                raise NotFoundError(f"There is no message {message_id} in a conversation of this visitor.")
            changed = update(FEEDBACK).where(FEEDBACK.c.message_id == message_id)
            if connection.execute(changed.values(helpful=helpful, reason=reason, updated_at=now)).rowcount == 0:
                row = {"message_id": message_id, "visitor_id": visitor_id, "helpful": helpful, "reason": reason}
                connection.execute(insert(FEEDBACK), row | {"created_at": now, "updated_at": now})

    def add_transcripts(self, turns: Iterable[TranscriptTurn], report: ImportReport) -> ImportReport:
        """Store imported conversations all or nothing; known ones are skipped, continued ones get their new turns."""
        # After a crash the mark shows that nothing was stored; it is deleted by the transaction that stores.
        with self._database.write() as connection:
            mark = running.begin(connection, report.file)
        try:
            taken = prepared(turns)
            with self._database.write() as connection:
                running.end(connection, mark)
                return add_transcripts(connection, taken, report)
        except BaseException:
            with self._database.write() as connection:
                running.end(connection, mark)
            raise

    def preview_transcripts(self, turns: Iterable[TranscriptTurn], report: ImportReport) -> ImportReport:
        """What `add_transcripts` would report, without an import id: the same work, rolled back."""
        taken = prepared(turns)
        with self._database.write(keep=False) as connection:
            return dataclasses.replace(add_transcripts(connection, taken, report), import_id=None)

    def undo_transcripts(self, import_id: str, *, dry_run: bool = False) -> TranscriptUndo:
        """Remove what an import added, except conversations continued by later imports; with `dry_run` only report it.

        Raises:
            NotFoundError: no such import.
            StorageError: it was undone already, is not an import of transcripts, or nothing of it is left.
        """
        with self._database.write(keep=not dry_run) as connection:
            return transcript_undo.undo(connection, import_id)

    def erase(self, visitor_id: str) -> int:
        """Delete a visitor's conversations, messages and feedback; returns the number of conversations.

        Copies made before an upgrade still contain them until newer copies replace those.
        """
        with self._database.write() as connection:
            # Messages and feedback are deleted with their conversation: the foreign keys cascade.
            return connection.execute(delete(CONVERSATION).where(CONVERSATION.c.visitor_id == visitor_id)).rowcount

    def list(self, *, limit: int = 50, offset: int = 0, search: str = "", origin: str = "") -> list[Conversation]:
        """Conversations, newest first; `search` is matched in messages and ids, `origin` is chat or import."""
        wanted = matching(sent.CONVERSATIONS, search, origin).order_by(*sent.NEWEST_FIRST).limit(limit).offset(offset)
        with self._database.read() as connection:
            return [Conversation(*row) for row in connection.execute(wanted)]


def storable(text: str) -> str:
    """The text without what no database accepts: NUL is dropped, a lone surrogate becomes `?`."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
