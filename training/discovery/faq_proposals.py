"""Drafts from past conversations: FAQ entries for frequent questions, and utterances for intents.

The proposed answer is the one most similar to all other answers that agents gave in the group, ignoring what they say
everywhere: "let me look that up" is said to everybody and answers nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.domain import FaqEntry
from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind
from chatbot.pii import PLACEHOLDER
from chatbot.text import normalise
from chatbot.types import Encode, Progress
from training.discovery.clustering import Grain, QuestionGroup, group_questions
from training.discovery.exchanges import Exchange, is_courtesy, is_stalling, sentences
from training.discovery.likeness import Likeness

MIN_CONVERSATIONS = 3
"""Minimum number of conversations with a question before it is proposed."""
MIN_AGREEMENT = 0.15
"""Minimum average similarity of a group's answers: those about one topic share facts, others little."""
MIN_SAME_ANSWER = 0.3
"""Minimum similarity of an answer to the proposed one for its question to be a phrasing of the same."""
MAX_VARIANTS = 8
MAX_UTTERANCES = 20
SHOWN_SAMPLES = 5
_EVERYWHERE = 0.2
"""A sentence in the answers of more than this share of groups, and of at least three, is typical of none."""
_MIN_GROUPS = 3
_MIN_ANSWER_CHARS = {"en": 15, "zh": 6}
_MASKED_WORTH = 0.5
_ASKED = 5
"""Number of a group's questions, the most central ones, that are looked up in the knowledge base."""


@dataclass(frozen=True, slots=True)
class Mined:
    """The drafts, and the number of groups without one by reason."""

    drafts: tuple[Draft, ...]
    questions: int
    groups: int
    known: int
    """Groups that the knowledge base answers already."""
    decided: int
    """Groups that somebody has decided about."""
    unanswered: int
    """Groups without an answer, or whose answers have nothing in common."""

    def as_json(self) -> dict[str, int]:
        """Return the counts under the names of the command line."""
        return {
            "questions": self.questions,
            "groups": self.groups,
            "drafts": len(self.drafts),
            "known": self.known,
            "decided": self.decided,
            "unanswered": self.unanswered,
        }


@dataclass(frozen=True, slots=True)
class Knowing:
    """Existing knowledge: the entry answering a question, all intents' utterances, the questions decided about."""

    answering: Callable[[str], FaqEntry | None]
    utterances: Collection[str] = ()
    decided: Collection[str] = ()


def mine_drafts(
    found: Sequence[Exchange],
    encode: dict[str, Encode],
    knowing: Knowing,
    *,
    min_conversations: int = MIN_CONVERSATIONS,
    progress: Progress | None = None,
) -> Mined:
    """Make drafts from exchanges. `encode` holds the languages an encoder supports; others are compared by words."""
    drafts: list[Draft] = []
    counts: Counter[str] = Counter()
    for lang in sorted({one.lang for one in found}):
        own = [one for one in found if one.lang == lang]
        if progress:
            progress("group", 0.3)
        vectors = encode[lang]([one.question for one in own]) if lang in encode else None
        clusters = group_questions([one.question for one in own], vectors, Grain.QUESTION)
        asked = [cluster for cluster in clusters if _conversations(cluster, own) >= min_conversations]
        answers = _Answers(own, _said_everywhere(asked, own), encode.get(lang))
        if progress:
            progress("choose", 0.7)
        for cluster in asked:
            counts["groups"] += 1
            drafts += _drafts(cluster, own, answers, knowing, counts)
    ordered = tuple(sorted(drafts, key=lambda draft: -draft.evidence.conversations))
    names = ("groups", "known", "decided", "unanswered")
    return Mined(ordered, len(found), *(counts[name] for name in names))


def _drafts(
    cluster: QuestionGroup,
    own: Sequence[Exchange],
    answers: _Answers,
    knowing: Knowing,
    counts: Counter[str],
) -> list[Draft]:
    members = [own[place] for place in cluster.members]
    texts = _distinct([one.question for one in members])
    if sum(normalise(text) in knowing.decided for text in texts[:_ASKED]) * 2 >= len(texts[:_ASKED]):
        counts["decided"] += 1
        return []
    entry = _answering_entry(texts[:_ASKED], knowing.answering)
    answer, agreement, given = answers.central(cluster)
    evidence = DraftEvidence(
        len(members),
        _conversations(cluster, own),
        round(agreement, 3),
        cluster.key_phrases,
        tuple((one.conversation_id, one.question) for one in members[:SHOWN_SAMPLES]),
    )
    plain = [text for text in texts if not PLACEHOLDER.search(text)]
    if entry is not None:
        counts["known"] += 1
        new = [text for text in plain if normalise(text) not in knowing.utterances][:MAX_UTTERANCES]
        if entry.intent:  # a group may hold questions of several intents, so each text is looked up by itself
            new = [text for text in new if (hit := knowing.answering(text)) and hit.intent == entry.intent]
        if entry.intent and new:
            return [
                Draft(DraftKind.UTTERANCES, entry.question, evidence, "", tuple(new), entry.intent, members[0].lang)
            ]
        return []
    if not answer or agreement < MIN_AGREEMENT:
        counts["unanswered"] += 1
        return []
    asking = [text for text in _distinct([own[place].question for place in given]) if not PLACEHOLDER.search(text)]
    question, *others = asking or [(plain or texts)[0]]
    variants = tuple(others[:MAX_VARIANTS])
    return [Draft(DraftKind.FAQ, question, evidence, answer, variants, None, members[0].lang)]


