"""Recognises the kind of small talk in a message, and chooses replies."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chatbot.dialogue.prompt_injection import commands
from chatbot.domain import ReadyReply
from chatbot.facts.names import proper_names
from chatbot.facts.sentences import sentences
from chatbot.generation.patterns import INJECTION, KIND_KEYWORDS, KIND_PATTERNS, OFF_TOPIC, PLAIN_KINDS
from chatbot.generation.similarity import Texts
from chatbot.generation.small_talk_lines import LINES
from chatbot.text import clean, content_hash
from chatbot.types import Encode

CERTAIN = 0.75
_LONGEST_PLAIN = 60
_LEFT_OUT = ("agree", "off_topic", "service", INJECTION)
OFFER_A_PERSON = frozenset({"identity", "insult", "frustration", "doubt", "confused", "repeated"})
"""Kinds whose replies, in both languages, end with the offer of a handoff."""
_UPSET = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind in ("frustration", "insult")
    for name, pattern in (*KIND_KEYWORDS, *KIND_PATTERNS)
    if name == kind
)
"""Displeasure, indicated by one word."""
_LONGEST, _SHORT = 90, 40
"""Longer messages, in characters, are not classified by one word, without and with sources for an answer."""
_LEAST_IN_MEANING, _LEAST_IN_WORDS = 0.4, 0.35
"""Minimum similarity of a message to some line; at this value one in ten questions to the sample shop passes too."""
_NEAR_IN_MEANING, _NEAR_IN_WORDS = 0.42, 0.33
"""Minimum similarity of a sentence to a reply for it to count as known small talk."""


_CLOSING = ("thanks", "goodbye", "agree", "service", "compliment", "laugh", "apology", "wait", "holiday")
_OPENING = ("greeting", "morning", "how_are_you", "service", "test")
SUITED: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("goodbye", "agree", "service", "laugh", "apology", "wait", "holiday"), _CLOSING),
    **dict.fromkeys(("greeting", "morning", "test"), _OPENING),
    "thanks": ("thanks", "goodbye", "service"),
    "hurry": ("hurry", "greeting", "test", "wait"),
    "repeated": ("repeated", "confused", "frustration"),
    "confused": ("repeated", "confused"),
    "compliment": ("compliment", "thanks"),
}
"""Kinds of messages that several kinds of replies suit; any other requires its own."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of small talk in one language."""

    name: str
    lines: tuple[str, ...]
    replies: tuple[str, ...]


