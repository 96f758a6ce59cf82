"""Conversations as running text: `Customer: ... Agent: ...`, copied chat windows, exports of messengers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chatbot.importing.transcripts.speakers import SKIPPED, named_role, role_of_account
from chatbot.importing.transcripts.timestamps import DATE, DATE_TIME, TIME

_NAME = r"[^\s:：\[\]()（）{}\"“”<>][^:：\[\]()（）{}\"“”<>\n]{0,38}?(?:[:：][^\s:：,，。]{1,16})?"
_BEFORE = re.compile(
    rf"[\[(（]?\s*(?P<time>{DATE_TIME}|{TIME})\s*[\])）]?\s*(?:-\s)?\s*"
    rf"(?P<name>{_NAME})\s*[:：]\s*(?P<text>.*)$"
)
_BEFORE_ALONE = re.compile(rf"[\[(（]?(?P<time>{DATE_TIME})[\])）]?\s+(?P<name>{_NAME})\s*[:：]?$")
_AFTER = re.compile(
    rf"(?P<name>{_NAME})\s*[\[(（]?\s*(?P<time>{DATE_TIME}|"
    rf"(?<=[\s\[(（]){TIME})\s*[\])）]?\s*[:：]?\s*(?P<text>.*)$"
)
_PLAIN = re.compile(rf"(?P<name>{_NAME})\s*[:：](?!//)\s*(?P<text>.*)$")
_INLINE = re.compile(
    r"(?:(?<=^)|(?<=[\s.!?。！？…）)\]|]))(?P<name>[A-Za-z][A-Za-z ]{1,20}|"
    r"[\u4e00-\u9fff]{1,6})\s?[:：](?!//)\s*"
)
_RULE = re.compile(r"^[\s\-=_—─*#~]{3,}$")
_DAY = re.compile(rf"^[\s\-=_—─*#~]*(?P<day>{DATE})[\s\-=_—─*#~]*(?:(?:周|星期)[一二三四五六日天])?[\s\-=_—─*#~]*$")
_SYSTEM = ("System", "system", "系统", "系统消息", "系统提示")


@dataclass(frozen=True, slots=True)
class Said:
    """A line with its speaker; `line` counts from 1. `begins` marks the first after a separator of conversations."""

    line: int
    speaker: str
    time: str
    text: str
    begins: bool = False


def said_in(lines: Iterable[str]) -> Iterator[Said]:
    """The lines of a conversation log; a line without a speaker continues the one before.

    A name before a colon is a speaker if the word says so (customer, 客服) or a time is beside it; else it is text
    ("Note: closed on Monday").
    """
    current: Said | None = None
    more: list[str] = []
    day = ""
    begins = False
    for number, raw in enumerate(lines, 1):
        line = raw.strip().lstrip("\ufeff\u200e\u202a")
        dated = _DAY.match(line)
        if dated or _RULE.match(line):
            day = dated["day"] if dated else day
            begins = begins or not dated
            continue
        found = _speaker(line)
        if found is None:
            if current is not None:
                more.append(raw.rstrip())
            continue
        if current is not None:
            yield _whole(current, more)
        name, time, text = found
        if time and day and re.fullmatch(TIME, time):
            time = f"{day} {time}"
        current, more = Said(number, name.strip(), time, text, begins), []
        begins = False
    if current is not None:
        yield _whole(current, more)


def said_inline(text: str) -> list[tuple[str, str]]:
    """Speaker and text of a conversation in one cell: by its lines, or by `Customer:` and the like within a line."""
    by_line = [(said.speaker, said.text) for said in said_in(text.splitlines())]
    found = [match for match in _INLINE.finditer(text) if named_role(match["name"]) not in (None, SKIPPED)]
    if len(found) <= len(by_line):
        return by_line
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [
        (match["name"].strip(), text[match.end() : end].strip(" \t\r\n|"))
        for match, end in zip(found, ends, strict=True)
    ]


def is_log(head: str) -> bool:
    """Whether text begins like a log: at least two lines of speakers, and at least a quarter of all non-blank lines."""
    lines = [line for line in head.splitlines() if line.strip()][:200]
    speakers = [found for line in lines if (found := _speaker(line.strip())) is not None]
    return len(speakers) >= 2 and len(speakers) * 4 >= len(lines) and not _is_table(lines)


def _is_table(lines: list[str]) -> bool:
    counts = [[line.count(sign) for line in lines[:20]] for sign in (",", "\t", ";")]
    return any(min(count) >= 2 and len(set(count)) == 1 for count in counts)


def _speaker(line: str) -> tuple[str, str, str] | None:
    """Name, time and text of a line that begins a message."""
    if ":" not in line and "：" not in line:
        return None
    found = _BEFORE.match(line)
    if found and found["time"]:
        return found["name"], found["time"], found["text"]
    found = _BEFORE_ALONE.match(line)
    if found:
        return found["name"], found["time"], ""
    found = _AFTER.match(line)
    if found:
        return found["name"], found["time"], found["text"]
    found = _PLAIN.match(line)
    if found and (role_of_account(found["name"]) not in (None, SKIPPED) or found["name"] in _SYSTEM):
        return found["name"], "", found["text"]
    return None


def _whole(said: Said, more: list[str]) -> Said:
    text = "\n".join([said.text, *more]).strip()
    return Said(said.line, said.speaker, said.time, text, said.begins)
