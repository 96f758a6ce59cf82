"""Learns to separate messages in scope from others, with or without labelled out-of-scope rows.

Utterances of an intent that a model never saw are like the unknown topics that a deployed model meets. Leaving out each
intent once gives as many unknown messages as there are training rows. They are closer to the known intents than most
real ones, so a score that separates them separates others too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from chatbot.intent.scoring import SIGNALS, ScopeModel, pooled_logits, scope_signals, softmax
from training.datasets.prepared import OOS
from training.intent.calibration import fit_scope, unfitted_scope
from training.intent.config import IntentTrainingConfig
from training.intent.features import IntentFeatures
from training.intent.folds import ALWAYS, FoldPlan
from training.intent.heads import Heads, ask, fit_heads
from training.parallel import side_by_side

_LABELLED_WORTH = 100.0
"""A number n of labelled out-of-scope rows has the weight n / (n + this) against rows of left-out intents."""
_ENOUGH_LABELLED = 30
_LEAST_SHARE = 0.1
"""Minimum share of out-of-scope messages assumed when few rows are labelled so: real traffic always has some."""
_SCORED_SHARE = 0.1
"""Share of out-of-scope messages that the score is fitted for if no labels show it. Thresholds must hold in worse
traffic than that, but a score fitted for such traffic would reject questions that the FAQ answers."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Signals from models that lack some intents, for rows of intents they know (m) and of intents they lack (u).

    `known` (m, s) and `unknown` (u, s) are signals of the rows numbered `known_rows` (m,) and `unknown_rows` (u,);
    `confidence` and `margin` (u,) are those with which the unknown rows would be answered.
    """

    known_rows: NDArray[np.int64]
    known: NDArray[np.float64]
    unknown_rows: NDArray[np.int64]
    unknown: NDArray[np.float64]
    confidence: NDArray[np.float64]
    margin: NDArray[np.float64]

    def of(self, rows: NDArray[np.bool_]) -> LeftOut:
        """Select rows, given as a mask over all rows."""
        known, unknown = rows[self.known_rows], rows[self.unknown_rows]
        return LeftOut(
            self.known_rows[known],
            self.known[known],
            self.unknown_rows[unknown],
            self.unknown[unknown],
            self.confidence[unknown],
            self.margin[unknown],
        )


def leave_intents_out(
    of_run: Sequence[IntentFeatures],
    plan: FoldPlan,
    pool: NDArray[np.float64],
    config: IntentTrainingConfig,
    progress: Callable[[float], None],
) -> LeftOut:
    """Train without one group of intents and one fold at a time, and predict both.

    Args:
        of_run: the features of the m planned rows, for each fold of the plan.
        plan: the folds and their absent intents.
        pool: weights of the opinion pool for each row, shape (m, 3).
        config: choices of the run.
        progress: called with the share done, 0 to 1.
    """
    labels = plan.labels

    def one(item: tuple[int, NDArray[np.int64]]) -> LeftOut | None:
        fold, absent = item
        left_out = np.isin(labels, absent)
        train = np.flatnonzero(~left_out & (plan.folds != fold))
        if not len(absent) or not (labels[train] != OOS).any():
            return None
        features = of_run[fold]
        heads = fit_heads(features, labels, train, config)
        own = np.flatnonzero(~left_out & (plan.folds == fold) & (labels != OOS))
        known, _ = _signals(features, heads, train, own, pool)
        strange = np.flatnonzero(left_out & (plan.folds != ALWAYS))
        unknown, probabilities = _signals(features, heads, train, strange, pool)
        return LeftOut(own, known, strange, unknown, probabilities.max(axis=1), margins(probabilities))

    found = [part for part in side_by_side(one, list(plan.runs()), progress) if part is not None]
    if not found:
        none, nothing = np.empty(0, dtype=np.int64), np.empty((0, len(SIGNALS)))
        return LeftOut(none, nothing, none, nothing, np.empty(0), np.empty(0))
    return LeftOut(*(np.concatenate([getattr(part, name.name) for part in found]) for name in fields(LeftOut)))


def _signals(
    features: IntentFeatures,
    heads: Heads,
    train: NDArray[np.int64],
    rows: NDArray[np.int64],
    pool: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Signals (m, s) and intent probabilities (m, c) of m rows, from heads that know c intents."""
    evidence = ask(features, heads, train, rows, len(heads.classes))
    probabilities = softmax(pooled_logits(evidence, pool[rows]))
    return scope_signals(evidence, probabilities), probabilities


def margins(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Difference of the two highest probabilities of each row, shape (n,); the highest itself if it is the only one."""
    if probabilities.shape[1] < 2:
        return probabilities[:, 0]
    two = np.partition(probabilities, probabilities.shape[1] - 2, axis=1)[:, -2:]
    return np.asarray(two.max(axis=1) - two.min(axis=1))


@dataclass(frozen=True, slots=True)
class ScopeFit:
    """The fitted score, and the weight of out-of-scope rows relative to rows in scope.

    One row in scope stands for one message. `labelled_weight` and `unknown_weight` say how many messages a labelled
    out-of-scope row and a row of a left-out intent stand for when thresholds are chosen; `share` (0 to 1) is the
    resulting share of out-of-scope messages. The score itself was fitted with these weights times `scored_weight`.
    """

    model: ScopeModel
    labelled_weight: float
    unknown_weight: float
    share: float
    scored_weight: float


def fit_scope_score(
    left_out: LeftOut, inside: int, labelled: NDArray[np.float64], config: IntentTrainingConfig
) -> ScopeFit:
    """Fit the in-scope probability on left-out intents and, if there are any, labelled out-of-scope rows.

    The score learns from both kinds, because new topics will appear. Thresholds are chosen on the labelled rows alone
    if there are enough of them: they show what customers really write. Without held-out rows in scope nothing is fitted
    and every message has the same probability.

    Args:
        left_out: signals of rows in scope and of left-out intents, from the same models.
        inside: number of training rows in scope.
        labelled: held-out signals of the labelled out-of-scope rows, shape (n, s).
        config: choices of the run.
    """
    n, u, m = len(labelled), len(left_out.unknown), len(left_out.known)
    if not m:
        share = config.assumed_oos_share
        return ScopeFit(unfitted_scope(share), 0.0, 0.0, share, 1.0)
    share = max(_LEAST_SHARE, n / (n + inside)) if n >= _ENOUGH_LABELLED else config.assumed_oos_share
    messages = inside * share / (1.0 - share)
    scored = share if n >= _ENOUGH_LABELLED else min(share, _SCORED_SHARE)
    scored_weight = scored / (1.0 - scored) / (share / (1.0 - share))
    trust = n / (n + _LABELLED_WORTH)
    signals = np.concatenate([left_out.known, labelled, left_out.unknown])
    weights = np.concatenate(
        [
            np.full(m, inside / max(m, 1)),
            np.full(n, scored_weight * messages * trust / max(n, 1)),
            np.full(u, scored_weight * messages * (1.0 - trust) / max(u, 1)),
        ]
    )
    model = fit_scope(signals, np.arange(len(signals)) < m, weights * len(signals) / weights.sum())
    if n >= _ENOUGH_LABELLED:
        return ScopeFit(model, messages / n, 0.0, share, scored_weight)
    return ScopeFit(model, messages * trust / max(n, 1), messages * (1.0 - trust) / max(u, 1), share, scored_weight)
