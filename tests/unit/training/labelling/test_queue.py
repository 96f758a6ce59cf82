"""The order in which messages are looked at."""

from __future__ import annotations

import numpy as np

from chatbot.domain import OUT_OF_SCOPE, IntentPrediction, IntentScore
from training.labelling.queue import guesses, rank_for_review, uncertainties


def prediction(*shares: float, in_scope: float = 1.0) -> IntentPrediction:
    return IntentPrediction(tuple(IntentScore(f"i{n}", share) for n, share in enumerate(shares)), in_scope)


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def order(
    vectors: np.ndarray, uncertainty: list[float], evidence: list[float] | None = None, limit: int = 9
) -> list[int]:
    signs = np.zeros(len(uncertainty)) if evidence is None else np.array(evidence)
    return rank_for_review(vectors, np.array(uncertainty), signs, limit=limit).rows.tolist()


def test_out_of_scope_is_a_label_among_the_others() -> None:
    assert guesses(prediction(0.6, 0.4, in_scope=0.3))[0] == (OUT_OF_SCOPE, 0.7)
    close, sure, unknown = uncertainties([prediction(0.5, 0.5), prediction(1.0, 0.0), None])
    assert (close, sure, unknown) == (1.0, 0.0, 1.0)
    assert uncertainties([prediction(1.0, 0.0, in_scope=0.5)])[0] == 1.0


def test_uncertain_messages_come_first() -> None:
    assert order(unit((1, 0, 0), (0, 1, 0), (0, 0, 1)), [0.1, 0.9, 0.5]) == [1, 2, 0]


def test_what_many_ask_comes_before_what_one_asks() -> None:
    vectors, signs = unit((1, 0, 0), (0, 1, 0), (0, 0, 1)), np.zeros(3)
    found = rank_for_review(vectors, np.full(3, 0.5), signs, limit=3, frequency=np.array([1.0, 1.0, 4.0]))
    assert (found.rows[0], found.frequency.tolist()) == (2, [4, 1, 1])


def test_what_resembles_a_message_further_up_comes_late() -> None:
    assert order(unit((1, 0, 0), (1, 0.01, 0), (0, 1, 0)), [0.9, 0.9, 0.3])[1] == 2


def test_a_disliked_answer_moves_its_message_up() -> None:
    vectors = unit((1, 0), (0, 1))
    assert order(vectors, [0.5, 0.5], [0.0, -3.0]) == [1, 0]
    assert order(vectors, [0.5, 0.5], [0.0, 3.0])[0] == 0


def test_no_more_than_asked_for_and_nothing_from_nothing() -> None:
    assert len(order(unit((1, 0), (0, 1)), [0.5, 0.4], limit=1)) == 1
    assert rank_for_review(np.empty((0, 0), np.float32), np.empty(0), np.empty(0), limit=3).rows.tolist() == []
