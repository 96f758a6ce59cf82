"""Finds labels that the held-out models doubt, and pairs of intents that they confuse.

Confident learning (Northcutt et al. 2021): a row is doubted if the held-out models predict another label with at least
the average confidence they have in that label's own rows. Measured on BANKING77 and CLINC150 (10 shots) and SMP2017
with 5 and 10 % of the labels made wrong, at random or to the most similar intent (12 runs), average precision and
precision at the number of wrong labels: own / (own + best other) 0.81 and 0.77, self-confidence 0.79 and 0.75, margin
0.79 and 0.71, pruning by class 0.78 and 0.73. cleanlab 2.9 gives the same for the two in the middle, and less for its
other rankings. The doubted rows include 75 % of the wrong labels, and 55 % of them are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from training.datasets.prepared import OOS

_LEAST_SHARE = 0.1
"""Two intents confused in a smaller share of their utterances are not worth a person's time."""
_CHANCE = 0.05
"""Probability of one false alarm among all pairs of intents under pure chance."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """Rows whose label is doubted, the most doubtful first; all arrays have shape (m,).

    `suggested` are label numbers, including OOS; `quality` is the probability of the label relative to that of the
    label and the suggested one together, 0 to 0.5.
    """

    rows: NDArray[np.int64]
    suggested: NDArray[np.int64]
    quality: NDArray[np.float64]


def doubted_labels(
    labels: NDArray[np.int64], probabilities: NDArray[np.float64], in_scope: NDArray[np.float64]
) -> Doubts:
    """Find the rows whose label is doubted.

    Args:
        labels: (n,) the given labels, including OOS.
        probabilities: (n, k) of the intents, from models that did not see the row.
        in_scope: (n,) the probability that it belongs to any of them; used only if some rows are labelled OOS.
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
    """Two intents that are confused: the number of confused utterances, and of all utterances of the two."""

    first: int
    second: int
    count: int
    total: int

    @property
    def share(self) -> float:
        """The confused share, 0 to 1."""
        return self.count / self.total


def mixed_intents(labels: NDArray[np.int64], taken_for: NDArray[np.int64], k: int) -> list[Mixed]:
    """The pairs of intents confused in both directions and more often than by chance, the largest share first.

    By chance, each mistake on an utterance of the two would fall on every other intent equally; with only two intents,
    one utterance in ten would be mistaken. Binomial test, corrected for the number of pairs.

    Args:
        labels: (n,) of rows in scope.
        taken_for: (n,) the intent that a held-out model, or the nearest neighbour, gives to each.
        k: the number of intents.
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
