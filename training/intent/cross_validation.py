"""Cross-validates the experts, then fits pool, out-of-scope score and thresholds on the held-out evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.intent.scoring import Evidence, in_scope_probability, pooled_logits, scope_signals, softmax
from chatbot.text import language
from training.datasets.prepared import OOS, IntentData
from training.evaluation.metrics import accuracy, auroc, expected_calibration_error, false_positive_rate, macro_f1
from training.intent.calibration import fit_pool, joined
from training.intent.config import IntentTrainingConfig
from training.intent.features import IntentFeatures
from training.intent.folds import FoldPlan
from training.intent.heads import ask, fit_heads
from training.intent.out_of_scope import ScopeFit, fit_scope_score, leave_intents_out, margins
from training.intent.thresholds import (
    GUARANTEES,
    BudgetPoint,
    HeldOut,
    ThresholdChoice,
    budget_curve,
    choose_thresholds,
    scope_threshold,
)
from training.intent.warm_start import LiveShare
from training.parallel import side_by_side

ANY_LANGUAGE = "any"

_MIN_LANGUAGE_ROWS = 200
"""A language with at least this many utterances gets its own calibration: an encoder may be better in one than another.
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted parameters for messages in one language."""

    language: str
    pool: NDArray[np.float64]
    scope: ScopeFit
    choice: ThresholdChoice
    budgets: tuple[BudgetPoint, ...]
    """The coverage at other tolerated shares of wrong answers."""


@dataclass(frozen=True, slots=True)
class Validation:
    """The results on held-out rows.

    `rows` (n,) are the row numbers of the training data that were predicted while held out. `groups` (index into
    `calibrations`), `labels`, `predicted`, `confidence`, `in_scope`, `evidence` and the `probabilities` (n, k) of all
    intents are aligned with it. `unknown_in_scope` (u,) are the in-scope probabilities of utterances of left-out
    intents.
    """

    calibrations: tuple[Calibration, ...]
    metrics: Mapping[str, Any]
    rows: NDArray[np.int64]
    groups: NDArray[np.int64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    in_scope: NDArray[np.float64]
    unknown_in_scope: NDArray[np.float64]
    evidence: Evidence

    @property
    def measured(self) -> bool:
        """Whether any utterance in scope was held out, so that there are figures at all."""
        return bool((self.labels != OOS).any())

    @property
    def out_of_scope_below(self) -> NDArray[np.float64]:
        """The in-scope probability below which each row counts as out of scope, shape (n,)."""
        return np.array([part.choice.thresholds.out_of_scope_below for part in self.calibrations])[self.groups]


def cross_validate(
    features: IntentFeatures,
    data: IntentData,
    plan: FoldPlan,
    config: IntentTrainingConfig,
    progress: Callable[[float], None],
    fold_vectors: Sequence[NDArray[np.float32]] = (),
    live: LiveShare | None = None,
) -> Validation:
    """Predict every row that the plan holds out with models that did not see it or its near-duplicates.

    The metrics say nothing about intents with a single utterance; they are None if no other row can be held out.

    Args:
        features: features of all texts of `data`, including the names of intents.
        data: the training data.
        plan: which rows and intents each fold holds out.
        config: choices of the run.
        progress: called with the share done, 0 to 1.
        fold_vectors: for each fold the vectors of its m rows, shape (m, d), by an encoder that saw neither the fold nor
            its absent intents; empty if the encoder was not trained on labels.
        live: the live version for a warm start; None to use newly fitted heads alone.
    """
    texts = data.all_texts
    if len(plan.rows) < len(texts):
        features = features.rows(plan.rows)
    of_run = [features.with_vectors(vectors) for vectors in fold_vectors] or [features] * len(plan.absent)
    k = len(data.intents)
    held, evidence = _held_out_evidence(of_run, plan, k, config, lambda share: progress(0.6 * share))
    if live is not None:
        held_texts = [texts[row] for row in plan.rows[held]]
        near = data.groups[plan.rows[held]]
        evidence = live.mix_evidence(evidence, features.rows(held), held_texts, near, data.intents)
    languages, all_groups = _languages([texts[row] for row in plan.rows], plan.labels != OOS)
    labels, groups = plan.labels[held], all_groups[held]
    inside = labels != OOS
    pools = np.stack([_pool(evidence, labels, inside & (groups == g)) for g in range(len(languages))])
    probabilities = softmax(pooled_logits(evidence, pools[groups]))
    signals = scope_signals(evidence, probabilities)
    left_out = leave_intents_out(of_run, plan, pools[all_groups], config, lambda share: progress(0.6 + 0.4 * share))
    scopes = [
        fit_scope_score(
            left_out.of(all_groups == g),
            int((inside & (groups == g)).sum()),
            signals[~inside & (groups == g)],
            config,
        )
        for g in range(len(languages))
    ]
    scope = joined([fit.model for fit in scopes])
    in_scope = in_scope_probability(signals, scope, groups)
    strange = all_groups[left_out.unknown_rows]
    unknown = in_scope_probability(left_out.unknown, scope, strange)
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    right = (predicted == labels) & inside
    held_out = HeldOut(
        in_scope=np.concatenate([in_scope, unknown]),
        confidence=np.concatenate([confidence, left_out.confidence]),
        margin=np.concatenate([margins(probabilities), left_out.margin]),
        right=np.concatenate([right, np.zeros(len(unknown), dtype=bool)]),
        inside=np.concatenate([inside, np.zeros(len(unknown), dtype=bool)]),
        weight=np.concatenate(
            [
                np.where(inside, 1.0, np.array([fit.labelled_weight for fit in scopes])[groups]),
                np.array([fit.unknown_weight for fit in scopes])[strange],
            ]
        ),
    )
    of_row = np.concatenate([groups, strange])
    calibrations = tuple(
        _calibration(name, pools[g], scopes[g], held_out.of(of_row == g), config) for g, name in enumerate(languages)
    )
    metrics = _metrics(labels, predicted, confidence, in_scope, unknown, k) | _decided(held_out, of_row, calibrations)
    return Validation(
        calibrations,
        metrics,
        plan.rows[held],
        groups,
        labels,
        predicted,
        confidence,
        probabilities,
        in_scope,
        unknown,
        evidence,
    )


def _calibration(
    name: str, pool: NDArray[np.float64], scope: ScopeFit, rows: HeldOut, config: IntentTrainingConfig
) -> Calibration:
    if not rows.inside.any():  # out-of-scope rows alone do not show how often an answer is right
        rows = rows.of(rows.inside)
    as_scored = np.where(rows.inside, rows.weight, rows.weight * scope.scored_weight)
    below = scope_threshold(replace(rows, weight=as_scored))
    choice = choose_thresholds(rows, below, config.tolerated_wrong, config.risk_confidence)
    return Calibration(name, pool, scope, choice, budget_curve(rows, below, config.risk_confidence))


def _languages(texts: Sequence[str], inside: NDArray[np.bool_]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The languages with their own calibration, the most frequent first, and the language index of each text."""
    found = np.array([language(text) for text in texts])
    names, counts = np.unique(found[inside], return_counts=True)
    enough = [
        str(name)
        for name in names[np.argsort(-counts, kind="stable")]
        if (found[inside] == name).sum() >= _MIN_LANGUAGE_ROWS
    ]
    if len(enough) < 2:
        return (ANY_LANGUAGE,), np.zeros(len(texts), dtype=np.int64)
    return tuple(enough), np.array([enough.index(name) if name in enough else 0 for name in found], dtype=np.int64)