class _Answers:
    """The answers in one language, one cleaned line per exchange, with their similarities."""

    def __init__(self, own: Sequence[Exchange], everywhere: frozenset[str], encode: Encode | None) -> None:
        self._texts: list[str] = []
        self._places: dict[str, int] = {}
        self._of: list[int] = []
        for one in own:
            kept = next((said for answer in one.answers if (said := told(answer, one.lang, everywhere))), "")
            key = normalise(kept)
            if key and key not in self._places:
                self._places[key] = len(self._texts)
                self._texts.append(kept)
            self._of.append(self._places.get(key, -1))
        self._likeness = Likeness(self._texts, encode(self._texts) if encode and self._texts else None)

    def central(self, cluster: QuestionGroup) -> tuple[str, float, tuple[int, ...]]:
        """The answer most similar to the group's others, their mean similarity (0 to 1), and the places it answers.

        The places are those of questions with this answer, then of those with a similar one, each the most central
        first. Other members of the group may ask for something else, and are no phrasings of this question.
        """
        often = Counter(self._of[place] for place in cluster.members if self._of[place] >= 0)
        if not often:
            return "", 0.0, ()
        rows = sorted(often)
        best, agreement = self._best(rows, often) if len(rows) > 1 else (rows[0], 1.0)
        alike = dict(zip(rows, self._likeness.between([best], rows)[0], strict=True)) | {best: 1.0}
        given = [place for place in cluster.members if alike.get(self._of[place], 0.0) >= MIN_SAME_ANSWER]
        return self._texts[best], agreement, tuple(sorted(given, key=lambda place: self._of[place] != best))

    def _best(self, rows: Sequence[int], often: Counter[int]) -> tuple[int, float]:
        weights = np.array([often[row] for row in rows], np.float32)
        alike = self._likeness.between(rows, rows)
        np.fill_diagonal(alike, 1.0)
        others = (alike @ weights - 1.0) / (float(weights.sum()) - 1.0)
        worth = np.array([_MASKED_WORTH if PLACEHOLDER.search(self._texts[row]) else 1.0 for row in rows], np.float32)
        return rows[int(np.argmax(others * worth))], float(np.average(others, weights=weights))


def told(answer: str, lang: str, everywhere: frozenset[str]) -> str:
    """An answer without courtesies and sentences said everywhere; empty if little is left."""
    said = (one for one in sentences(answer) if not is_courtesy(one) and not is_stalling(one))
    kept = [one for one in said if normalise(one) not in everywhere]
    left = ("" if lang == "zh" else " ").join(kept)
    return left if len(PLACEHOLDER.sub("", left)) >= _MIN_ANSWER_CHARS[lang] else ""


def _said_everywhere(clusters: Sequence[QuestionGroup], own: Sequence[Exchange]) -> frozenset[str]:
    groups: dict[str, set[int]] = defaultdict(set)
    for number, cluster in enumerate(clusters):
        for place in cluster.members:
            for answer in own[place].answers:
                for sentence in sentences(answer):
                    groups[normalise(sentence)].add(number)
    limit = max(_MIN_GROUPS, int(_EVERYWHERE * len(clusters)) + 1)
    return frozenset(sentence for sentence, among in groups.items() if len(among) >= limit)


def _answering_entry(texts: Sequence[str], answering: Callable[[str], FaqEntry | None]) -> FaqEntry | None:
    """The entry that answers the majority of these questions, None without a majority."""
    found = [entry for text in texts if (entry := answering(text)) is not None]
    if len(found) * 2 <= len(texts):
        return None
    best = Counter(entry.id for entry in found).most_common(1)[0][0]
    return next(entry for entry in found if entry.id == best)


def _conversations(cluster: QuestionGroup, own: Sequence[Exchange]) -> int:
    return len({own[place].conversation_id for place in cluster.members})


def _distinct(texts: Sequence[str]) -> list[str]:
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(normalise(text), text)
    return list(seen.values())
