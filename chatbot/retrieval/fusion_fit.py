"""Fits the fusion of one language to synthetic queries by maximum likelihood.

Three small fits in turn: the relative weight of dense and lexical score (which entry ranks first), the scale of the
strengths (the softmax over entries), and Platt's line (whether any entry answers).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from chatbot.retrieval.fusion import ANSWER_STEPS, Fusion
from chatbot.retrieval.synthetic_queries import MEETINGS, Example

Array = NDArray[np.float64]

ANSWERABLE = 0.92
"""Assumed share of queries that the knowledge base answers: most of what reaches the search is meant for it."""
SHARPER = 1.5
"""Factor on the fitted scale. Synthetic queries are harder to tell apart than customers' queries: they combine scores
of different queries, so they miss that a query far from everything is also far from the wrong entries. On nine sets of
real queries and two encoders, scores fitted without this were 0.11 too low on average, with it 0.02."""
EVEN_STEPS: Array = np.linspace(0.0, 1.0, 21)
"""Candidate weights of the dense score, in units of the wrong answers' standard deviation."""
TOLERANCE = 0.5
"""Two weights whose expected hit@1 differs by at most this many standard errors count as equal."""
LEAST_SPREAD = 0.05
"""Lower limit of the standard deviation: a score that gives all wrong answers the same value, mostly zero, is not
precise for that."""
OBSERVED = 60.0
"""Total weight of the observed queries in calibration, at most: authors write variants to differ from each other, so
each is harder to match with the others than a customer's query."""
STEEPEST = 2.0
"""Upper limit of Platt's slope: where neither score tells anything, a few lucky matches must not look like evidence."""
RIDGE = 1e-4
"""Regularisation; keeps weights finite where the examples are perfectly separable."""


def learn(examples: Sequence[Example]) -> Fusion:
    """Fit the fusion of one language. `examples` must contain both answered and unanswered queries."""
    packed = _Packed(examples)
    share = _leg_share(packed)
    legs = np.array([share, 1.0 - share])
    legs *= _sharpness(packed, legs)
    slope, offset = _answerable(packed, legs)
    fusion = Fusion(float(legs[0]), float(legs[1]), slope, offset)
    return replace(fusion, wrong_from=_wrong_from(packed, fusion))


class _Packed:
    """Examples as arrays: column 0 of `scores` is the right entry, the others are wrong; absent ones are -inf."""

    def __init__(self, examples: Sequence[Example]) -> None:
        width = 1 + max(len(example.wrong) for example in examples)
        self.scores: Array = np.zeros((len(examples), width, 2))
        self.absent: NDArray[np.bool_] = np.ones((len(examples), width), dtype=bool)
        observed: NDArray[np.bool_] = np.array([example.observed for example in examples])
        self.answered: NDArray[np.bool_] = np.array([example.right is not None for example in examples])
        self.weights: Array = np.array([example.weight for example in examples])
        for row, example in enumerate(examples):
            if example.right is not None:
                self.scores[row, 0] = example.right
                self.absent[row, 0] = False
            self.scores[row, 1 : 1 + len(example.wrong)] = example.wrong
            self.absent[row, 1 : 1 + len(example.wrong)] = False
        self.trust: Array = self.weights.copy()
        """Weights for calibration."""
        self.trust[observed] *= min(1.0, OBSERVED / max(int(observed.sum()), 1))
        for side, part in ((self.answered, ANSWERABLE), (~self.answered, 1.0 - ANSWERABLE)):
            self.trust[side] *= part / self.trust[side].sum()

    def spread(self) -> Array:
        """Standard deviation of the wrong answers' dense and lexical scores, shape (2,); zeros if there are none."""
        wrong = self.scores[:, 1:][~self.absent[:, 1:]]
        return np.asarray(wrong.std(axis=0)) if len(wrong) else np.zeros(2)

    def strengths(self, legs: Array) -> Array:
        """Weighted sums, shape (examples, width); -1e9 where there is no entry."""
        return np.where(self.absent, -1e9, self.scores @ legs)


