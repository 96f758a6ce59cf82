"""Figures of the FAQ search, worked out by hand on a handful of queries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from chatbot.domain import FaqEntry, FaqHit
from chatbot.errors import TrainingError
from support.fakes.retrieval import entry
from training.evaluation.retrieval import RetrievalEvaluation, evaluate_retrieval

A, B, C = entry(1, "Question A?"), entry(2, "Question B?"), entry(3, "Question C?")
TWIN = entry(4, "Question C?")


class Ranking:
    """A retriever that ranks as it was told; anything else in the stored order."""

    fingerprint = "ranking"

    def __init__(self, entries: Sequence[FaqEntry], told: dict[str, list[tuple[FaqEntry, float]]]) -> None:
        self._entries = entries
        self._told = told

    @property
    def size(self) -> int:
        return len(self._entries)

    def search(self, text: str, vector: object, *, limit: int = 5) -> tuple[FaqHit, ...]:
        ranked = self._told.get(text, [(e, 0.1) for e in self._entries])
        return tuple(FaqHit(e, score) for e, score in ranked)[:limit]


def encode(texts: Sequence[str]) -> np.ndarray:
    return np.zeros((len(texts), 2), np.float32)


def evaluate(queries: list[tuple[str, str]], *, threshold: float = 0.6) -> RetrievalEvaluation:
    told = {
        "first": [(A, 0.9), (B, 0.05), (C, 0.01)],
        "second": [(A, 0.7), (B, 0.2), (C, 0.1)],
        "unknown": [(C, 0.3), (A, 0.1), (B, 0.1)],
    }
    return evaluate_retrieval(queries, Ranking((A, B, C), told), encode, threshold=lambda query: threshold)


def test_every_figure_of_a_small_evaluation() -> None:
    result = evaluate([("first", "Question A?"), ("second", "Question B?"), ("unknown", "")])
    assert result.as_json() == {
        "n": 2,
        "hit@1": 0.5,
        "hit@5": 1.0,
        "mrr": 0.75,
        "map": 0.75,
        # Each best hit is alone in its bin: |0.9 - 1|, |0.7 - 0| and |0.3 - 0|, averaged.
        "ece": pytest.approx((0.1 + 0.7 + 0.3) / 3),
        "no_answer": {"n": 1, "auroc": 1.0},
        "at_threshold": {"answered": pytest.approx(2 / 3), "wrong_rate": 0.5},
    }


def test_without_unanswerable_queries_there_is_no_auroc() -> None:
    assert evaluate([("first", "Question A?")]).as_json()["no_answer"] == {"n": 0, "auroc": None}


def test_without_answerable_queries_there_is_no_hit_rate() -> None:
    result = evaluate([("unknown", "")]).as_json()
    assert result["n"] == 0
    assert result["hit@1"] is None
    assert result["map"] is None
    assert result["no_answer"] == {"n": 1, "auroc": None}


def test_an_answer_to_a_query_that_has_none_is_wrong() -> None:
    result = evaluate([("unknown", "")], threshold=0.2).as_json()
    assert result["at_threshold"] == {"answered": 1.0, "wrong_rate": 1.0}


def test_nothing_answered_means_nothing_wrong() -> None:
    assert evaluate([("first", "Question A?")], threshold=0.95).as_json()["at_threshold"] == {
        "answered": 0.0,
        "wrong_rate": 0.0,
    }


def test_a_question_stored_twice_counts_both_entries_in_map() -> None:
    ranking = Ranking((A, C, TWIN), {"c": [(C, 0.5), (A, 0.3), (TWIN, 0.2)]})
    result = evaluate_retrieval([("c", "Question C?")], ranking, encode, threshold=lambda query: 0.5)
    assert result.hit_1 == 1.0
    assert result.mean_average_precision == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_an_entry_that_is_not_found_counts_nothing() -> None:
    ranking = Ranking((A, B), {"b": [(A, 0.5)]})
    result = evaluate_retrieval([("b", "Question B?")], ranking, encode, threshold=lambda query: 0.9)
    assert (result.hit_1, result.hit_5, result.mrr, result.mean_average_precision) == (0.0, 0.0, 0.0, 0.0)


def test_a_question_that_is_not_stored_is_named_with_its_row() -> None:
    with pytest.raises(TrainingError, match=r"Row 2: 'Question D\?' in column faq is not a stored question"):
        evaluate([("first", "Question A?"), ("other", "Question D?")])


def test_the_stored_question_may_have_blanks_around_it() -> None:
    assert evaluate([("first", "  Question A?\n")]).hit_1 == 1.0


def test_no_queries_at_all_cannot_be_evaluated() -> None:
    with pytest.raises(TrainingError, match="no queries"):
        evaluate([])
