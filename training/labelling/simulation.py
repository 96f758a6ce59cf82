"""Simulates labelling on a labelled file, to compare the review queue's order with random order.

The classifier is the linear head on frozen vectors, fitted anew each round: quick enough to repeat the comparison
several times, and the same for both orders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.errors import TrainingError
from chatbot.types import Vectors
from training.discovery.likeness import same_questions
from training.labelling.queue import rank_for_review
from training.parallel import one_thread_each

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """`start` utterances per intent, then `rounds` rounds of `per_round` labels; `test_share` is for testing."""

    start: int = 5
    per_round: int = 20
    rounds: int = 30
    test_share: float = 0.3
    repeats: int = 3
    seed: int = 13


@dataclass(frozen=True, slots=True)
class Savings:
    """Mean accuracies after each round, for queue and random order; `labels` excludes the starting ones."""

    labels: tuple[int, ...]
    queue: tuple[float, ...]
    at_random: tuple[float, ...]
    n_start: int
    n_pool: int
    n_test: int

    @property
    def reached(self) -> int | None:
        """The number of labels at which the queue reaches the final accuracy of random order; None if it never does."""
        return next((n for n, got in zip(self.labels, self.queue, strict=True) if got >= self.at_random[-1]), None)

    def as_json(self) -> dict[str, Any]:
        """Return the document that `review simulate --json` prints."""
        return {
            "start": self.n_start,
            "pool": self.n_pool,
            "test": self.n_test,
            "labels": list(self.labels),
            "queue": [round(value, 4) for value in self.queue],
            "random": [round(value, 4) for value in self.at_random],
            "random_labels": self.labels[-1],
            "queue_labels": self.reached,
            "share_of_labels": None if self.reached is None else round(self.reached / self.labels[-1], 3),
        }


def label_savings(
    texts: Sequence[str], vectors: Vectors, labels: Labels, plan: Plan, progress: Callable[[float], None]
) -> Savings:
    """Label in both orders, several times with different seeds, and compare on a common test set.

    Args:
        texts: n messages, in languages that the encoder reads.
        vectors: (n, d) unit vectors of them.
        labels: (n,) their true labels.
        plan: how much is labelled when.
        progress: called with the share done, 0 to 1.

    Raises:
        TrainingError: there are too few messages for that plan.
    """
    asked = same_questions(texts, vectors, ("en", "zh"))
    done = 0
    curves: dict[bool, list[list[float]]] = {True: [], False: []}
    sizes = (0, 0, 0)
    for repeat in range(plan.repeats):
        start, pool, test = _split(labels, plan, plan.seed + repeat)
        sizes = (len(start), len(pool), len(test))
        if len(pool) < plan.rounds * plan.per_round:
            raise TrainingError(
                f"{len(labels)} messages are too few for {plan.rounds} rounds of {plan.per_round} labels: {len(pool)} "
                "could be labelled. Ask for fewer rounds, or give a larger file."
            )
        for by_queue in (True, False):
            rng = np.random.default_rng(plan.seed + repeat)
            learned, rest, curve = list(start), pool.copy(), []
            for number in range(plan.rounds + 1):
                model = _fitted(vectors[learned], labels[learned])
                curve.append(float((model.predict(vectors[test]) == labels[test]).mean()))
                if number < plan.rounds:
                    drawn = rng.choice(len(rest), plan.per_round, replace=False)
                    taken = _queue(model, vectors[rest], asked[rest][:, rest], plan) if by_queue else drawn
                    learned += rest[taken].tolist()
                    rest = np.delete(rest, taken)
                done += 1
                progress(done / (2 * plan.repeats * (plan.rounds + 1)))
            curves[by_queue].append(curve)
    given = tuple(number * plan.per_round for number in range(plan.rounds + 1))
    queue, at_random = (tuple(np.mean(curves[side], axis=0).tolist()) for side in (True, False))
    return Savings(given, queue, at_random, *sizes)


def _split(labels: Labels, plan: Plan, seed: int) -> tuple[Labels, Labels, Labels]:
    """Split into rows to start with, to label, and to test on."""
    order = np.random.default_rng(seed).permutation(len(labels))
    start = [row for label in np.unique(labels) for row in order[labels[order] == label][: plan.start].tolist()]
    rest = order[~np.isin(order, start)]
    tested = int(plan.test_share * len(labels))
    return np.array(start, dtype=np.int64), rest[tested:], rest[:tested]


def _fitted(vectors: Vectors, labels: Labels) -> Any:
    from sklearn.linear_model import LogisticRegression

    with one_thread_each():
        return LogisticRegression(C=20.0, max_iter=200).fit(vectors, labels)


def _queue(model: Any, vectors: Vectors, asked: sparse.csr_array, plan: Plan) -> Labels:
    two = np.sort(model.predict_proba(vectors), axis=1)[:, -2:]
    uncertainty = 1.0 - (two[:, 1] - two[:, 0])
    frequency = asked @ np.ones(len(vectors))
    return rank_for_review(vectors, uncertainty, np.zeros(len(vectors)), limit=plan.per_round, frequency=frequency).rows