def _pool(evidence: Evidence, labels: NDArray[np.int64], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return fit_pool(Evidence(*(getattr(evidence, field.name)[rows] for field in fields(Evidence))), labels[rows])


def _decided(held_out: HeldOut, groups: NDArray[np.int64], calibrations: Sequence[Calibration]) -> dict[str, Any]:
    """The combined result of the thresholds of all languages, with the weakest of their guarantees."""
    answered = np.zeros(len(groups), dtype=bool)
    for g, part in enumerate(calibrations):
        answered |= (groups == g) & held_out.answered(part.choice.thresholds)
    total = float(held_out.weight[answered].sum())
    wrong = float(held_out.weight[answered & ~held_out.right].sum())
    inside = float(held_out.weight[held_out.inside].sum())
    return {
        "coverage": float(held_out.weight[answered & held_out.inside].sum()) / inside if inside else None,
        "wrong_share": (wrong / total if total else 0.0) if inside else None,
        "guarantee": max((part.choice.guarantee for part in calibrations), key=GUARANTEES.index),
    }


def _held_out_evidence(
    of_run: Sequence[IntentFeatures],
    plan: FoldPlan,
    k: int,
    config: IntentTrainingConfig,
    progress: Callable[[float], None],
) -> tuple[NDArray[np.int64], Evidence]:
    """Return the places (of m) that were held out, ascending, and the evidence about them."""

    def one(fold: int) -> tuple[NDArray[np.int64], Evidence]:
        train, test = np.flatnonzero(plan.folds != fold), plan.held_out(fold)
        return test, ask(of_run[fold], fit_heads(of_run[fold], plan.labels, train, config), train, test, k)

    if not plan.absent:
        none, logits, scalar = np.empty(0, dtype=np.int64), np.empty((0, k), np.float32), np.empty(0, np.float32)
        return none, Evidence(logits, logits, logits, scalar, scalar, scalar, scalar, scalar)
    results = side_by_side(one, [fold for fold, _ in plan.runs()], progress)
    order = np.concatenate([test for test, _ in results])
    back = np.argsort(order)
    parts = [found for _, found in results]
    return order[back], Evidence(
        *(np.concatenate([getattr(part, field.name) for part in parts])[back] for field in fields(Evidence))
    )


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
    measured = bool(inside.any())
    return {
        "accuracy": accuracy(truth, named) if measured else None,
        "macro_f1": macro_f1(truth, named, k) if measured else None,
        "ece": expected_calibration_error(confidence[inside], truth == named) if measured else None,
        "oos_auroc": _number(auroc(in_scope[inside], in_scope[~inside])),
        "oos_fpr95": _number(false_positive_rate(in_scope[inside], in_scope[~inside])),
        "unknown_intent_auroc": _number(auroc(in_scope[inside], unknown)),
        "validated": len(labels),
    }


def _number(value: float) -> float | None:
    """Map NaN to None, because JSON has no NaN."""
    return None if np.isnan(value) else value
