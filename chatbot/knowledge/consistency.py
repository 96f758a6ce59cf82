"""Finds problems in the knowledge base: near-duplicates, contradictions, translation drift.

Two entries of one language ask the same if their questions are similar, by meaning or by words, and so are their
answers without facts. They contradict each other if those answers state different facts of one kind, or one denies what
the other says; otherwise they are near-duplicates. An English and a Chinese entry that translate each other
(`translation_pairs`) have drifted if one states a fact that the other lacks.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from chatbot import text
from chatbot.domain import FaqEntry
from chatbot.facts.extraction import Fact, facts
from chatbot.knowledge.translation_pairs import bare, knows_both, language_pairs
from chatbot.types import Progress, Vectors, no_progress
from chatbot.vectors.centring import centred

if TYPE_CHECKING:
    from numpy.typing import NDArray


CANDIDATES = 40
"""Maximum number of nearest texts examined for each text."""
LEAST = 0.35
MIN_BOTH = 1.25
SAME_ANSWER = 0.75
"""Two entries ask the same if the similarities of questions and answers are each at least LEAST and add up to MIN_BOTH,
or if that of the answers alone is SAME_ANSWER, each 0 to 1. Chosen on seeded edits of the sample shop, checked on other
seeds."""
BLOCK = 512
SMALL = 3
"""A bare number up to this one is often written as a word or left out, so it is not compared as a fact."""
_NEGATIONS = {
    "en": re.compile(
        r"\b(?:no|not|never|cannot|can't|don't|doesn't|won't|isn't|aren't|unable|neither|without)\b", re.I
    ),
    "zh": re.compile(r"不(?!同|过|久|仅|但|便|妨|如|少|错)|没有|无法|未能|尚未|暂无"),
}


class Kind(StrEnum):
    """What is wrong with two entries."""

    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Finding:
    """Two entries to review. `first_only` and `second_only` are facts that only one of them states, as written."""

    kind: Kind
    first: FaqEntry
    second: FaqEntry
    closeness: float
    first_only: tuple[str, ...] = ()
    second_only: tuple[str, ...] = ()


def check_entries(
    entries: Sequence[FaqEntry],
    encode: Callable[[Sequence[str]], Vectors],
    *,
    progress: Progress = no_progress,
) -> list[Finding]:
    """All findings, by kind, the closest pairs first; `encode` gives unit vectors of shape (n, dimension)."""
    progress("pair", 0.0)
    found = list(_drifted(entries, encode))
    both = any(entry.lang == "zh" for entry in entries) and knows_both(encode)
    for lang in sorted({entry.lang for entry in entries}):
        own = [entry for entry in entries if entry.lang == lang]
        progress(f"match_{lang}", 0.1)
        found += _alike(own, lang, encode, readable=lang == "en" or both)
    progress("done", 1.0)
    order = list(Kind)
    return sorted(found, key=lambda finding: (order.index(finding.kind), -finding.closeness))


def _alike(
    entries: Sequence[FaqEntry], lang: str, encode: Callable[[Sequence[str]], Vectors], *, readable: bool
) -> Iterator[Finding]:
    if len(entries) < 2:
        return
    questions = _Words([" ".join(text.tokens(said)) for entry in entries for said in entry.phrasings])
    answers = _Words([" ".join(text.tokens(_without_facts(entry.answer))) for entry in entries])
    owner = np.repeat(np.arange(len(entries)), [len(entry.phrasings) for entry in entries])
    # An encoder that supports English only is useless for Chinese, which is compared by characters.
    meaning = centred(encode([said for entry in entries for said in entry.phrasings])) if readable else None
    asked = _close_pairs(questions, meaning, owner)
    answered = _close_pairs(answers, None, np.arange(len(entries)))
    phrasings: dict[int, list[int]] = defaultdict(list)
    for row, entry in enumerate(owner.tolist()):
        phrasings[entry].append(row)
    for first, second in {**asked, **answered}:
        same_answer = answered.get((first, second)) or answers.closeness(first, second)
        closeness = asked.get((first, second))
        if closeness is None:
            closeness = questions.closest(phrasings[first], phrasings[second], meaning)
        alike = min(closeness, same_answer) >= LEAST and closeness + same_answer >= MIN_BOTH
        if alike or same_answer >= SAME_ANSWER:
            yield _compared(entries[first], entries[second], (closeness + same_answer) / 2, lang)


def _close_pairs(texts: _Words, meaning: Vectors | None, owner: NDArray[np.int64]) -> dict[tuple[int, int], float]:
    """Pairs of entries with similar texts, each once, with the similarity of the two closest texts."""
    best: dict[tuple[int, int], float] = {}
    for start in range(0, len(owner), BLOCK):
        rows = texts.block(start, BLOCK)
        if meaning is not None:
            rows = np.maximum(rows, meaning[start : start + BLOCK] @ meaning.T)
        most = min(CANDIDATES, rows.shape[1] - 1)
        for offset, near in enumerate(np.argpartition(-rows, most, axis=1)[:, : most + 1].tolist()):
            mine = int(owner[start + offset])
            for at in near:
                other, closeness = int(owner[at]), min(1.0, float(rows[offset, at]))
                if other != mine and closeness >= LEAST:
                    pair = (min(mine, other), max(mine, other))
                    best[pair] = max(best.get(pair, 0.0), closeness)
    return best


def _compared(first: FaqEntry, second: FaqEntry, closeness: float, lang: str) -> Finding:
    own, others = _facts_of(first.answer), _facts_of(second.answer)
    only_first = tuple(fact.surface for key, fact in own.items() if key not in others)
    only_second = tuple(fact.surface for key, fact in others.items() if key not in own)
    clash = _clashing(own, others)
    denies = bool(_negated(first.answer, lang)) != bool(_negated(second.answer, lang))
    kind = Kind.CONTRADICTION if clash or denies else Kind.DUPLICATE
    return Finding(kind, first, second, closeness, only_first, only_second)


def _clashing(own: dict[tuple[str, str], Fact], others: dict[tuple[str, str], Fact]) -> bool:
    """Whether both state facts of one kind and unit, each one that the other lacks."""
    kinds: dict[tuple[str, str], list[bool]] = defaultdict(lambda: [False, False])
    for side, (mine, theirs) in enumerate(((own, others), (others, own))):
        for key, fact in mine.items():
            if key not in theirs:
                kinds[fact.kind, fact.unit][side] = True
    return any(all(sides) for sides in kinds.values())


def _drifted(entries: Sequence[FaqEntry], encode: Callable[[Sequence[str]], Vectors]) -> Iterator[Finding]:
    for pair in language_pairs(entries, encode):
        own, others = _facts_of(pair.english.answer), _facts_of(pair.chinese.answer)
        values = [{bare(fact.value) for fact in side.values()} for side in (own, others)]
        only_english = tuple(f.surface for f in own.values() if bare(f.value) not in values[1])
        only_chinese = tuple(f.surface for f in others.values() if bare(f.value) not in values[0])
        if only_english or only_chinese:
            yield Finding(Kind.DRIFT, pair.english, pair.chinese, pair.closeness, only_english, only_chinese)


def _facts_of(answer: str) -> dict[tuple[str, str], Fact]:
    """The facts of an answer by kind and value, without small bare numbers."""
    found = {}
    for fact in facts(answer):
        if fact.kind == "number" and fact.value.isdigit() and int(fact.value) <= SMALL:
            continue
        found[fact.unit or fact.kind, fact.value] = fact
    return found


def _negated(answer: str, lang: str) -> int:
    return len(_NEGATIONS.get(lang, _NEGATIONS["en"]).findall(answer)) % 2


def _without_facts(answer: str) -> str:
    for fact in facts(answer):
        answer = answer.replace(fact.surface, " ")
    return answer


class _Words:
    """Texts as TF-IDF weighted words; similarity is their cosine, 0 to 1."""

    def __init__(self, texts: Sequence[str]) -> None:
        from scipy.sparse import csr_matrix

        counts = [Counter(line.split()) for line in texts]
        seen = Counter(word for line in counts for word in line)
        place = {word: at for at, word in enumerate(seen)}
        weight = {word: math.log(1 + len(texts) / number) for word, number in seen.items()}
        rows, columns, values = [], [], []
        for row, line in enumerate(counts):
            norm = math.sqrt(sum((number * weight[word]) ** 2 for word, number in line.items())) or 1.0
            for word, number in line.items():
                rows.append(row)
                columns.append(place[word])
                values.append(number * weight[word] / norm)
        shape = (len(texts), max(1, len(place)))
        self._matrix = csr_matrix((np.array(values, dtype=np.float32), (rows, columns)), shape=shape)

    def closeness(self, first: int, second: int) -> float:
        """Similarity of two texts, given by number."""
        return float(self._matrix[[first]].multiply(self._matrix[[second]]).sum())

    def closest(self, first: Sequence[int], second: Sequence[int], meaning: Vectors | None) -> float:
        """Similarity of the closest two texts, one of each group."""
        found = (self._matrix[first] @ self._matrix[second].T).toarray()
        if meaning is not None:
            found = np.maximum(found, meaning[first] @ meaning[second].T)
        return min(1.0, float(found.max()))

    def block(self, start: int, size: int) -> Vectors:
        """Similarities of `size` texts from `start` on to all texts, shape (size, n)."""
        found: Vectors = (self._matrix[start : start + size] @ self._matrix.T).toarray()
        return found
