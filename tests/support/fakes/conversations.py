"""An in-memory ConversationStore for tests that need no database. It passes the same contract tests as the real one."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from chatbot import text
from chatbot.domain import (
    Conversation,
    DecisionRecord,
    ImportRecord,
    ImportReport,
    KeptConversation,
    Message,
    Role,
    Route,
    TranscriptTurn,
    TranscriptUndo,
)
from chatbot.errors import HeldError, NotFoundError, StorageError

Turns = tuple[tuple[Role, str], ...]


class FakeConversationStore:
    """Conversations in a dict; `now` starts in 2026 and advances by a second with every call."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._messages: dict[str, list[Message]] = {}
        self.reasons: dict[int, str] = {}
        self._imported: list[tuple[str, str]] = []
        self._parts: dict[str, list[tuple[str, int]]] = {}
        self._log: list[ImportRecord] = []
        self._ids = itertools.count(1)
        self._ticks = itertools.count()
        self.holders: dict[str, str] = {}

    def _now(self) -> dt.datetime:
        return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=next(self._ticks))

    def start(self, visitor_id: str, lang: str) -> Conversation:
        begun = Conversation(f"conversation{next(self._ids)}", visitor_id, lang, self._now())
        self._conversations[begun.id] = begun
        self._messages[begun.id] = []
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
        if conversation_id not in self._conversations:
            raise NotFoundError(f"There is no conversation {conversation_id!r}.")
        holder = self.holders.get(conversation_id, "")
        if role is not Role.CUSTOMER and holder != author:
            raise HeldError(f"{holder or 'Nobody'} has conversation {conversation_id}, not {author!r}.")
        message = Message(role, text, next(self._ids), conversation_id, self._now(), decision, author=author)
        self._messages[conversation_id].append(message)
        return message

    def get(self, conversation_id: str) -> Conversation:
        if conversation_id not in self._conversations:
            raise NotFoundError(f"There is no conversation {conversation_id!r}.")
        said = self._messages[conversation_id]
        title = next((message.text for message in said if message.role is Role.CUSTOMER), "")[:80]
        holder = self.holders.get(conversation_id, "")
        kept = self._conversations[conversation_id]
        passed_on = any(message.decision is not None and message.decision.route is Route.HANDOFF for message in said)
        return dataclasses.replace(kept, message_count=len(said), title=title, held_by=holder, passed_on=passed_on)

    def messages(self, conversation_id: str, *, last: int | None = None) -> list[Message]:
        said = self._messages.get(conversation_id, [])
        return said[max(0, len(said) - last) :] if last is not None else list(said)

    def messages_of(self, conversation_ids: Sequence[str]) -> dict[str, list[Message]]:
        return {conversation_id: self.messages(conversation_id) for conversation_id in conversation_ids}

    def of_visitor(self, visitor_id: str, *, limit: int = 50) -> list[Conversation]:
        found = [one for one in self._newest_first() if one.visitor_id == visitor_id and one.message_count]
        return found[:limit]

    def count(self, *, search: str = "", origin: str = "") -> int:
        return len(self._matching(search, origin))

    def route_counts(self, *, newest: int) -> tuple[dict[str, int], int]:
        latest = self._newest_first()[:newest]
        said = (message for one in latest for message in self._messages[one.id] if message.role is Role.ASSISTANT)
        return dict(Counter(m.decision.route.value for m in said if m.decision)), len(latest)

    def add_feedback(self, message_id: int, visitor_id: str, helpful: bool, reason: str = "") -> None:
        for conversation_id, said in self._messages.items():
            for at, message in enumerate(said):
                if message.id == message_id and self._conversations[conversation_id].visitor_id == visitor_id:
                    said[at] = dataclasses.replace(message, helpful=helpful)
                    self.reasons[message_id] = reason
                    return
        raise NotFoundError(f"There is no message {message_id} of this visitor.")

    def add_transcripts(self, turns: Iterable[TranscriptTurn], report: ImportReport) -> ImportReport:
        turns = list(turns)
        grouped: dict[str, list[TranscriptTurn]] = {}
        for turn in turns:
            grouped.setdefault(turn.conversation_id, []).append(turn)
        inserted = 0
        import_id = str(next(self._ids))
        parts = self._parts.setdefault(import_id, [])
        for external_id, spoken in grouped.items():
            ordered = sorted(spoken, key=lambda turn: turn.turn)
            told = tuple((turn.speaker, turn.text) for turn in ordered)
            begun_id, known = self._begun(external_id, told)
            if begun_id:
                for turn in ordered[known:]:
                    self.add_message(begun_id, turn.speaker, turn.text)
                inserted += len(ordered[known:])
                if ordered[known:]:
                    parts.append((begun_id, known + 1))
                continue
            said = " ".join(turn.text for turn in ordered if turn.speaker is Role.CUSTOMER)
            begun = self.start("import", text.language(said or ordered[0].text))
            moment = ordered[0].timestamp or begun.started_at
            self._conversations[begun.id] = dataclasses.replace(begun, origin="import", started_at=moment)
            for turn in ordered:
                self.add_message(begun.id, turn.speaker, turn.text)
            self._imported.append((external_id, begun.id))
            parts.append((begun.id, 1))
            inserted += len(ordered)
        skipped = report.skipped + len(turns) - inserted
        done = dataclasses.replace(report, inserted=report.inserted + inserted, skipped=skipped, import_id=import_id)
        counts = {name: getattr(done, name) for name in ("read", "inserted", "updated", "skipped", "failed")}
        self._log.insert(0, ImportRecord(import_id, "transcripts", done.file, done.encoding, counts, self._now()))
        return done

    def imports(self) -> list[ImportRecord]:
        """The newest first, as the knowledge store lists them."""
        return list(self._log)

    def _begun(self, external_id: str, told: Turns) -> tuple[str, int]:
        for known_id, own_id in self._imported:
            stored = tuple((message.role, message.text) for message in self._messages[own_id])
            shared = min(len(stored), len(told))
            if known_id == external_id and stored[:shared] == told[:shared] and (shared > 1 or stored == told):
                return own_id, shared
        return "", 0

    def preview_transcripts(self, turns: Iterable[TranscriptTurn], report: ImportReport) -> ImportReport:
        return dataclasses.replace(copy.deepcopy(self).add_transcripts(turns, report), import_id=None)

    def undo_transcripts(self, import_id: str, *, dry_run: bool = False) -> TranscriptUndo:
        if dry_run:
            return copy.deepcopy(self).undo_transcripts(import_id)
        if import_id not in self._parts:
            raise NotFoundError(f"There is no import {import_id!r}.")
        if not self._parts[import_id]:
            raise StorageError(f"Nothing is left of import {import_id}.")
        numbers = {own_id: external_id for external_id, own_id in self._imported}
        kept, whole, messages = [], 0, 0
        for own_id, first in list(self._parts[import_id]):
            later = [key for key, parts in self._parts.items() if any(c == own_id and at > first for c, at in parts)]
            if later:
                kept.append(KeptConversation(numbers[own_id], max(later, key=int)))
                continue
            self._parts[import_id].remove((own_id, first))
            messages += len(self._messages[own_id]) - first + 1
            del self._messages[own_id][first - 1 :]
            if first == 1:
                whole += 1
                del self._conversations[own_id], self._messages[own_id]
                self._imported = [pair for pair in self._imported if pair[1] != own_id]
        if not kept:
            gone = next(at for at, record in enumerate(self._log) if record.id == import_id)
            self._log[gone] = dataclasses.replace(self._log[gone], undone_at=self._now())
        return TranscriptUndo(import_id, whole, messages, 0, tuple(kept))

    def every_message(self) -> list[tuple[Conversation, Message]]:
        """All messages that were not erased, in the order they were written."""
        spoken = [(self._conversations[key], message) for key, said in self._messages.items() for message in said]
        return sorted(spoken, key=lambda pair: pair[1].id)

    def erase(self, visitor_id: str) -> int:
        gone = [one.id for one in self._conversations.values() if one.visitor_id == visitor_id]
        for conversation_id in gone:
            del self._conversations[conversation_id], self._messages[conversation_id]
        return len(gone)

    def list(self, *, limit: int = 50, offset: int = 0, search: str = "", origin: str = "") -> list[Conversation]:
        return self._matching(search, origin)[offset : offset + limit]

    def _newest_first(self):
        every = [self.get(conversation_id) for conversation_id in reversed(self._conversations)]
        return sorted(every, key=lambda one: one.started_at, reverse=True)

    def _matching(self, search: str, origin: str):
        def fits(one: Conversation) -> bool:
            said = any(search.casefold() in message.text.casefold() for message in self._messages[one.id])
            return (not origin or one.origin == origin) and (not search or said or search in (one.id, one.visitor_id))

        return [one for one in self._newest_first() if fits(one)]
