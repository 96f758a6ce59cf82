"""Evaluates an intent model on labelled messages it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.dialogue.routing import trusted_intent
from chatbot.domain import OUT_OF_SCOPE
from chatbot.errors import TrainingError
from chatbot.ports import IntentModel
from training.datasets.prepared import OOS
from training.evaluation.metrics import (
    accuracy,
    auroc,
    expected_calibration_error,
    false_positive_rate,
    macro_f1,
    matthews,
    per_class,
)

_NAMED = 5


@dataclass(frozen=True, slots=True)
class IntentFigures:
    """Figures of one intent, by the best intent of the rows in scope, whatever the thresholds."""

    intent: str
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class IntentEvaluation:
    """The figures of one evaluation; shares are 0 to 1, None if there are no rows to compute them from.

    `accuracy`, `macro_f1` and `ece` score the best intent, whatever the thresholds, over the `n_in_scope` rows in
    scope. At the model's own thresholds: `coverage` is the share of rows in scope that are answered; `oos_recall` and
    `oos_precision` are those of the decision "out of scope"; `mcc` is the multi-class Matthews correlation of that
    decision or the intent; `wrong_share` is the share of answered rows, in scope or not, whose intent is wrong.
    """

    n: int
    accuracy: float | None
    macro_f1: float | None
    ece: float | None
    n_in_scope: int
    coverage: float | None
    n_oos: int
    oos_auroc: float | None
    oos_fpr95: float | None
    oos_recall: float | None
    oos_precision: float | None
    mcc: float
    wrong_share: float | None
    per_intent: tuple[IntentFigures, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the document that `evaluate intent --json` prints."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "ece": self.ece,
            "in_scope": {"n": self.n_in_scope, "accuracy": self.accuracy, "coverage": self.coverage},
            "oos": {
                "n": self.n_oos,
                "auroc": self.oos_auroc,
                "fpr95": self.oos_fpr95,
                "recall": self.oos_recall,
                "precision": self.oos_precision,
            },
            "mcc": self.mcc,
            "per_intent": [
                {"intent": f.intent, "n": f.n, "precision": f.precision, "recall": f.recall, "f1": f.f1}
                for f in self.per_intent
            ],
        }


def evaluate_intent(
    pairs: Sequence[tuple[str, str]], model: IntentModel, encode: Callable[[Sequence[str]], NDArray[np.float32]]
) -> IntentEvaluation:
    """Predict every text and compare with its intent.

    Args:
        pairs: text and intent; `oos` or an empty intent means out of scope.
        model: the model to evaluate.
        encode: encodes texts with the encoder of the model.

    Raises:
        TrainingError: no rows, or intents that the model does not know.
    """
    if not pairs:
        raise TrainingError("There is nothing to evaluate: give rows with text and intent.")
    labels = _numbered([intent.strip() for _, intent in pairs], model)
    texts = [text for text, _ in pairs]
    predictions = model.predict_many(texts, encode(texts))
    number = {intent: index for index, intent in enumerate(model.intents)}
    best = np.array([number[p.best.intent] if p.best is not None else OOS for p in predictions], dtype=np.int64)
    confidence = np.array([p.best.probability if p.best is not None else 0.0 for p in predictions])
    score = np.array([p.in_scope for p in predictions])
    refused = np.array([p.in_scope < p.out_of_scope_below for p in predictions])
    answered = np.array([trusted_intent(p) is not None for p in predictions])
    inside = labels != OOS
    outside = ~inside
    k = len(model.intents)
    truth, named = labels[inside], best[inside]
    figures = [
        IntentFigures(intent, int(n), float(precision), float(recall), float(f1))
        for intent, n, precision, recall, f1 in zip(model.intents, *per_class(truth, named, k), strict=True)
        if n
    ]
    return IntentEvaluation(
        n=len(pairs),
        accuracy=accuracy(truth, named) if inside.any() else None,
        macro_f1=macro_f1(truth, named, k) if inside.any() else None,
        ece=expected_calibration_error(confidence[inside], truth == named) if inside.any() else None,
        n_in_scope=int(inside.sum()),
        coverage=_share(answered[inside]),
        n_oos=int(outside.sum()),
        oos_auroc=auroc(score[inside], score[outside]) if inside.any() and outside.any() else None,
        oos_fpr95=false_positive_rate(score[inside], score[outside]) if inside.any() and outside.any() else None,
        oos_recall=_share(refused[outside]),
        oos_precision=_share(outside[refused]) if outside.any() else None,
        mcc=matthews(labels, np.where(refused, OOS, best)),
        wrong_share=_share((best != labels)[answered]),
        per_intent=tuple(figures),
    )


def _share(flags: NDArray[np.bool_]) -> float | None:
    return float(flags.mean()) if len(flags) else None


def _numbered(intents: list[str], model: IntentModel) -> NDArray[np.int64]:
    number = {intent: index for index, intent in enumerate(model.intents)} | {OUT_OF_SCOPE: OOS, "": OOS}
    strange = sorted(set(intents) - set(number))
    if strange:
        names = ", ".join(repr(intent) for intent in strange[:_NAMED])
        more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
        raise TrainingError(
            f"{len(strange)} intents of the evaluation data are not known to model {model.version} ({names}{more}): "
            f"correct them, train with them, or label them {OUT_OF_SCOPE!r}."
        )
    return np.array([number[intent] for intent in intents], dtype=np.int64)