def _leg_share(packed: _Packed) -> float:
    """The dense score's share of the weight: the most even one whose expected hit@1 is indistinguishable from the best.

    Expected hit@1 on the synthetic queries is compared at steps from lexical only to dense only. Synthetic queries
    combine scores of different queries and so hide where one score makes up for the other; hence the rule of Breiman et
    al. (1984), which takes the simplest model within a standard error of the best, here the least one-sided.
    """
    side = packed.answered
    scores, absent, weights = packed.scores[side], packed.absent[side], packed.weights[side]
    weights = weights / weights.sum()
    dense, lexical = np.maximum(packed.spread(), LEAST_SPREAD)
    shares = EVEN_STEPS * lexical / (EVEN_STEPS * lexical + (1.0 - EVEN_STEPS) * dense)
    strengths = [np.where(absent, -1e9, scores @ np.array([share, 1.0 - share])) for share in shares]
    wins: Array = np.array([each[:, 0] > each[:, 1:].max(axis=1, initial=-1e9) + 1e-12 for each in strengths]) * 1.0
    padded = np.pad(wins @ weights, 1, mode="edge")
    best = int((padded[:-2] + padded[1:-1] + padded[2:]).argmax())
    lost = wins[best] - wins
    mean = lost @ weights
    error = np.sqrt((weights**2 * (lost - mean[:, None]) ** 2).sum(axis=1) * MEETINGS)
    alike = np.flatnonzero(mean <= TOLERANCE * error)
    return float(shares[alike[np.abs(EVEN_STEPS[alike] - 0.5).argmin()]])


def _sharpness(packed: _Packed, legs: Array) -> float:
    """The scale of the strengths that maximises the likelihood of the right entries in the softmax."""
    side = packed.answered
    unit, absent = packed.strengths(legs)[side], packed.absent[side]
    finite = np.where(absent, 0.0, unit)
    weights = packed.trust[side] / packed.trust[side].sum()

    def loss(numbers: Array) -> tuple[float, Array]:
        strengths = np.where(absent, -1e9, unit * numbers[0])
        total = logsumexp(strengths, axis=1)
        value = -(weights * (strengths[:, 0] - total)).sum() + RIDGE * numbers[0] ** 2
        chance = np.exp(strengths - total[:, None])
        slope = (weights[:, None] * chance * finite).sum() - (weights * finite[:, 0]).sum()
        return float(value), np.array([slope + 2 * RIDGE * numbers[0]])

    return SHARPER * float(_minimum(loss, start=(10.0,), bounds=((0.5, None),))[0])


def _answerable(packed: _Packed, legs: Array) -> tuple[float, float]:
    """Slope and offset that turn the strongest entry's strength into the log-odds that some entry answers."""
    has_any = ~packed.absent.all(axis=1)
    strongest = packed.strengths(legs)[has_any].max(axis=1)
    weights, answered = packed.trust[has_any], packed.answered[has_any]

    def loss(numbers: Array) -> tuple[float, Array]:
        line = numbers[0] * strongest + numbers[1]
        value = (weights * np.logaddexp(0.0, np.where(answered, -line, line))).sum()
        miss = weights * (expit(line) - answered)
        # A weak pull towards the softmax's own scale, for when the examples do not determine the slope.
        gradient = np.array([(miss * strongest).sum() + 2 * RIDGE * (numbers[0] - 1.0), miss.sum()])
        return float(value + RIDGE * (numbers[0] - 1.0) ** 2), gradient

    slope, offset = _minimum(loss, start=(1.0, 0.0), bounds=((0.0, STEEPEST), (None, None)))
    return float(slope), float(offset)


def _wrong_from(packed: _Packed, fusion: Fusion) -> tuple[float, ...]:
    """For each answer threshold, the share of wrong answers that the scores of the synthetic queries predict.

    The predicted probabilities are used rather than the labels: a synthetic query is harder than a customer's.
    """
    strengths = -np.sort(-packed.strengths(np.array([fusion.dense, fusion.lexical])), axis=1)
    found = [row[row > -1e8] for row in strengths]
    scores = np.array([fusion.probabilities(row)[0] if len(row) else 0.0 for row in found])
    shares = []
    for step in ANSWER_STEPS:
        given = packed.trust * (scores >= step)
        shares.append(float((given * (1.0 - scores)).sum() / given.sum()) if given.any() else 1.0 - float(step))
    return tuple(shares)


def _minimum(
    loss: Callable[[Array], tuple[float, Array]],
    *,
    start: tuple[float, ...],
    bounds: tuple[tuple[float | None, float | None], ...],
) -> Array:
    found: Array = minimize(loss, np.array(start), jac=True, bounds=bounds, method="TNC").x
    return found
