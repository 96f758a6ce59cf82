"""Grouped cross-validation of the model of common intents, its thresholds, and the figures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import CommonIntent
from chatbot.intent.common.artifact import LANGUAGES
from chatbot.text import language
from training.common_intents.augmentation import filled, joined
from training.common_intents.data import CommonData, Labelled
from training.common_intents.fitting import (
    FILLED_WEIGHT,
    INTENTS,
    JOINED_WEIGHT,
    CommonWeights,
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
TOLERATED: Mapping[CommonIntent, float] = {CommonIntent.PERSON: 0.015}
"""x"""
_QUESTION_LIKE = (CommonIntent.QUESTION, CommonIntent.NO_PERSON)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Predictions of messages by models that did not see them: `logits` and `shares` (n, k), `folds` (n,)."""

    messages: tuple[Labelled, ...]
    labels: NDArray[np.int64]
    languages: NDArray[np.str_]
    shares: NDArray[np.float64]
    temperatures: Mapping[str, float]

    @property
    def common(self) -> NDArray[np.bool_]:
        """Which are common messages, not those of a business."""
        return np.array([not one.business for one in self.messages])


def trained_on(messages: Sequence[Labelled], rows: Rows, data: CommonData, seed: int) -> CommonWeights:
    """The model of some messages, counted already as `rows`, with patterns and joined messages."""
    more = counted(filled(data, seed), FILLED_WEIGHT).and_(counted(list(joined(messages, seed)), JOINED_WEIGHT))
    return fit(rows.and_(more), seed)


def cross_validated(data: CommonData, seed: int) -> HeldOut:
    """Predict every message by a model of the other folds; near-duplicates, and the messages of a business, share one."""
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
    found = [
        numbers.setdefault(one.business or like, len(numbers)) for one, like in zip(messages, likes, strict=True)
    ]
    return np.array(found, dtype=np.int64)
