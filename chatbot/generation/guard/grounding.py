"""The grounding guard: every sentence of a reply is checked before it is shown.

The rules, first to last; all but the last two need no model: `control` control tokens, placeholders or instructions
leak; `human` claims to be a person; `language` is not the customer's; `broken` a quantity without its number; `fact`,
`name`, `commitment` are in no source; `contradiction` denies what a source affirms, or the reverse; `denial` denies
what no source denies; `misplaced` a fact of the sources about another topic; `unrelated` similar neither to sources nor
to known small talk; `unsure` improbable to the model itself.
"""

from __future__ import annotations

import copy
import math
import re
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chatbot.domain import FaqHit, Message, Role
from chatbot.facts.names import proper_names
from chatbot.facts.sentences import sentences
from chatbot.generation.guard.agreement import content, contradicts, misplaced
from chatbot.generation.guard.denials import Denials
from chatbot.generation.guard.source_facts import Support
from chatbot.generation.patterns import (
    ADMITS,
    APOLOGISES,
    ASKS,
    BROKEN,
    CONTROL,
    DECLINES,
    HANDING_OVER,
    HUMAN,
    INJECTION,
    NOT_HUMAN,
    OFFERING,
    WISHES,
)
from chatbot.generation.prompts import LANGUAGES
from chatbot.generation.similarity import Texts, covered
from chatbot.generation.small_talk import CERTAIN, SUITED, SmallTalk
from chatbot.pii import PLACEHOLDER
from chatbot.text import language, tokens
from chatbot.types import Encode

