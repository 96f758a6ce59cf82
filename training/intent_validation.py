"""Cross-validates the experts and fits on the held-out evidence everything that makes their scores honest.

Knows: the order of pool, out-of-scope score and thresholds. Does not know: files or reports.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.intent.scoring import Evidence, in_scope_probability, pooled_logits, scope_signals, softmax
from training.calibration import fit_pool
from training.config import IntentTrainingConfig
from training.intent_data import OOS
from training.intent_features import IntentFeatures
from training.intent_heads import ask, fit_heads
from training.metrics import accuracy, auroc, expected_calibration_error, false_positive_rate, macro_f1
from training.out_of_scope import ScopeFit, fit_scope_score, leave_intents_out, margins
from training.parallel import side_by_side
from training.splits import stratified_folds, stratified_sample
from training.thresholds import HeldOut, ThresholdChoice, choose_thresholds


@dataclass(frozen=True, slots=True)
class Validation:
    """What the held-out rows showed.

    `rows` (n,) are the row numbers of the training data that were predicted while held out; `labels`, `predicted`,
    `confidence` and `in_scope` stand beside them. `unknown_in_scope` (u,) are the scores of left-out intents.
    """

    pool: NDArray[np.float64]
    scope: ScopeFit
    choice: ThresholdChoice
    metrics: Mapping[str, Any]
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float64]
    in_scope: NDArray[np.float64]
    unknown_in_scope: NDArray[np.float64]


def cross_validate(
    features: IntentFeatures,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    k: int,
    config: IntentTrainingConfig,
    progress: Callable[[float], None],
) -> Validation:
    """Predict every row (of a sample, for large data) by models that did not see it or its near-duplicates.

    Args:
        features: of n rows.
        labels: index of the intent or OOS of each row, shape (n,).
        groups: near-duplicate group of each row, shape (n,).
        k: number of intents.
        config: choices of the run.
        progress: called with the share done, 0 to 1.
    """
    sample = stratified_sample(labels, config.max_cv_rows, config.seed)
    if len(sample) < len(labels):
        features, labels, groups = features.rows(sample), labels[sample], groups[sample]
    folds = stratified_folds(labels, groups, config.folds_for(len(labels)), config.seed)
    evidence = _held_out_evidence(features, labels, folds, k, config, lambda share: progress(0.6 * share))
    inside = labels != OOS
    pool = fit_pool(_take(evidence, inside), labels[inside])
    probabilities = softmax(pooled_logits(evidence, pool))
    signals = scope_signals(evidence, probabilities)
    progress(0.6)
    left_out = leave_intents_out(features, labels, folds, k, pool, config)
    scope = fit_scope_score(left_out, int(inside.sum()), signals[~inside], config)
    in_scope = in_scope_probability(signals, scope.model)
    unknown = in_scope_probability(left_out.unknown, scope.model)
    predicted = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = (predicted == labels) & inside
    held_out = HeldOut(
        in_scope=np.concatenate([in_scope, unknown]),
        confidence=np.concatenate([confidence, left_out.confidence]),
        margin=np.concatenate([margins(probabilities), left_out.margin]),
        right=np.concatenate([right, np.zeros(len(unknown), dtype=bool)]),
        inside=np.concatenate([inside, np.zeros(len(unknown), dtype=bool)]),
        weight=np.concatenate(
            [np.where(inside, 1.0, scope.labelled_weight), np.full(len(unknown), scope.unknown_weight)]
        ),
    )
    choice = choose_thresholds(held_out, config.tolerated_wrong, config.risk_confidence)
    metrics = _metrics(labels, predicted, confidence, in_scope, unknown, k)
    metrics |= {
        "coverage": choice.coverage,
        "wrong_share": choice.wrong_share,
        "wrong_share_bound": choice.upper_bound,
        "guarantee": choice.guarantee,
    }
    progress(1.0)
    return Validation(pool, scope, choice, metrics, sample, labels, predicted, confidence, in_scope, unknown)


def _held_out_evidence(
    features: IntentFeatures,
    labels: NDArray[np.int64],
    folds: NDArray[np.int64],
    k: int,
    config: IntentTrainingConfig,
    progress: Callable[[float], None],
) -> Evidence:
    n_folds = int(folds.max()) + 1
    done = itertools.count(1)

    def one(fold: int) -> tuple[NDArray[np.int64], Evidence]:
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        found = ask(features, fit_heads(features, labels, train, config), train, test, k)
        progress(next(done) / n_folds)
        return test, found

    results = side_by_side(one, range(n_folds))
    order, parts = [test for test, _ in results], [found for _, found in results]
    back = np.argsort(np.concatenate(order))
    return Evidence(
        *(np.concatenate([getattr(part, field.name) for part in parts])[back] for field in fields(Evidence))
    )


def _take(evidence: Evidence, rows: NDArray[np.bool_]) -> Evidence:
    return Evidence(*(getattr(evidence, field.name)[rows] for field in fields(Evidence)))


def _metrics(
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    confidence: NDArray[np.float64],
    in_scope: NDArray[np.float64],
    unknown: NDArray[np.float64],
    k: int,
) -> dict[str, Any]:
    inside = labels != OOS
    truth, named = labels[inside], predicted[inside]
    return {
        "accuracy": accuracy(truth, named),
        "macro_f1": macro_f1(truth, named, k),
        "ece": expected_calibration_error(confidence[inside], truth == named),
        "oos_auroc": _number(auroc(in_scope[inside], in_scope[~inside])),
        "oos_fpr95": _number(false_positive_rate(in_scope[inside], in_scope[~inside])),
        "unknown_intent_auroc": _number(auroc(in_scope[inside], unknown)),
        "validated": len(labels),
    }


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if np.isnan(value) else value
