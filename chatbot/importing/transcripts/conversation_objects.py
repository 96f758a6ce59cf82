"""Transcripts as JSON: one object per conversation, with its messages in a list."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from chatbot.domain import RowProblem
from chatbot.errors import ImportDataError, Problem
from chatbot.importing.files.decoding import detect
from chatbot.importing.files.delimited import as_text
from chatbot.importing.transcripts.source_line import Spoken

MAX_LINE_CHARS = 16_000_000
_LISTS = (
    "messages",
    "comments",
    "conversation_parts",
    "turns",
    "dialogue",
    "dialog",
    "conversation",
    "events",
    "parts",
    "utterances",
)
_WRAPPERS = ("conversations", "tickets", "data", "payload", "items", "results")
_IDS = ("conversation_id", "id", "display_id", "ticket_id", "session_id", "dialogue_id", "chat_id")
_TEXTS = ("text", "content", "plain_body", "body", "message", "utterance", "value")
_TIMES = ("timestamp", "created_at", "time", "date", "sent_at", "createdAt")
_SPEAKERS = ("role", "speaker", "sender_type", "author_type", "message_type", "from", "sender", "author")
_KINDS = ("type", "role", "user_type", "name")
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--.*?--)>", re.DOTALL)
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/li)>", re.IGNORECASE)


def has_messages(head: str) -> bool:
    """Whether the beginning of a JSON file shows conversations with lists of messages."""
    return any(re.search(rf'"{name}"\s*:\s*[\[{{]', head) for name in _LISTS)


def spoken_in_objects(stream: IO[bytes], file: str) -> tuple[Iterator[Spoken], str]:
    """The lines of all conversations and the name of the encoding.

    Raises:
        ImportDataError: not JSON, or without conversations.
    """
    detected = detect(stream, file)
    return _source_lines(_conversations(stream, file)), f"json, {detected.shown}"


def _conversations(stream: IO[bytes], file: str) -> Iterator[tuple[int, Any]]:
    """The objects of a JSON Lines file, or of one document, which is held in memory as a whole."""
    text = as_text(stream, detect(stream, file))
    first = text.readline(MAX_LINE_CHARS)
    try:
        opening = json.loads(first)
    except ValueError:
        opening = None
    if opening is None or (isinstance(opening, list | dict) and _unwrapped(opening) is not None):
        try:
            whole = json.loads(first + text.read()) if opening is None else opening
        except ValueError as error:
            raise ImportDataError.of(
                "file_not_json", "{file} is not valid JSON ({error}). Export it again.", file=file, error=error
            ) from error
        inner = _unwrapped(whole)
        yield from enumerate(inner if inner is not None else [whole], 1)
        return
    yield 1, opening
    for number, line in enumerate(text, 2):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                why = Problem.of("line_bad_json", "The line is not valid JSON ({error}).", error=error)
                yield number, RowProblem(number, "", why)


def _unwrapped(found: Any) -> Sequence[Any] | None:
    if isinstance(found, list):
        return found
    if isinstance(found, Mapping):
        for name in _WRAPPERS:
            inner = found.get(name)
            if isinstance(inner, list):
                return inner
    return None


def _source_lines(conversations: Iterator[tuple[int, Any]]) -> Iterator[Spoken]:
    for number, found in conversations:
        if isinstance(found, RowProblem):
            yield Spoken(number, "", "", "", problem=found)
            continue
        parts = _parts(found)
        if parts is None and isinstance(found, Mapping) and _first(found, _TEXTS) and _speaker(found, None):
            yield _message(number, found)
            continue
        if parts is None:
            why = Problem.of("no_messages", "There is no list of messages ({lists}, ...).", lists=", ".join(_LISTS[:4]))
            yield Spoken(number, "", "", "", problem=RowProblem(number, "", why))
            continue
        named = str(_first(found, _IDS) or "")
        requester = found.get("requester_id")
        opening = found.get("source")
        if isinstance(opening, Mapping) and opening.get("body"):  # Intercom stores the first message separately
            parts = [{**opening, "created_at": found.get("created_at")}, *parts]
        for turn, part in enumerate(parts, 1):
            if isinstance(part, Mapping):
                yield _part(number, named, turn, part, requester)


def _message(number: int, found: Mapping[str, Any]) -> Spoken:
    """The line of an object that is itself a message rather than a conversation."""
    turn = found.get("turn")
    named = str(_first(found, _IDS[:1] + _IDS[3:]) or "")
    made = _part(number, named, 0, found, None)
    return dataclasses.replace(made, turn=turn if isinstance(turn, int) else None, group=0)


def _part(number: int, named: str, turn: int, part: Mapping[str, Any], requester: Any) -> Spoken:
    kind = str(part.get("part_type") or part.get("event") or "").casefold()
    text = _text(_first(part, _TEXTS))
    hidden = bool(part.get("private")) or part.get("public") is False or kind in ("note", "assignment", "close", "open")
    return Spoken(
        number,
        named,
        _speaker(part, requester),
        text,
        str(_first(part, _TIMES) or ""),
        turn,
        number,
        hidden=hidden or (not text and bool(kind)),
    )


def _speaker(part: Mapping[str, Any], requester: Any) -> str:
    if requester is not None and "author_id" in part and not isinstance(part.get("author"), Mapping):
        return "customer" if part["author_id"] == requester else "agent"
    for name in _SPEAKERS:
        found = part.get(name)
        if isinstance(found, Mapping):
            found = _first(found, _KINDS)
        if isinstance(found, int):
            found = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}.get(found)
        if found:
            return str(found)
    return ""


def _parts(found: Any) -> list[Any] | None:
    if not isinstance(found, Mapping):
        return None
    for name in _LISTS:
        inner = found.get(name)
        if isinstance(inner, Mapping):
            inner = next((inner[key] for key in _LISTS if isinstance(inner.get(key), list)), None)
        if isinstance(inner, list):
            return inner
    return None


def _first(found: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((found[name] for name in names if found.get(name) not in (None, "")), None)


def _text(found: Any) -> str:
    """The text of a message: a list of parts is joined, HTML becomes plain text."""
    if isinstance(found, list):
        return "\n".join(_text(item.get("text") if isinstance(item, Mapping) else item) for item in found)
    text = "" if found is None else str(found)
    if "<" in text and _TAG.search(text):
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    return text
