"""Synthetic queries that a knowledge base yields for itself, with their dense and lexical scores.

A new knowledge base has no labelled queries, so they are made from what there is:
- A stored phrasing whose entry is removed is a question that the base does not answer, asked in the words of its
  subject: its best matches among the other entries show what a wrong answer looks like here.
- A stored variant that is itself removed is a customer's question whose answer is known.
- Messages confirmed by customers in logged conversations are used as they were asked, once there are any.
- The probes are paraphrases of questions on other subjects: they show how strongly this encoder, in this language,
  recognises equal meaning. Their scores compete with the wrong answers of the first kind. They decide when there are
  no variants, and lose weight as variants become many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatbot import text as words
from chatbot.retrieval.hybrid import strongest
from chatbot.retrieval.phrasings import Phrasings, Scored
from chatbot.retrieval.probes import GRADES, probes
from chatbot.types import Vectors
from chatbot.vectors.centring import centred

Pair: TypeAlias = NDArray[np.float64]
"""Dense and lexical score, shape (2,); for several entries, shape (n, 2)."""

SAMPLE = 400
"""Most stored phrasings per language that become queries: enough to fit five numbers, and fast."""
RIVALS_PER_LEG = 10
PROBE_WEIGHT = 60.0
"""Weight of all probes together, in variants of the base."""
GRADE_WEIGHTS = (3.0, 2.0, 0.5)
"""Weight of each grade of paraphrase: customers mostly keep words of the stored question, and few share next to none.
"""
FEW = 20
"""A base with fewer phrasings has too few wrong answers of its own; those of the probes make up the difference."""
WORD_FOR_WORD_SHARE = 0.25
"""Weight of stored questions asked word for word, relative to the probes: it limits how sure the best match may be."""
MEETINGS = 5
"""Number of stored phrasings whose wrong answers each probe is paired with."""


@dataclass(frozen=True, slots=True)
class Example:
    """One synthetic query: the scores of its wrong answers, and of the right one if there is one."""

    wrong: Pair
    right: Pair | None
    weight: float
    observed: bool = False
    """Whether both scores belong to one query of this base; otherwise the right answer's come from elsewhere."""


class Confirmed(NamedTuple):
    """A customer's message and the position of the entry that answered it; None if no entry does."""

    text: str
    entry: int | None


def examples(
    base: Phrasings, texts: Sequence[str], vectors: Vectors, probe_vectors: dict[str, Vectors], lang: str
) -> list[Example]:
    """Made queries of one language.

    Args:
        base: the phrasings as they will be searched.
        texts: the phrasings themselves.
        vectors: the encoder's vectors of `texts`, shape (phrasings, dimension).
        probe_vectors: by language, those of `probe_texts`.
        lang: the language of the queries.
    """
    draw = np.random.default_rng(0)
    spoken = np.array([words.language(phrasing) == lang for phrasing in texts])
    stranger = not spoken.any()  # no phrasing in this language: its queries are matched with the other's
    stored = draw.permutation(len(spoken) if stranger else np.flatnonzero(spoken))[:SAMPLE]
    unanswered: list[Pair] = []
    variants: list[tuple[Pair, Pair]] = []
    for row in stored.tolist():
        scored = base.score(texts[row], vectors[row], words.language(texts[row]))
        siblings = int(base.counts[base.owner[row]]) > 1
        if siblings:
            itself = scored.rows == row
            scored.dense[itself] = scored.lexical[itself] = -1.0
        scores = _pairs(scored)
        own = np.flatnonzero(scored.entries == base.owner[row])
        wrong = _rivals(scores, without=own)
        unanswered.append(wrong)
        if siblings and len(own) and not stranger:
            variants.append((wrong, scores[own[0]]))
    if stranger:
        for text, vector in zip(probe_texts(lang), probe_vectors[lang], strict=True):
            unanswered.append(_rivals(_pairs(base.score(text, vector, lang))))
    target = _other(lang) if stranger else lang
    known = min(0.5 if stranger else 1.0, len(stored) / FEW)  # how far the base's own wrong answers can be relied on
    parts = [known / len(unanswered)] * len(unanswered)
    if known < 1.0:
        elsewhere = _wrong_probes(base, probe_vectors, lang, target)
        unanswered += elsewhere
        parts += [(1.0 - known) / len(elsewhere)] * len(elsewhere)
    made = [Example(wrong, right, 1.0, observed=True) for wrong, right in variants]
    for wrong, part in zip(unanswered, parts, strict=True):
        made.append(Example(wrong, None, part * PROBE_WEIGHT))
        if not stranger:
            made.append(Example(wrong, np.ones(2), part * PROBE_WEIGHT * WORD_FOR_WORD_SHARE))
    for pair, weight in zip(*_probe_pairs(base, probe_vectors, lang, target), strict=True):
        for chosen in draw.choice(len(unanswered), size=MEETINGS, p=parts).tolist():
            made.append(Example(unanswered[chosen], pair, weight / MEETINGS))
    return made


