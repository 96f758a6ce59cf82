"""Topics of customers' questions without an answer, with size and trend, as input for the knowledge base."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from chatbot.bootstrap.encoders import languages_read
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.implicit_feedback import evidence
from chatbot.domain import LoggedMessage, Route
from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind
from chatbot.domain.review import UnansweredTopic
from chatbot.pii import mask
from chatbot.text import language
from chatbot.types import Progress, Vectors
from training.discovery.clustering import Grain, group_questions
from training.discovery.likeness import MIN_CENTRED

MOST = 10_000
"""Maximum number of messages examined, the newest ones."""
_BACKGROUND = 2_000
"""Maximum number of other messages, the newest ones, that show what all messages have in common."""
_SAMPLES = 5
_PHRASINGS = 20
WEEK = dt.timedelta(days=7)
_UNANSWERED = (Route.FALLBACK.value, Route.CLARIFY.value, Route.SUGGEST.value)
LANGUAGES = ("en", "zh")
_AGAINST = -1.0
"""Nats of evidence at or below which an answer counts as none."""


def unanswered_topics(
    stores: Stores,
    vectors: Callable[[Sequence[str], Progress | None], Vectors],
    *,
    days: int = 30,
    smallest: int = 2,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> list[UnansweredTopic]:
    """The topics of recent unlabelled messages without a good answer, the largest first.

    Args:
        stores: the stores of the home.
        vectors: computes unit vectors of n texts, shape (n, d), with the serving encoder; gets the progress.
        days: how many days to look back.
        smallest: minimum number of messages in a topic.
        now: the current time, UTC.
        progress: gets each step and the share done, 0 to 1.
    """
    now = now or dt.datetime.now(dt.UTC)
    review = stores.review
    review.collect_signals()
    logged = review.logged(limit=MOST, since=now - dt.timedelta(days=days))
    open_ones = [message for message in logged if is_unanswered(message)]
    if not open_ones:
        return []
    read = languages_read(stores.settings)
    background = _background(stores, logged, read)
    # Encoded in one call: the file of vectors keeps the most recent request.
    wanted = [m.text for m in open_ones if language(m.text) in read] + [t for lang in read for t in background[lang]]
    encoded = dict(zip(wanted, vectors(wanted, progress), strict=True)) if wanted else {}
    found: list[UnansweredTopic] = []
    for lang in LANGUAGES:
        mine = [message for message in open_ones if language(message.text) == lang]
        texts = [message.text for message in mine]
        reads = bool(texts) and lang in read
        own, around = (_stacked(encoded, side) if reads else None for side in (texts, background.get(lang, [])))
        for topic in group_questions(texts, own, Grain.TOPIC, smallest=smallest, background=around):
            members = tuple(mine[row] for row in topic.members)
            this_week, before = _message_counts(members, now)
            found.append(UnansweredTopic(0, lang, topic.key_phrases, members[0], members, this_week, before))
    found.sort(key=lambda topic: (-len(topic.messages), topic.central.id))
    return [
        UnansweredTopic(number, t.lang, t.phrases, t.central, t.messages, t.this_week, t.week_before)
        for number, t in enumerate(found, start=1)
    ]


def _background(stores: Stores, logged: Sequence[LoggedMessage], read: Sequence[str]) -> dict[str, list[str]]:
    """Other messages by language: the answered ones and, in a home with few messages, the phrasings of its entries."""
    said: dict[str, list[str]] = {lang: [] for lang in read}
    every: Counter[str] = Counter()
    for message in logged:
        lang = language(message.text)
        every[lang] += 1
        if lang in said and not is_unanswered(message):
            said[lang].append(message.text)
    for lang in read:
        if every[lang] < MIN_CENTRED:
            phrasings = (text for entry in stores.knowledge.entries() for text in entry.phrasings)
            said[lang] += [text for text in phrasings if language(text) == lang]
    return {lang: list(dict.fromkeys(texts))[:_BACKGROUND] for lang, texts in said.items()}


def _stacked(encoded: Mapping[str, Vectors], texts: Sequence[str]) -> Vectors | None:
    return np.stack([encoded[text] for text in texts]) if texts else None


def is_unanswered(message: LoggedMessage) -> bool:
    """Whether the reply was no answer: a fallback, a clarification, or an answer with negative feedback."""
    return message.route in _UNANSWERED or evidence(message.signals) <= _AGAINST


def draft_of(topic: UnansweredTopic) -> tuple[str, tuple[str, ...]]:
    """The question of a FAQ draft and its further phrasings, with personal data masked."""
    said = list(dict.fromkeys(mask(message.text) for message in topic.messages))
    question = mask(topic.central.text)
    return question, tuple(text for text in said if text != question)


def topic_draft(topic: UnansweredTopic, answer: str = "") -> Draft:
    """The topic as a FAQ draft, with personal data masked; the answer is empty unless an agent gave one."""
    question, phrasings = draft_of(topic)
    seen = DraftEvidence(
        len(topic.messages),
        len({message.conversation_id for message in topic.messages}),
        key_phrases=topic.phrases,
        samples=tuple((message.conversation_id, mask(message.text)) for message in topic.messages[:_SAMPLES]),
    )
    return Draft(DraftKind.FAQ, question, seen, answer, phrasings[:_PHRASINGS], lang=topic.lang)


def _message_counts(messages: Sequence[LoggedMessage], now: dt.datetime) -> tuple[int, int]:
    this_week = sum(message.at > now - WEEK for message in messages)
    return this_week, sum(now - 2 * WEEK < message.at <= now - WEEK for message in messages)
