"""Assembles the lines of a transcript: roles, times, order, conversations, and lines that could not be used."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chatbot import text
from chatbot.domain import Role, RowProblem, TranscriptSpeaker, TranscriptTurn
from chatbot.domain.faq_limits import empty, too_long
from chatbot.errors import Problem
from chatbot.importing.files import cells
from chatbot.importing.transcripts.source_line import Spoken
from chatbot.importing.transcripts.speakers import SKIPPED, folded, guessed_roles, named_role
from chatbot.importing.transcripts.timestamps import days_first, moment_of
from chatbot.pii import Kind, mask, personal_data

MAX_TEXT_CHARS = 20_000
MAX_ID_CHARS = 200
PAUSE = dt.timedelta(hours=12)
"""A pause after which lines without a conversation id begin a new conversation."""
SHOWN_CHARS = 60
EVERYBODY = "*"
"""Stands for every speaker without another role."""
_TELLING = (Kind.PHONE, Kind.EMAIL, Kind.ID, Kind.CARD, Kind.IBAN)


@dataclass(frozen=True, slots=True)
class Assembled:
    """Turns, problems, number of skipped lines, and the speakers with their roles."""

    turns: list[TranscriptTurn]
    problems: list[RowProblem]
    skipped: int
    speakers: tuple[TranscriptSpeaker, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A usable line."""

    spoken: Spoken
    role: Role
    text: str
    time: dt.datetime | None


def assembled(lines: Sequence[Spoken], chosen: Mapping[str, str], zone: dt.tzinfo, *, guess: bool) -> Assembled:
    """The turns of these lines. `chosen` maps folded names to roles; with `guess`, those of mere names are guessed."""
    roles = _roles(lines, chosen, guess=guess)
    day_first = days_first(line.time for line in lines)
    named = any(text.clean(line.conversation) for line in lines)
    usable: list[_Line] = []
    problems: list[RowProblem] = []
    skipped = 0
    for line in lines:
        role = roles.get(folded(line.speaker), "")
        if line.problem is None and (line.hidden or role == SKIPPED):
            skipped += 1
            continue
        made = _usable(line, role, zone, named=named, day_first=day_first)
        if isinstance(made, RowProblem):
            problems.append(made)
        else:
            usable.append(made)
    turns = [turn for found in _conversations(usable, problems) for turn in found]
    return Assembled(turns, sorted(problems, key=lambda one: one.row), skipped, _speakers(lines, roles))


def _roles(lines: Sequence[Spoken], chosen: Mapping[str, str], *, guess: bool) -> dict[str, str]:
    """The role of every folded name; names without one are absent."""
    parts: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for line in lines:
        if line.problem is None:
            spelled.setdefault(folded(line.speaker), text.clean(line.speaker))
            parts.setdefault(folded(line.speaker), set()).add(f"{line.conversation}\n{line.group}")
    first = text.clean(lines[0].speaker) if lines else ""
    guessed = guessed_roles([(spelled[name], len(parts[name])) for name in parts], first) if guess else {}
    roles: dict[str, str] = {}
    for name in parts:
        role = chosen.get(name) or named_role(name) or guessed.get(spelled[name]) or chosen.get(EVERYBODY)
        if role:
            roles[name] = role
    return roles


def _usable(line: Spoken, role: str, zone: dt.tzinfo, *, named: bool, day_first: bool) -> _Line | RowProblem:
    if line.problem is not None:
        return line.problem
    conversation = text.clean(line.conversation)
    said = cells.verbatim(line.text)
    if named and not conversation:
        return RowProblem(line.row, "conversation_id", empty("conversation_id"))
    for column, content, limit in (("conversation_id", conversation, MAX_ID_CHARS), ("text", said, MAX_TEXT_CHARS)):
        if len(content) > limit:
            return RowProblem(line.row, column, too_long(column, len(content), limit))
    if not said:
        return RowProblem(line.row, "text", empty("text"))
    if not role:
        name = text.clean(line.speaker)[:SHOWN_CHARS]
        why = Problem.of(
            "unknown_speaker",
            "The speaker {name!r} is not known. Write customer, agent, bot or system, or say who it is:"
            ' --role "{whoever}=agent".',
            name=name,
            whoever=name or EVERYBODY,
        )
        return RowProblem(line.row, "speaker", why)
    try:
        return _Line(line, Role(role), said, moment_of(line.time, zone=zone, day_first=day_first))
    except ValueError:
        why = Problem.of(
            "not_a_time", "The time {time!r} is not of the form 2026-01-31 13:45:00.", time=line.time.strip()
        )
        return RowProblem(line.row, "timestamp", why)


def _conversations(lines: Sequence[_Line], problems: list[RowProblem]) -> Iterable[list[TranscriptTurn]]:
    grouped: dict[tuple[str, int], list[_Line]] = {}
    part = 0
    before: dt.datetime | None = None
    for line in lines:
        named = text.clean(line.spoken.conversation)
        if not named:
            part += bool(line.time and before and line.time - before > PAUSE)
            before = line.time or before
        # A conversation with an id may be spread over a file; others end with their group or after a pause.
        grouped.setdefault((named, 0) if named else ("", line.spoken.group * 1_000_000 + part), []).append(line)
    for (named, _), found in grouped.items():
        ordered = _in_order(found, problems)
        if ordered:
            name = named if named and not _tells(named) else _name_from(ordered)
            yield [TranscriptTurn(name, number, line.role, line.text, line.time) for number, line in ordered]


def _in_order(lines: Sequence[_Line], problems: list[RowProblem]) -> list[tuple[int, _Line]]:
    """Lines with their turn numbers: by the turns in the file, else by time, else in file order."""
    if all(line.spoken.turn is None for line in lines):
        timed = [line for line in lines if line.time is not None]
        ordered = sorted(timed, key=lambda line: line.time or dt.datetime.min) if len(timed) == len(lines) else lines
        return list(enumerate(ordered, 1))
    turns: dict[int, _Line] = {}
    for line in lines:
        number = line.spoken.turn or 0
        if number in turns:
            why = Problem.of(
                "turn_repeated",
                "Turn {turn} of this conversation is in row {row} already.",
                turn=number,
                row=turns[number].spoken.row,
            )
            problems.append(RowProblem(line.spoken.row, "turn", why))
        else:
            turns[number] = line
    return sorted(turns.items())


def _tells(name: str) -> bool:
    """Whether the id of a conversation is itself personal data such as a phone number or an e-mail address."""
    return any(found.kind in _TELLING for found in personal_data(name))


def _name_from(ordered: Sequence[tuple[int, _Line]]) -> str:
    """An id that the same conversation gets again, even if it has continued since."""
    first = ordered[0][1]
    opening = [mask(line.text) for _, line in ordered[:2]]
    return "log-" + text.content_hash([first.time.isoformat() if first.time else "", *opening])


def _speakers(lines: Sequence[Spoken], roles: Mapping[str, str]) -> tuple[TranscriptSpeaker, ...]:
    counts: Counter[str] = Counter()
    shown: dict[str, tuple[str, str]] = {}
    for line in lines:
        if line.problem is None:
            name = folded(line.speaker)
            counts[name] += 1
            if name not in shown and line.text.strip():
                shown[name] = (text.clean(line.speaker), mask(text.clean(line.text)[: SHOWN_CHARS * 4])[:SHOWN_CHARS])
    return tuple(
        TranscriptSpeaker(shown.get(name, (name, ""))[0], roles.get(name, ""), count, shown.get(name, ("", ""))[1])
        for name, count in counts.most_common()
    )