_NEAR_SOURCE = 0.45
_NEAR_TALK = 0.35
"""Minimum similarity to the conversation for a sentence that states nothing to be found in a source."""
_COVERED = 0.5
_PARTLY = 0.4
_FEW_WORDS = 2
_RIVAL = 0.1
"""Sources whose scores differ by less may answer the question equally well."""
_MARGIN = 0.12
"""By this much a reply may be more similar to another kind of small talk than to the message's own."""
_IDLE = 0.6
"""A sentence at least this similar to known small talk is nothing but that."""
_KNOWN = 0.8
"""A sentence at least this similar to known small talk is that small talk in other words."""
_LEAD_IN = 24
"""Maximum length of a lead-in, in characters: "Good question!", 您好，"""
_SHORT = 12
"""Sentences with fewer characters are too short to detect their language."""
_FEW = 5
_DECLINED = (None, "off_topic", INJECTION, "person", "maker", "language")
_CHEERFUL = ("greeting", "morning", "goodbye", "thanks", "compliment", "good_news", "holiday", "how_are_you", "joke")
"""Kinds that are never answered with an apology."""
_SHINGLE = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a sentence is refused: the rule, and the text it found."""

    rule: str
    said: str


class GroundingGuard:
    """What all replies of one snapshot are checked against. Thread-safe."""

    def __init__(
        self,
        encode: Encode | None = None,
        *,
        dense: Collection[str] = ("en",),
        floor: float = 0.0,
        known_names: Collection[str] = (),
        own_replies: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> None:
        """Create the guard of a shop; what it compares with is computed on first use.

        `encode` is used for the languages in `dense`; `own_replies` is a team's small talk: replies by language and
        kind. `floor` is the minimum mean probability per token (geometric mean, 0 to 1) of a sentence.
        """
        self._floor = floor
        self._encode = {lang: encode if lang in dense else None for lang in LANGUAGES}
        self._known = frozenset(known_names)
        self._own = own_replies or {}
        self._small_talk: dict[str, SmallTalk] = {}
        self._building = threading.Lock()

    def with_names(self, known_names: Collection[str]) -> GroundingGuard:
        """A copy with other names, which shares everything computed so far."""
        twin = copy.copy(self)
        twin._known = frozenset(known_names)
        return twin

    def judge(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str, secret: str = "") -> Judge:
        """The judge of one reply; `secret` are instructions to the model that must not leak."""
        lang = lang if lang in LANGUAGES else LANGUAGES[0]
        return Judge(self, history, hits, lang, secret)

    def small_talk(self, lang: str) -> SmallTalk:
        """The small talk of a language, English for an unknown one; created on first use."""
        lang = lang if lang in LANGUAGES else LANGUAGES[0]
        with self._building:
            if lang not in self._small_talk:
                self._small_talk[lang] = SmallTalk(lang, self._encode[lang], self._own.get(lang, {}))
            return self._small_talk[lang]


def leading(hits: Sequence[FaqHit]) -> list[FaqHit]:
    """The hits without those clearly less certain than the best, which answer other questions."""
    return [hit for hit in hits if hits[0].score - hit.score < _RIVAL]


class Judge:
    """Checks the sentences of one reply in order."""

    def __init__(
        self, guard: GroundingGuard, history: Sequence[Message], hits: Sequence[FaqHit], lang: str, secret: str
    ) -> None:
        self._guard = guard
        self._lang = lang
        self.sources = [hit.entry.answer for hit in hits]
        self.question = history[-1].text if history and history[-1].role is Role.CUSTOMER else ""
        customer = [message.text for message in history if message.role is Role.CUSTOMER]
        earlier = [message.text for message in history if message.role is not Role.CUSTOMER]
        talk = guard.small_talk(lang)
        self._support = Support([*self.sources, *earlier], customer, (*guard._known, *talk.names), talk.texts)
        self._evidence = [*self.sources, *earlier]
        self._denials = Denials(self._evidence)
        self._sentences = [one for text in self._evidence for one in sentences(text)]
        self._source_words = [content(text) for text in self.sources]
        self._source_sentences = sum(len(sentences(text)) for text in self.sources)
        self._texts = Texts([*self._sentences, *customer], guard._encode[lang])
        self._chat = talk.kind(self.question) if self.question else None
        # With sources available, only what is certain counts as small talk: the rest may be a question.
        self.kind = talk.kind(self.question, sure=CERTAIN) if self.question and hits else self._chat
        self._on_point = False
        self._secret = _shingles(secret)

    def before(self) -> Finding | None:
        """Check the customer's message itself for an attempt to command the model."""
        return Finding("control", "instructions in the message") if self.kind == INJECTION else None

    def check(self, sentence: str, before: str, confidence: float | None = None) -> Finding | None:
        """The first rule a sentence breaks, or None; `before` is the reply so far.

        `confidence` is the model's mean log probability per token in nats, None if it provides none.
        """
        # A placeholder was learned from a masked transcript and must not reach a customer.
        if CONTROL.search(sentence) or PLACEHOLDER.search(sentence) or self._secret & _shingles(sentence):
            return Finding("control", sentence.strip())
        human = HUMAN.search(sentence)
        if human and not NOT_HUMAN.search(sentence):
            return Finding("human", human.group())
        handing = HANDING_OVER.search(sentence)
        if handing and not OFFERING.search(sentence) and not self.sources:
            return Finding("commitment", handing.group())
        if len(sentence.strip()) >= _SHORT and language(sentence) != self._lang:
            return Finding("language", sentence.strip())
        if BROKEN.search(sentence):
            return Finding("broken", sentence.strip())
        missing = self._support.missing(sentence, before)
        if missing:
            return Finding(missing[0].kind, missing[0].surface)
        asks = ASKS.search(sentence) is not None
        if not asks and contradicts(sentence, self._sentences):
            return Finding("contradiction", sentence.strip())
        denied = self._denials.missing(sentence)
        if denied and self._guard.small_talk(self._lang).nearest(sentence) < _KNOWN:
            return Finding("denial", denied[0])
        wrong = "" if asks else misplaced(sentence, self._sentences)
        if wrong:
            return Finding("misplaced", wrong)
        if not self._related(sentence, first=not before.strip()):
            return Finding("unrelated", sentence.strip())
        if confidence is not None and self._guard._floor > 0 and confidence < math.log(self._guard._floor):
            return Finding("unsure", sentence.strip())
        return None

    def after(self) -> Finding | None:
        """Check a reply as a whole: whether it has sources but uses none of them."""
        if self.sources and self.kind is None and not self._on_point:
            return Finding("unrelated", "nothing of the sources")
        return None

    def _related(self, sentence: str, *, first: bool) -> bool:
        talk = self._guard.small_talk(self._lang)
        near = talk.nearest(sentence)
        source = self._source_nearness(sentence) if self.sources else 0.0
        if source >= 1 or (source > 0 and source > near):
            self._on_point = True
            return True
        if DECLINES.search(sentence) and (self.sources or self.kind not in _DECLINED):
            return False
        asks = ASKS.search(sentence) is not None
        if self.kind in _CHEERFUL and not self.sources and APOLOGISES.search(sentence):
            return False
        if self.kind is not None and first:
            suited = talk.suits(sentence, SUITED.get(self.kind, (self.kind,)))
            if self.kind not in SUITED or (not self.sources and suited < near - _MARGIN):
                open_ = bool(self.sources) and (asks or WISHES.search(sentence) is not None)
                return open_ or suited >= max(talk.least, near - _MARGIN)
            if suited < talk.least and not asks and not _is_short(sentence):
                return self._near_evidence(sentence)
        if self.sources and self._chat is None and not self._on_point and near >= _IDLE and not asks:
            return len(sentence.strip()) <= _LEAD_IN  # the sources answer: no small talk comes before that
        if asks or near >= talk.least or _is_short(sentence) or any(p.search(sentence) for p in (ADMITS, WISHES)):
            return True
        return self._near_evidence(sentence)

    def _source_nearness(self, sentence: str) -> float:
        """1 if the sentence consists of a source's words, else its similarity in meaning, 0 below the minimum."""
        own = content(sentence)
        if len(own) >= _FEW_WORDS and max((len(own & words) for words in self._source_words), default=0) >= (
            _COVERED * len(own)
        ):
            return 1.0
        near = max(self._texts.near(sentence)[: self._source_sentences], default=0.0)
        return near if near >= _NEAR_SOURCE else 0.0

    def _near_evidence(self, sentence: str) -> bool:
        if covered(sentence, [*self._evidence, self.question]) >= _PARTLY:
            return True
        if max(self._texts.near(sentence), default=0.0) >= _NEAR_TALK:
            return True
        return any(name in text for name in proper_names(sentence) for text in self._evidence)


def _is_short(sentence: str) -> bool:
    """Whether a sentence is too short to state anything, such as "Got it!" or 好的呢."""
    return len(tokens(sentence)) <= _FEW


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return frozenset(zip(*(words[k:] for k in range(_SHINGLE)), strict=False))
