"""Evaluates FAQ search: ranks of the right entries, and calibration of the scores."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot import text as words
from chatbot.domain import FaqHit
from chatbot.errors import TrainingError
from chatbot.ports import Retriever
from chatbot.retrieval.fusion import RIVALS
from chatbot.types import Encode
from training.evaluation.metrics import auroc, expected_calibration_error

DEPTH = 100
"""Entries ranked lower than this count as not found in `mrr` and `map`."""


@dataclass(frozen=True, slots=True)
class RetrievalEvaluation:
    """Figures of one evaluation; shares are 0 to 1, None if there are no rows to measure on."""

    n: int
    """Queries that have an answer; `hit_1` to `mean_average_precision` are over these."""
    hit_1: float | None
    hit_5: float | None
    mrr: float | None
    mean_average_precision: float | None
    ece: float
    """Expected calibration error of the best hit's score, over all queries."""
    no_answer: int
    no_answer_auroc: float | None
    """How well the sum of the first hits' scores, the probability that any entry answers, separates queries with an
    answer from those without."""
    answered: float
    """Share of all queries whose best hit reaches the threshold."""
    wrong_rate: float
    """Share of wrong answers among those."""

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names of the command line."""
        return {
            "n": self.n,
            "hit@1": self.hit_1,
            "hit@5": self.hit_5,
            "mrr": self.mrr,
            "map": self.mean_average_precision,
            "ece": self.ece,
            "no_answer": {"n": self.no_answer, "auroc": self.no_answer_auroc},
            "at_threshold": {"answered": self.answered, "wrong_rate": self.wrong_rate},
        }


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One query: the scores of its best hit and of all hits together, and the ranks (from 1) of its right entries."""

    score: float
    any_score: float
    ranks: tuple[int, ...]
    wanted: int
    """The number of right entries."""


def evaluate_retrieval(
    queries: Sequence[tuple[str, str]], retriever: Retriever, encode: Encode, *, threshold: Callable[[str], float]
) -> RetrievalEvaluation:
    """Search every query and compare with the expected entry.

    Args:
        queries: pairs of query and exact stored question; an empty question means that no entry answers the query.
        retriever: the retriever to evaluate.
        encode: encodes texts as unit vectors of shape (n, dimension).
        threshold: the score at which a hit is given as the answer to a query.

    Raises:
        TrainingError: there is no query, or a question is not stored.
    """
    if not queries:
        raise TrainingError("There are no queries to evaluate: give a file with the columns query and faq.")
    vectors = encode([query for query, _ in queries])
    stored = _stored_questions(retriever, vectors[0])
    wanted = [_key(question, stored) for _, question in queries]
    for row, question in enumerate(wanted, start=1):
        if question and question not in stored:
            raise TrainingError(
                f"Row {row}: {question!r} in column faq is not a stored question. "
                "Import it first with: chatbot faq import FILE, or leave the cell empty for a query without answer."
            )
    outcomes = [
        _outcome(retriever.search(query, vector, limit=DEPTH), question, stored[question])
        for (query, _), vector, question in zip(queries, vectors, wanted, strict=True)
    ]
    needed = np.array([threshold(query) for query, _ in queries])
    return _summary(outcomes, np.array([bool(question) for question in wanted]), needed)


def _stored_questions(retriever: Retriever, vector: NDArray[np.float32]) -> Counter[str]:
    """Every key of a stored entry, with the number of entries that have it, by a search that returns all entries."""
    hits = retriever.search("", vector, limit=max(1, retriever.size))
    return Counter(key for hit in hits for key in _keys(hit))


def _keys(hit: FaqHit) -> set[str]:
    """The keys of an entry: its question, and each phrasing in normalised form.

    The import joins rows that differ in punctuation only, so the exact question of such a row may not be stored.
    """
    return {words.clean(hit.entry.question), *(words.normalise(text) for text in hit.entry.phrasings)}


def _key(question: str, stored: Counter[str]) -> str:
    cleaned = words.clean(question)
    return cleaned if cleaned in stored or words.normalise(cleaned) not in stored else words.normalise(cleaned)


def _outcome(hits: Sequence[FaqHit], question: str, wanted: int) -> _Outcome:
    ranks = [rank for rank, hit in enumerate(hits, start=1) if question and question in _keys(hit)]
    return _Outcome(hits[0].score if hits else 0.0, sum(hit.score for hit in hits[:RIVALS]), tuple(ranks), wanted)


def _summary(
    outcomes: Sequence[_Outcome], answerable: NDArray[np.bool_], needed: NDArray[np.float64]
) -> RetrievalEvaluation:
    scores = np.array([outcome.score for outcome in outcomes])
    first = np.array([outcome.ranks[0] if outcome.ranks else math.inf for outcome in outcomes])
    right = first == 1
    asked = first[answerable]
    precision = [
        sum(found / rank for found, rank in enumerate(outcome.ranks, start=1)) / outcome.wanted
        for outcome, has_answer in zip(outcomes, answerable, strict=True)
        if has_answer
    ]
    any_score = np.array([outcome.any_score for outcome in outcomes])
    separation = auroc(any_score[answerable], any_score[~answerable])
    given = scores >= needed
    return RetrievalEvaluation(
        n=len(asked),
        hit_1=_mean(asked <= 1),
        hit_5=_mean(asked <= 5),
        mrr=_mean(1.0 / asked),
        mean_average_precision=_mean(np.array(precision)),
        ece=expected_calibration_error(scores, right),
        no_answer=int(np.count_nonzero(~answerable)),
        no_answer_auroc=None if math.isnan(separation) else separation,
        answered=float(given.mean()),
        wrong_rate=float((~right[given]).mean()) if given.any() else 0.0,
    )


def _mean(values: NDArray[Any]) -> float | None:
    return float(values.mean()) if len(values) else None
