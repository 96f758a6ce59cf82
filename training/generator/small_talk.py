"""Collects a team's small talk: its agents' factless replies to customers' small talk, by language and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatbot.domain import Role
from chatbot.generation.guard.denials import Denials
from chatbot.generation.guard.source_facts import Support
from chatbot.generation.patterns import HANDING_OVER, INJECTION, OFFERING
from chatbot.generation.similarity import covered
from chatbot.generation.small_talk import SmallTalk
from chatbot.text import tokens
from training.generator.examples import Dialogue

_LONGEST = 160
_OF_A_KIND = 24
_SURE = 0.75
_LEAST = 3
"""Minimum number of conversations with the reply: a reply given once is no habit."""
_LINES = 2
"""Minimum number of different customer lines: an answer to a single question is no small talk."""
_FEW_TOKENS = 9
"""A line with more tokens of `chatbot.text` may greet and ask at once."""
_MOSTLY = 0.5
"""Minimum share of a reply's uses that are for this kind: what also answers questions is no small talk."""
_ANSWERS = 0.6
"""Share of a reply's tokens within one curated answer from which on the reply is an answer."""
_LEANS_ON_BEFORE = ("agree", "bored", "wait", "hurry", "doubt", "confused", "repeated", INJECTION)
"""Kinds whose replies depend on the conversation before them."""


def own_replies(
    every: Sequence[Dialogue], names: Sequence[str] = (), answers: Sequence[str] = ()
) -> dict[str, dict[str, list[str]]]:
    """Replies by language and kind, the most frequent first.

    `names` of the shop itself are allowed in a reply. Replies that repeat the curated `answers` are no small talk.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for lang in sorted({one.lang for one in every}):
        talk = SmallTalk(lang)
        nothing = Support((), (), names)
        kinds: dict[str, str | None] = {}
        counts: dict[str, Counter[str]] = {}
        every_time: Counter[str] = Counter()
        asked: dict[tuple[str, str], set[str]] = {}
        for one in (one for one in every if one.lang == lang):
            for line, reply in zip(one.lines, one.lines[1:], strict=False):
                if line.speaker is not Role.CUSTOMER or reply.speaker is Role.CUSTOMER or len(reply.text) > _LONGEST:
                    continue
                every_time[reply.text] += 1
                if line.text not in kinds:
                    short = (
                        len(tokens(line.text)) <= _FEW_TOKENS * (2 if lang == "zh" else 1) and "?" not in line.text[:-1]
                    )
                    kinds[line.text] = talk.kind(line.text, sure=_SURE) if short else None
                kind = kinds[line.text]
                if kind is not None and kind not in _LEANS_ON_BEFORE:
                    counts.setdefault(kind, Counter())[reply.text] += 1
                    asked.setdefault((kind, reply.text), set()).add(line.text)
        found[lang] = {
            kind: kept
            for kind, replies in sorted(counts.items())
            if (
                kept := [
                    text
                    for text, n in replies.most_common(_OF_A_KIND)
                    if n >= max(_LEAST, _MOSTLY * every_time[text])
                    and len(asked[kind, text]) >= _LINES
                    and not _states(text, nothing)
                    and covered(text, answers) < _ANSWERS
                ]
            )
        }
    return found


def _states(text: str, nothing: Support) -> bool:
    """Whether a reply states, promises or denies anything, or announces a handoff."""
    handing = HANDING_OVER.search(text) is not None and OFFERING.search(text) is None
    return handing or bool(nothing.missing(text)) or bool(Denials(()).missing(text))
