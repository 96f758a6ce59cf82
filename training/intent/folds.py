"""Which utterances and which intents each held-out model has to do without.

Knows: labels, near-duplicate groups and seeds. Does not know: models or vectors. One plan serves every mode, so that
modes are compared on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.datasets.prepared import OOS, IntentData
from training.datasets.splits import label_groups, stratified_folds, stratified_sample

MAX_ROWS = 20_000
"""Cross-validate on a stratified sample of this size at most; the final model is fitted on every row."""
_FOLDS, _LARGE_FOLDS, _LARGE_FROM = 5, 3, 5_000
"""Fewer folds of more rows: each of them is then large enough, and time is short."""
_TUNED_FOLDS, _TUNED_LARGE_FOLDS, _TUNED_LARGE_FROM = 3, 4, 2_000
"""Each fold tunes an encoder of its own, which is what takes the time. Of many rows one fold is held out, once."""
ALWAYS = -1
"""The fold of what is learned from in every fold."""


@dataclass(frozen=True, slots=True)
class FoldPlan:
    """The folds of a cross-validation.

    `rows` (m,) are the places in `IntentData.all_texts` that take part, `labels` and `folds` (m,) stand beside them;
    `absent` holds for each fold that is run the labels that are left out of training altogether, to play unknown
    topics. Where `tuned` is true the vectors of a fold come from an encoder that saw neither its rows nor its absent
    intents. Names of intents (fold `ALWAYS`) are learned from in every fold and predicted in none.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    folds: NDArray[np.int64]
    absent: tuple[NDArray[np.int64], ...]
    tuned: bool = False

    def runs(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Each fold that is run, with its absent labels."""
        yield from enumerate(self.absent)

    def held_out(self, fold: int) -> NDArray[np.int64]:
        """Places (of m) that are predicted while held out in this fold.

        An encoder that was tuned without an intent says nothing of how that intent fares later: its rows are left to
        the other folds' absent topics.
        """
        return np.flatnonzero((self.folds == fold) & ~np.isin(self.labels, self._unseen(fold)))

    def tuned_on(self, fold: int) -> NDArray[np.int64]:
        """Places (of m) of utterances that the encoder of this fold may learn from; it adds the names itself."""
        known = (self.folds != fold) & (self.folds != ALWAYS) & (self.labels != OOS)
        return np.flatnonzero(known & ~np.isin(self.labels, self._unseen(fold)))

    def _unseen(self, fold: int) -> NDArray[np.int64]:
        """Labels that the encoder of this fold does without; none where it would be left with a single one."""
        left = np.setdiff1d(self.labels[self.labels != OOS], self.absent[fold])
        return self.absent[fold] if self.tuned and len(left) > 1 else np.empty(0, dtype=np.int64)


def plan_folds(data: IntentData, *, seed: int, tuned: bool = False) -> FoldPlan:
    """Deal rows and intents into folds.

    Args:
        data: the training data.
        seed: of every draw.
        tuned: whether the vectors of each fold come from an encoder of its own.
    """
    n = len(data.labels)
    folds = runs = _LARGE_FOLDS if min(n, MAX_ROWS) > _LARGE_FROM else _FOLDS
    if tuned:
        folds, runs = (_TUNED_LARGE_FOLDS, 1) if n > _TUNED_LARGE_FROM else (_TUNED_FOLDS, _TUNED_FOLDS)
    rows = stratified_sample(data.labels, MAX_ROWS, seed)
    labels = data.labels[rows]
    dealt = stratified_folds(labels, data.groups[rows], folds, seed)
    names = np.arange(len(data.labels), len(data.all_labels))
    parts = int(dealt.max()) + 1
    absent = label_groups(len(data.intents), parts, seed)
    absent += [np.empty(0, dtype=np.int64)] * (parts - len(absent))
    return FoldPlan(
        np.concatenate([rows, names]),
        np.concatenate([labels, data.all_labels[names]]),
        np.concatenate([dealt, np.full(len(names), ALWAYS)]),
        tuple(absent[:runs]),
        tuned,
    )