class SmallTalk:
    """Small talk of one language. `own` are further replies by kind: a team's own, without facts."""

    def __init__(self, lang: str, encode: Encode | None = None, own: Mapping[str, Sequence[str]] | None = None) -> None:
        self._kinds = {kind.name: kind for kind in kinds(lang)}
        self._of_line = [(kind.name, line) for kind in self._kinds.values() for line in kind.lines if line]
        self._of_reply = [(kind.name, reply) for kind in self._kinds.values() for reply in kind.replies]
        self._of_reply += [(kind, reply) for kind, replies in (own or {}).items() for reply in replies]
        self.least = _NEAR_IN_WORDS if encode is None else _NEAR_IN_MEANING
        self._least = _LEAST_IN_WORDS if encode is None else _LEAST_IN_MEANING
        self._lines = Texts([line for _, line in self._of_line], encode)
        self.texts = [reply for _, reply in self._of_reply]
        self.names = {name for text in self.texts for name in proper_names(text) if name.isascii()}
        # A reply is checked sentence by sentence, so it is compared with whole replies and with their sentences.
        self._of_reply += [(kind, one.strip()) for kind, text in self._of_reply for one in sentences(text)]
        self._of_reply = list(dict.fromkeys(self._of_reply))
        # A name that occurs in many replies would make them all similar.
        self._name = re.compile(
            rf"\b(?:{'|'.join(map(re.escape, sorted(self.names)))})(?:['’]s)?\b" if self.names else r"(?!)"
        )
        self._replies = Texts([self._bare(reply) for _, reply in self._of_reply], encode)

    def kind(self, message: str, *, sure: float | None = None) -> str | None:
        """The kind of a message, or None if it is no known small talk; `sure` is its minimum similarity to a line."""
        said = clean(message)
        if commands(said):
            return INJECTION
        for name, pattern in KIND_PATTERNS:
            if re.search(pattern, said, re.IGNORECASE):
                return name
        near = self._lines.near(said)
        known = self._kind_of_nearest(near)
        if known is not None:
            return known
        if len(said) <= (_LONGEST if sure is None else _SHORT):
            for name, pattern in KIND_KEYWORDS:
                if re.search(pattern, said, re.IGNORECASE):
                    return name
        if max(near) >= (self._least if sure is None else sure):
            return self._vote(near)
        return "off_topic" if sure is None and OFF_TOPIC.search(said) else None

    def nearly(self, message: str) -> str | None:
        """The kind of the known line nearly equal to a message; None if there is none."""
        return self._kind_of_nearest(self._lines.near(clean(message)))

    def _kind_of_nearest(self, near: Sequence[float]) -> str | None:
        best = max(range(len(near)), key=near.__getitem__)
        return self._of_line[best][0] if near[best] >= CERTAIN else None

    def _vote(self, near: Sequence[float]) -> str:
        """The kind with the most similar lines: the second counts half, the third a quarter."""
        of_kind: dict[str, list[float]] = {}
        for value, (kind, _) in zip(near, self._of_line, strict=True):
            of_kind.setdefault(kind, []).append(value)
        weights = (1.0, 0.5, 0.25)

        def strength(kind: str) -> float:
            return sum(w * v for w, v in zip(weights, sorted(of_kind[kind], reverse=True), strict=False))

        return max(of_kind, key=strength)

    def reply(self, kind: str, message: str) -> str:
        """A reply of that kind; equal messages get equal replies."""
        replies = self._kinds[kind].replies
        return replies[int(content_hash([message]), 16) % len(replies)]

    def _bare(self, text: str) -> str:
        return self._name.sub("", text)

    def nearest(self, sentence: str) -> float:
        """Similarity of a sentence to the most similar known reply of any kind."""
        return max(self._replies.near(self._bare(sentence)))

    def suits(self, sentence: str, wanted: Collection[str]) -> float:
        """Similarity of a sentence to the most similar reply of these kinds."""
        near = self._replies.near(self._bare(sentence))
        return max(value for value, (name, _) in zip(near, self._of_reply, strict=True) if name in wanted)


class PlainSmallTalk:
    """Small talk recognised by words alone, for use without a model. Thread-safe.

    Out-of-scope topics, and messages that depend on the one before, are left to other components.
    """

    def __init__(self) -> None:
        self._of: dict[str, SmallTalk] = {}
        self._making = threading.Lock()

    def __call__(self, message: str, lang: str, unanswered: bool) -> ReadyReply | None:
        """The reply to a message that is unambiguous or nearly equal to a known line; None for any other.

        If a message would stay `unanswered` otherwise, one word of displeasure is enough for an apology.
        """
        if len(message) > _LONGEST_PLAIN:
            return None
        with self._making:
            if lang not in self._of:
                self._of[lang] = SmallTalk(lang)
        talk = self._of[lang]
        told = (*PLAIN_KINDS, *_UPSET) if unanswered else PLAIN_KINDS
        kind = talk.nearly(message)
        kind = kind or next((name for name, pattern in told if pattern.search(clean(message))), None)
        if kind is None or kind in _LEFT_OUT:
            return None
        return ReadyReply(kind, talk.reply(kind, message), kind in OFFER_A_PERSON)


def kinds(lang: str) -> list[Kind]:
    """All kinds of small talk of a language; English if it has none."""
    found = []
    for row in LINES.get(lang, LINES["en"]).strip().splitlines():
        name, _, rest = row.partition(":")
        lines, _, replies = rest.partition("=>")
        found.append(Kind(name, _parts(lines), _parts(replies)))
    return found


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" / "))
