"""Grouped cross-validation of the model of common intents, its thresholds, and the figures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import CommonIntent
from chatbot.intent.common.artifact import LANGUAGES, CommonWeights
from chatbot.text import language
from training.common_intents.augmentation import filled, joined
from training.common_intents.data import CommonData, Labelled
from training.common_intents.fitting import (
    FILLED_WEIGHT,
    INTENTS,
    JOINED_WEIGHT,
    Rows,
    counted,
    fit,
    fit_temperature,
    logits,
    probabilities,
)
from training.datasets.splits import near_duplicate_groups, stratified_folds
from training.evaluation.metrics import expected_calibration_error, per_class

FOLDS = 5
TOLERATED = 0.01
"""Share of the questions and refusals, hand-written hard ones and those to businesses, that may be taken for an intent.

For a wish for a person, by cross-validation on `data/common_intents` and 45 businesses (2026-12-01): at .005, .01 and
.015 recall is .95, .98 and .99 in English, .93, .97 and .98 in Chinese. The report has the figures of today.
"""
LEAST: Mapping[CommonIntent, float] = {CommonIntent.PERSON: 0.35, CommonIntent.BOT: 0.35}
"""No intent counts below this, however rare its false alarms; .5 for those that are not listed. A wish for a person
that is missed costs more than one too many, so it need not be likelier than not. At .35 (2026-12-01) recall is .97 and
.96, false alarms are .0055 and .0088, of the hand-written hard ones alone .023 and .015."""
_LEAST = 0.5
_NEVER = (CommonIntent.QUESTION, CommonIntent.OUT_OF_SCOPE, CommonIntent.SMALLTALK, CommonIntent.ACKNOWLEDGEMENT)
"""Not acted upon: the search or the conversation decides."""
_REFUSED: Mapping[CommonIntent, tuple[CommonIntent, ...]] = {
    CommonIntent.PERSON: (CommonIntent.QUESTION, CommonIntent.NO_PERSON)
}
"""What must not be taken for an intent; for the others, questions."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Predictions of n messages by models that did not see them.

    `labels` (n,) and `languages` (n,), `shares` (n, k) the probabilities at the `temperatures` of the languages.
    """

    messages: tuple[Labelled, ...]
    labels: NDArray[np.int64]
    languages: NDArray[np.str_]
    shares: NDArray[np.float64]
    temperatures: Mapping[str, float]

    @property
    def common(self) -> NDArray[np.bool_]:
        """Which are common messages, not those of a business."""
        return np.array([not one.business for one in self.messages])

    def of(self, *intents: CommonIntent, lang: str) -> NDArray[np.bool_]:
        """Which are of some intents in a language."""
        return np.asarray(np.isin(self.labels, [INTENTS.index(one) for one in intents]) & (self.languages == lang))


def trained_on(messages: Sequence[Labelled], rows: Rows, data: CommonData, seed: int) -> CommonWeights:
    """The model of some messages, counted already as `rows`, with patterns and joined messages."""
    more = counted(filled(data, seed), FILLED_WEIGHT).and_(counted(list(joined(messages, seed)), JOINED_WEIGHT))
    return fit(rows.and_(more), seed)


def cross_validated(data: CommonData, seed: int) -> HeldOut:
    """Predict every message by a model of the other folds; a fold has near-duplicates and businesses whole."""
    messages = data.messages
    rows = counted(messages)
    found = np.zeros((len(messages), len(INTENTS)))
    folds = stratified_folds(rows.labels, groups_of(messages), FOLDS, seed)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        weights = trained_on([messages[place] for place in inside], rows.of(inside), data, seed)
        found[outside] = logits(rows.of(outside), weights)
    return calibrated(messages, rows, found)


def calibrated(messages: Sequence[Labelled], rows: Rows, raw: NDArray[np.float64]) -> HeldOut:
    """Held-out logits (n, k) with the temperature of each language."""
    spoken = np.array([language(one.text) for one in messages])
    temperatures = {}
    for lang in LANGUAGES:
        of = spoken == lang
        temperatures[lang] = fit_temperature(raw[of], rows.labels[of], rows.weights[of])
    shares = probabilities(raw, np.array([temperatures[lang] for lang in spoken]))
    return HeldOut(tuple(messages), rows.labels, spoken, shares, temperatures)


def groups_of(messages: Sequence[Labelled]) -> NDArray[np.int64]:
    """A group number for each message, shape (n,): near-duplicates share one, and so do the messages of a business."""
    likes = near_duplicate_groups([one.text for one in messages]).tolist()
    numbers: dict[object, int] = {}
    found = [numbers.setdefault(one.business or like, len(numbers)) for one, like in zip(messages, likes, strict=True)]
    return np.array(found, dtype=np.int64)


def thresholds(held: HeldOut) -> dict[str, dict[CommonIntent, float]]:
    """By language, the probability from which each intent counts: at most `TOLERATED` of what it is not reach it."""
    needed: dict[str, dict[CommonIntent, float]] = {}
    for lang in LANGUAGES:
        needed[lang] = {}
        for intent in INTENTS:
            if intent in _NEVER:
                continue
            refused = held.shares[held.of(*refused_by(intent), lang=lang), INTENTS.index(intent)]
            allowed = np.sort(refused)[::-1][int(TOLERATED * len(refused)) :]
            reached = float(allowed[0]) + 1e-6 if len(allowed) else 0.0
            needed[lang][intent] = round(max(LEAST.get(intent, _LEAST), reached), 4)
    return needed


def refused_by(intent: CommonIntent) -> tuple[CommonIntent, ...]:
    """What must not be taken for an intent."""
    return _REFUSED.get(intent, (CommonIntent.QUESTION,))


@dataclass(frozen=True, slots=True)
class Figures:
    """How an intent is recognised in one language at its threshold; all but the last are shares, 0 to 1.

    `false_alarms` is the share of what must not be taken for it, of the hand-written hard ones `hard`, and of all other
    messages `others`.
    """

    needed: float
    recall: float
    false_alarms: float
    hard: float
    others: float
    messages: int


def figures(held: HeldOut, intent: CommonIntent, lang: str, needed: float) -> Figures:
    """Measure one intent at one threshold on held-out messages."""
    reached = held.shares[:, INTENTS.index(intent)] >= needed
    inside, refused = held.of(intent, lang=lang), held.of(*refused_by(intent), lang=lang)
    outside = (held.languages == lang) & ~inside & ~refused

    def share(rows: NDArray[np.bool_]) -> float:
        return float(reached[rows].mean()) if rows.any() else 0.0

    return Figures(
        needed, share(inside), share(refused), share(refused & held.common), share(outside), int(inside.sum())
    )


def metrics_of(held: HeldOut, needed: Mapping[str, Mapping[CommonIntent, float]]) -> dict[str, Any]:
    """The figures of the common messages for the manifest: macro F1, calibration, and those of a wish for a person."""
    rows = held.common
    predicted = held.shares.argmax(axis=1)
    _, precision, recall, f1 = per_class(held.labels[rows], predicted[rows], len(INTENTS))
    metrics: dict[str, Any] = {
        "macro_f1": round(float(f1.mean()), 4),
        "ece": round(
            expected_calibration_error(held.shares[rows].max(axis=1), predicted[rows] == held.labels[rows]), 4
        ),
        "intents": {
            intent.value: [round(float(one[place]), 3) for one in (precision, recall, f1)]
            for place, intent in enumerate(INTENTS)
        },
    }
    for lang in LANGUAGES:
        of = figures(held, CommonIntent.PERSON, lang, needed[lang][CommonIntent.PERSON])
        metrics[f"person_recall_{lang}"] = round(of.recall, 4)
        metrics[f"person_false_alarms_{lang}"] = round(of.false_alarms, 4)
    return metrics