def confirmed_examples(base: Phrasings, confirmed: Sequence[Confirmed], vectors: Vectors, lang: str) -> list[Example]:
    """Confirmed messages as examples of one language; `vectors` are those of the texts, shape (n, dimension)."""
    made = []
    for one, vector in zip(confirmed, vectors, strict=True):
        if words.language(one.text) != lang:
            continue
        scored = base.score(one.text, vector, lang)
        scores = _pairs(scored)
        own = np.flatnonzero(scored.entries == one.entry) if one.entry is not None else np.empty(0, dtype=np.intp)
        if len(own) or one.entry is None:
            made.append(Example(_rivals(scores, without=own), scores[own[0]] if len(own) else None, 1.0))
    return made


def probe_texts(lang: str) -> list[str]:
    """All sentences of the probes, row by row: the order that probe vectors must have."""
    return [sentence for row in probes(lang) for sentence in row]


def _pairs(scored: Scored) -> Pair:
    return np.stack([scored.best(scored.dense), scored.best(scored.lexical)], axis=1)


def _rivals(scores: Pair, *, without: int | NDArray[np.intp] | None = None) -> Pair:
    """The rows of the entries that rank highest in the dense or the lexical score."""
    if without is not None:
        scores = np.delete(scores, without, axis=0)
    leading = [strongest(scores[:, leg], RIVALS_PER_LEG) for leg in (0, 1)]
    return scores[np.unique(np.concatenate(leading))]


def _probe_pairs(
    base: Phrasings, probe_vectors: dict[str, Vectors], lang: str, target: str
) -> tuple[Pair, Sequence[float]]:
    """Scores of every paraphrase with its question in the target language, and their weights."""
    # Like the phrasings of the base, probes are compared after their mean is subtracted.
    asked, stored = centred(probe_vectors[lang]), centred(probe_vectors[target])
    step = 1 + len(GRADES)
    questions = [row[0] for row in probes(target)]
    by_grade = []
    for grade in range(1, step):
        near = (asked[grade::step] * stored[::step]).sum(axis=1)
        shared = base.lexical.similarities([row[grade] for row in probes(lang)], questions).diagonal()
        by_grade.append(np.column_stack([near, shared]))
    pairs = np.stack(by_grade, axis=1).reshape(-1, 2)
    scale = PROBE_WEIGHT / (sum(GRADE_WEIGHTS) * len(questions))
    return pairs, [weight * scale for _ in questions for weight in GRADE_WEIGHTS]


def _wrong_probes(base: Phrasings, probe_vectors: dict[str, Vectors], lang: str, target: str) -> list[Pair]:
    """The highest scores of each middle paraphrase with the questions of the other probes."""
    step, grade = 1 + len(GRADES), 2
    near = centred(probe_vectors[lang])[grade::step] @ centred(probe_vectors[target])[::step].T
    questions = [row[0] for row in probes(target)]
    shared = base.lexical.similarities([row[grade] for row in probes(lang)], questions)
    return [
        _rivals(np.column_stack(pair), without=number) for number, pair in enumerate(zip(near, shared, strict=True))
    ]


def _other(lang: str) -> str:
    return "en" if lang == "zh" else "zh"
