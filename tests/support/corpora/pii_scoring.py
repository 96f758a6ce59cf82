"""Reads lines with personal data marked as `{kind:text}` and scores a masker on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.pii import PersonalData

MARK = re.compile(r"\{([a-z]+):([^{}]*)\}")
WHOLE = 1.0
ADDRESS_SHARE = 0.8
"""Share of letters and digits that must be masked; the exact boundaries of addresses are debatable."""
RIGHT_SHARE = 0.8
"""Share of a mask that must be personal data for the mask to count as correct."""


@dataclass(frozen=True)
class Marked:
    text: str
    spans: tuple[tuple[str, int, int], ...]


@dataclass
class Score:
    marked: int = 0
    found: int = 0
    masked: int = 0
    right: int = 0
    same_kind: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.marked)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.masked)


def read_marked(path: Path) -> list[Marked]:
    return [_marked(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _marked(line: str) -> Marked:
    parts: list[str] = []
    spans = []
    done = length = 0
    for match in MARK.finditer(line):
        before = line[done : match.start()]
        start = length + len(before)
        length = start + len(match[2])
        parts += (before, match[2])
        spans.append((match[1], start, length))
        done = match.end()
    return Marked("".join([*parts, line[done:]]), tuple(spans))


def score(lines: Iterable[Marked], find: Callable[[str], Sequence[PersonalData]]) -> Score:
    total = Score()
    for line in lines:
        found = find(line.text)
        masked = {at for one in found for at in range(one.start, one.end)}
        marked = {at for _, start, end in line.spans for at in range(start, end)}
        for kind, start, end in line.spans:
            total.marked += 1
            if _share(line.text, range(start, end), masked) >= (ADDRESS_SHARE if kind == "address" else WHOLE):
                total.found += 1
                total.same_kind += any(one.kind == kind and one.start < end and start < one.end for one in found)
            else:
                total.missed.append(f"{kind} {line.text[start:end]!r} in {line.text!r}")
        for one in found:
            total.masked += 1
            if _share(line.text, range(one.start, one.end), marked) >= RIGHT_SHARE:
                total.right += 1
            else:
                total.wrong.append(f"{one.kind} {line.text[one.start : one.end]!r} in {line.text!r}")
    return total


def _share(text: str, places: range, among: set[int]) -> float:
    counted = [at for at in places if text[at].isalnum()]
    return sum(at in among for at in counted) / max(1, len(counted))
