"""Plans which utterances and intents each fold of the cross-validation leaves out.

All modes share one plan, so that they are compared on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.datasets.prepared import OOS, IntentData
from training.datasets.splits import label_groups, stratified_folds, stratified_sample

MAX_ROWS = 20_000
"""Maximum size of the stratified sample used for cross-validation; the final model is fitted on every row."""
_FOLDS, _LARGE_FOLDS, _LARGE_FROM = 5, 3, 5_000
"""Large data sets get fewer folds, to save time; each fold is then still large enough."""
_TUNED_FOLDS, _TUNED_LARGE_FOLDS, _TUNED_LARGE_FROM = 3, 4, 2_000
"""With fine-tuning, each fold trains its own encoder, which dominates the time. Of large data sets one fold is held
out."""
ALWAYS = -1
"""Fold number of names of intents, which every fold trains on."""
SINGLE = -2
"""Fold number of the only utterance of an intent: every fold that knows the intent trains on it."""


@dataclass(frozen=True, slots=True)
class FoldPlan:
    """The folds of a cross-validation.

    `rows` (m,) are the places in `IntentData.all_texts` that take part, `labels` and `folds` (m,) are aligned with it.
    `absent` holds, for each fold that is run, the labels left out of training altogether, which play unknown topics. If
    `tuned` is true, the vectors of a fold come from an encoder that saw neither its rows nor its absent intents. Names
    of intents (fold `ALWAYS`) are trained on in every fold and predicted in none. An intent with a single utterance
    (fold `SINGLE`) is trained on likewise, because a model without that utterance does not know the intent; it is
    predicted only as an unknown topic, by models that lack the whole intent.

    No fold is run if every intent has a single utterance and nothing is labelled out of scope.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    folds: NDArray[np.int64]
    absent: tuple[NDArray[np.int64], ...]
    tuned: bool = False

    def runs(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield each fold that is run, with its absent labels."""
        yield from enumerate(self.absent)

    def held_out(self, fold: int) -> NDArray[np.int64]:
        """Places (of m) that are predicted while held out in this fold.

        Rows of an intent that the encoder was tuned without are left to the other folds: they would not show how the
        intent performs once the encoder has seen it.
        """
        return np.flatnonzero((self.folds == fold) & ~np.isin(self.labels, self._unseen(fold)))

    def tuned_on(self, fold: int) -> NDArray[np.int64]:
        """Places (of m) of utterances that the encoder of this fold may train on, without the names of intents."""
        known = (self.folds != fold) & (self.folds != ALWAYS) & (self.labels != OOS)
        return np.flatnonzero(known & ~np.isin(self.labels, self._unseen(fold)))

    def _unseen(self, fold: int) -> NDArray[np.int64]:
        """Labels that the encoder of this fold is trained without; none if only one label would remain."""
        left = np.setdiff1d(self.labels[self.labels != OOS], self.absent[fold])
        return self.absent[fold] if self.tuned and len(left) > 1 else np.empty(0, dtype=np.int64)


def plan_folds(data: IntentData, *, seed: int, tuned: bool = False) -> FoldPlan:
    """Assign rows and intents to folds.

    Args:
        data: the training data.
        seed: seed of every random draw.
        tuned: whether each fold fine-tunes its own encoder.
    """
    n = len(data.labels)
    folds = runs = _LARGE_FOLDS if min(n, MAX_ROWS) > _LARGE_FROM else _FOLDS
    if tuned:
        folds, runs = (_TUNED_LARGE_FOLDS, 1) if n > _TUNED_LARGE_FROM else (_TUNED_FOLDS, _TUNED_FOLDS)
    rows = stratified_sample(data.labels, MAX_ROWS, seed)
    labels = data.labels[rows]
    several = np.flatnonzero((labels == OOS) | (np.bincount(labels[labels != OOS])[labels] > 1))
    dealt = np.full(len(rows), SINGLE)
    dealt[several] = stratified_folds(labels[several], data.groups[rows[several]], folds, seed)
    names = np.arange(len(data.labels), len(data.all_labels))
    parts = int(dealt.max()) + 1 if len(several) else 0
    absent = label_groups(len(data.intents), parts, seed) if parts else []
    absent += [np.empty(0, dtype=np.int64)] * (parts - len(absent))
    return FoldPlan(
        np.concatenate([rows, names]),
        np.concatenate([labels, data.all_labels[names]]),
        np.concatenate([dealt, np.full(len(names), ALWAYS)]),
        tuple(absent[:runs]),
        tuned,
    )
