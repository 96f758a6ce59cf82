"""What an evaluation counts, on predictions set by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import IntentPrediction, IntentScore
from chatbot.errors import TrainingError
from training.evaluation.intent import evaluate_intent


@dataclass(frozen=True)
class Scripted:
    """Says of each text what its words say: best intent, its probability, the in-scope probability."""

    intents: tuple[str, ...] = ("a", "b", "c")
    version: str = "scripted"
    encoder_id: str = "none"

    def predict(self, text: str, vector: NDArray[np.float32]) -> IntentPrediction:
        best, probability, in_scope = text.split()
        rest = [intent for intent in self.intents if intent != best]
        others = tuple(IntentScore(intent, (1 - float(probability)) / len(rest)) for intent in rest)
        return IntentPrediction((IntentScore(best, float(probability)), *others), float(in_scope), 0.5, 0.6, 0.3)

    def predict_many(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[IntentPrediction]:
        return [self.predict(text, vector) for text, vector in zip(texts, vectors, strict=True)]


def nothing(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), 1), np.float32)


PAIRS = [
    ("a 0.9 0.9", "a"),  # answered, right
    ("a 0.9 0.8", "b"),  # answered, wrong
    ("b 0.5 0.9", "b"),  # too unsure to be answered
    ("c 0.9 0.3", "c"),  # taken for out of scope
    ("a 0.9 0.2", "oos"),  # refused, as it should be
    ("b 0.8 0.7", ""),  # out of scope, yet answered
]


def test_every_figure_of_an_evaluation_is_what_the_hand_computes() -> None:
    result = evaluate_intent(PAIRS, Scripted(), nothing)
    document = result.as_json()
    assert document["n"] == 6
    assert document["accuracy"] == 0.75
    assert document["in_scope"] == {"n": 4, "accuracy": 0.75, "coverage": 0.5}
    # Of eight pairs of a row in scope and one out, 0.9 0.8 0.9 0.3 against 0.2 and 0.7, seven are in order.
    assert document["oos"] == {"n": 2, "auroc": 7 / 8, "fpr95": 0.5, "recall": 0.5, "precision": 0.5}
    assert document["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1.0) / 3)
    # Stated 0.9 three times and right twice, stated 0.5 once and right.
    assert document["ece"] == pytest.approx((3 * (0.9 - 2 / 3) + 0.5) / 4)
    assert result.wrong_share == pytest.approx(2 / 3)
    # Decisions: a a b oos oos b against a b b c oos oos; 3 right of 6, and 2*1 + 2*2 + 2*2 by chance.
    assert document["mcc"] == pytest.approx((3 * 6 - 10) / np.sqrt((36 - 12) * (36 - 10)))


def test_the_document_has_exactly_the_promised_keys() -> None:
    document = evaluate_intent(PAIRS, Scripted(), nothing).as_json()
    assert list(document) == ["n", "accuracy", "macro_f1", "ece", "in_scope", "oos", "mcc", "per_intent"]
    assert [row["intent"] for row in document["per_intent"]] == ["a", "b", "c"]
    assert document["per_intent"][1] == {"intent": "b", "n": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3}
    json.dumps(document, allow_nan=False)


def test_without_out_of_scope_rows_their_figures_are_null() -> None:
    document = evaluate_intent(PAIRS[:4], Scripted(), nothing).as_json()
    assert document["oos"] == {"n": 0, "auroc": None, "fpr95": None, "recall": None, "precision": None}
    assert document["accuracy"] == 0.75


def test_with_out_of_scope_rows_alone_the_others_are_null() -> None:
    document = evaluate_intent(PAIRS[4:], Scripted(), nothing).as_json()
    assert document["in_scope"] == {"n": 0, "accuracy": None, "coverage": None}
    assert document["accuracy"] is document["macro_f1"] is document["ece"] is None
    assert document["oos"]["recall"] == 0.5
    json.dumps(document, allow_nan=False)


def test_intents_the_model_does_not_know_are_named() -> None:
    with pytest.raises(TrainingError, match=r"1 intents .* not known to model scripted \('typo'\)"):
        evaluate_intent([*PAIRS, ("a 0.9 0.9", "typo")], Scripted(), nothing)


def test_nothing_to_evaluate_is_an_error() -> None:
    with pytest.raises(TrainingError, match="nothing to evaluate"):
        evaluate_intent([], Scripted(), nothing)
