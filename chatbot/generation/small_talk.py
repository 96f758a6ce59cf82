"""What kind of small talk a message is, and the replies that suit it.

Knows: the lines of `small_talk_lines`, patterns that leave no doubt, nearness. Does not know: language models, routes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chatbot.generation.nearness import Encode, Texts
from chatbot.generation.sentences import sentences
from chatbot.generation.small_talk_lines import LINES
from chatbot.generation.wording_patterns import KIND_PATTERNS
from chatbot.text import clean, content_hash

SURE = 0.6
"""A message at least this near to a line of a kind is of that kind."""
NEAR = 0.42
"""A sentence at least this near to a reply counts as known small talk."""


_CLOSING = ("thanks", "goodbye", "agree", "service", "compliment", "laugh", "apology", "wait", "holiday")
_OPENING = ("greeting", "morning", "how_are_you", "service", "test")
SUITED: Mapping[str, Sequence[str]] = dict.fromkeys(_CLOSING, _CLOSING) | dict.fromkeys(_OPENING, _OPENING)
"""Kinds of messages that leave it open which of several kinds of replies they get; any other wants its own."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of small talk in one language."""

    name: str
    lines: tuple[str, ...]
    replies: tuple[str, ...]


class SmallTalk:
    """Small talk of one language. `own` are further replies of each kind: a team's own, without facts."""

    def __init__(self, lang: str, encode: Encode | None = None, own: Mapping[str, Sequence[str]] | None = None) -> None:
        self._kinds = {kind.name: kind for kind in kinds(lang)}
        self._of_line = [(kind.name, line) for kind in self._kinds.values() for line in kind.lines if line]
        self._of_reply = [(kind.name, reply) for kind in self._kinds.values() for reply in kind.replies]
        self._of_reply += [(kind, reply) for kind, replies in (own or {}).items() for reply in replies]
        self._lines = Texts([line for _, line in self._of_line], encode)
        self.texts = [reply for _, reply in self._of_reply]
        # A reply is judged sentence by sentence, so it is compared with whole replies and with their sentences.
        self._of_reply += [(kind, one.strip()) for kind, text in self._of_reply for one in sentences(text)]
        self._of_reply = list(dict.fromkeys(self._of_reply))
        self._replies = Texts([reply for _, reply in self._of_reply], encode)

    def kind(self, message: str, *, sure: float = SURE) -> str | None:
        """The kind of a message, or None when it is none that is known; `sure` is how near it must be to a line."""
        said = clean(message)
        for name, pattern in KIND_PATTERNS:
            if re.search(pattern, said, re.IGNORECASE):
                return name
        return self._best(self._lines.near(said), self._of_line, sure)

    def reply(self, kind: str, message: str) -> str:
        """A reply of that kind; equal messages get equal replies."""
        replies = self._kinds[kind].replies
        return replies[int(content_hash([message]), 16) % len(replies)]

    def nearest(self, sentence: str) -> float:
        """How near a sentence is to the nearest known reply of any kind."""
        return max(self._replies.near(sentence))

    def suits(self, sentence: str, wanted: Collection[str]) -> float:
        """How near a sentence is to the nearest reply of these kinds."""
        near = self._replies.near(sentence)
        return max(value for value, (name, _) in zip(near, self._of_reply, strict=True) if name in wanted)

    @staticmethod
    def _best(near: Sequence[float], of: Sequence[tuple[str, str]], least: float) -> str | None:
        best = max(range(len(near)), key=near.__getitem__)
        return of[best][0] if near[best] >= least else None


def kinds(lang: str) -> list[Kind]:
    """All kinds of small talk of a language; English for one without."""
    found = []
    for row in LINES.get(lang, LINES["en"]).strip().splitlines():
        name, _, rest = row.partition(":")
        lines, _, replies = rest.partition("=>")
        found.append(Kind(name, _parts(lines), _parts(replies)))
    return found


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" / "))
