"""Which labels the held-out models doubt, and which intents they take for one another.

Knows: labels and held-out probabilities, as arrays. Does not know: texts, vectors, files.

Confident learning (Northcutt et al. 2021): a row is doubted when the held-out models prefer another label at least as
surely as they are, on average, sure of that label's own rows. Measured on BANKING77 and CLINC150 (10 shots) and SMP2017
with 5 and 10 % of the labels made wrong, at random or to the most similar intent (12 runs), average precision and
precision at the number of wrong labels: own / (own + best other) 0.81 and 0.77, self-confidence 0.79 and 0.75, margin
0.79 and 0.71, pruning by class 0.78 and 0.73; cleanlab 2.9 gives the same for the two in the middle, less for its other
rankings. The rows doubted hold 75 % of the wrong labels, and 55 % of them are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from training.datasets.prepared import OOS

_LEAST_SHARE = 0.1
"""Two intents mixed in fewer of their utterances are not worth a person's time."""
_CHANCE = 0.05
"""Probability of one false alarm among all pairs of intents, where there is nothing but chance."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """Rows whose label is doubted, the most doubtful first; all arrays have shape (m,).

    `suggested` are label numbers, OOS among them; `quality` is the belief in the label that a row has against the
    suggested one, 0 to 0.5.
    """

    rows: NDArray[np.int64]
    suggested: NDArray[np.int64]
    quality: NDArray[np.float64]


def doubted_labels(
    labels: NDArray[np.int64], probabilities: NDArray[np.float64], in_scope: NDArray[np.float64]
) -> Doubts:
    """The rows whose label is doubted.

    Args:
        labels: (n,) the labels as they are, OOS among them.
        probabilities: (n, k) of the intents, from models that did not see the row.
        in_scope: (n,) the probability that it belongs to any of them; looked at where rows are labelled OOS only.
    """
    n, k = probabilities.shape
    given = np.where(labels == OOS, k, labels)
    if (labels == OOS).any():
        probabilities = np.column_stack([probabilities * in_scope[:, None], 1.0 - in_scope])
    every = np.arange(n)
    own = probabilities[every, given]
    counts = np.bincount(given, minlength=probabilities.shape[1])
    usual = np.bincount(given, weights=own, minlength=len(counts)) / np.maximum(counts, 1)
    best = probabilities.argmax(axis=1)
    found = np.flatnonzero((best != given) & (probabilities[every, best] >= usual[best]) & (counts[best] > 0))
    quality = own[found] / (own[found] + probabilities[found, best[found]])
    order = np.argsort(quality, kind="stable")
    suggested = np.where(best == k, OOS, best)[found]
    return Doubts(found[order], suggested[order], quality[order])


@dataclass(frozen=True, slots=True)
class Mixed:
    """Two intents that are taken for one another: how many utterances of the two, of how many."""

    first: int
    second: int
    count: int
    total: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.count / self.total


def mixed_intents(labels: NDArray[np.int64], taken_for: NDArray[np.int64], k: int) -> list[Mixed]:
    """The pairs of intents mixed in both directions and more often than chance gives, the largest share first.

    Chance: each mistake on an utterance of the two falls on any other intent alike; where there are only two intents,
    one utterance in ten is mistaken. Binomial test, corrected for the number of pairs.

    Args:
        labels: (n,) of rows in scope.
        taken_for: (n,) the intent that a held-out model, or the nearest neighbour, gives to each.
        k: how many intents there are.
    """
    table = np.zeros((k, k), dtype=np.int64)
    np.add.at(table, (labels, taken_for), 1)
    sizes, right = table.sum(axis=1), table.diagonal()
    pairs = k * (k - 1) / 2
    found = []
    for first, second in np.argwhere(np.triu((table > 0) & (table.T > 0), 1)).tolist():
        count, total = int(table[first, second] + table[second, first]), int(sizes[first] + sizes[second])
        mistakes = total - int(right[first] + right[second])
        tries, share = (mistakes, 1.0 / (k - 1)) if k > 2 else (total, _LEAST_SHARE)
        if count >= _LEAST_SHARE * total and binom.sf(count - 1, tries, share) * pairs < _CHANCE:
            found.append(Mixed(first, second, count, total))
    return sorted(found, key=lambda mixed: -mixed.share)
