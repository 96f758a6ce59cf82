"""Replaces a refused sentence with the source's own words, or with fitting small talk.

It only ever returns known text.
"""

from __future__ import annotations

from chatbot.facts.sentences import sentences
from chatbot.generation.guard.grounding import GroundingGuard, Judge
from chatbot.generation.similarity import Texts, covered

_LONGEST = 320
"""Sources up to this many characters are given whole; of longer ones, the sentences most similar to the question."""
_SAID = 0.8


def instead(guard: GroundingGuard, judge: Judge, lang: str, said: str) -> str:
    """The continuation after `said`, with the space between; empty if neither a source nor known small talk fits."""
    talk = guard.small_talk(lang)
    if judge.kind is not None and not (judge.sources and judge.kind not in ("identity", "injection", "insult")):
        return "" if said.strip() else talk.reply(judge.kind, judge.question)
    if not judge.sources:
        return ""
    text = "".join(one for one in _chosen(judge) if covered(one, [said]) < _SAID).strip()
    return f" {text}" if text and said and said[-1].isascii() and not said[-1].isspace() else text


def _chosen(judge: Judge) -> list[str]:
    answer = judge.sources[0]
    parts = sentences(answer)
    if len(answer) <= _LONGEST:
        return parts
    near = Texts(parts).near(judge.question)
    best = sorted(range(len(parts)), key=lambda at: -near[at])
    kept: set[int] = set()
    for at in best:
        if not kept or sum(len(parts[one]) for one in kept) + len(parts[at]) <= _LONGEST:
            kept.add(at)
    return [parts[at] for at in sorted(kept)]
