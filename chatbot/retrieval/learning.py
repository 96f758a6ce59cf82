"""The fusion of one language, fitted to made queries.

Knows: examples of leg scores, maximum likelihood. Does not know: texts, vectors, where the examples come from.

Three small convex fits in turn: how the two legs share the weight (which entry wins), how large strengths are and how
strong "none of them" is (softmax), and Platt's line (is the winner right).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from chatbot.retrieval.fusion import RIVALS, Fusion
from chatbot.retrieval.selfmade import Example

Array = NDArray[np.float64]

ANSWERABLE = 0.85
"""Assumed share of questions that the knowledge base answers: what reaches the search is mostly meant for it."""
LEAST_SHARE = 0.05
"""No leg has less of the weight, measured in spreads of its wrong answers: scores joined from different queries hide
where one leg helps the other out, and a little of it decides between equals."""
LEAST_SPREAD = 0.05
"""A leg that scores all wrong answers alike, mostly as nothing, is not thereby precise."""
OBSERVED = 60.0
"""In calibration, observed queries weigh no more than this together: authors write variants to be unlike each other, so
that each is a harder question for the others than a customer's."""
STEEPEST = 2.0
"""Limit of Platt's slope: where neither leg sees anything, a few chance winners must not look like evidence."""
RIDGE = 1e-4
"""Keeps weights finite where the examples can be told apart perfectly."""


def learn(examples: Sequence[Example]) -> Fusion:
    """Fit the fusion of one language. `examples` must hold both answered and unanswered queries."""
    packed = _Packed(examples)
    share = _leg_share(packed)
    legs = np.array([share, 1.0 - share])
    scale, none = _strength(packed, legs)
    fusion = Fusion(dense=float(scale * legs[0]), lexical=float(scale * legs[1]), none=none)
    slope, offset = _straighten(packed, fusion)
    return Fusion(fusion.dense, fusion.lexical, fusion.none, slope=slope, offset=offset)


class _Packed:
    """Examples as arrays: column 0 of `scores` is the right entry, the others the wrong ones, absent ones -inf."""

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
        """Standard deviation of the wrong answers' scores in each leg, shape (2,); zeros when there are none."""
        wrong = self.scores[:, 1:][~self.absent[:, 1:]]
        return np.asarray(wrong.std(axis=0)) if len(wrong) else np.zeros(2)

    def strengths(self, legs: Array) -> Array:
        """Weighted sums, shape (examples, width); -1e9 where there is no entry."""
        return np.where(self.absent, -1e9, self.scores @ legs)


def _leg_share(packed: _Packed) -> float:
    """The dense leg's share of the weight that makes right entries win."""
    side = packed.answered
    scores, absent, weights = packed.scores[side], packed.absent[side], packed.weights[side]
    weights = weights / weights.sum()

    def loss(legs: Array) -> tuple[float, Array]:
        strengths = np.where(absent, -1e9, scores @ legs)
        total = logsumexp(strengths, axis=1)
        chance = np.exp(strengths - total[:, None])
        miss = scores[:, 0] - (chance[..., None] * scores).sum(axis=1)
        value = -(weights * (strengths[:, 0] - total)).sum() + RIDGE * legs @ legs
        return float(value), -(weights[:, None] * miss).sum(axis=0) + 2 * RIDGE * legs

    found = _minimum(loss, start=(5.0, 5.0), bounds=((0.0, None), (0.0, None)))
    total = float(found.sum())
    share = float(found[0]) / total if total > 1e-6 else 0.5
    dense, lexical = np.maximum(packed.spread(), LEAST_SPREAD)
    least_dense = LEAST_SHARE * lexical / (LEAST_SHARE * lexical + (1.0 - LEAST_SHARE) * dense)
    least_lexical = LEAST_SHARE * dense / (LEAST_SHARE * dense + (1.0 - LEAST_SHARE) * lexical)
    return float(min(max(share, least_dense), 1.0 - least_lexical))


def _strength(packed: _Packed, legs: Array) -> tuple[float, float]:
    """The size of strengths and the strength of "none of them" that make the softmax likeliest."""
    unit = packed.strengths(legs)
    finite = np.where(packed.absent, 0.0, unit)
    rows = np.arange(len(unit))
    chosen = np.where(packed.answered, 0, unit.shape[1])

    def loss(numbers: Array) -> tuple[float, Array]:
        strengths = np.column_stack([np.where(packed.absent, -1e9, unit * numbers[0]), np.full(len(unit), numbers[1])])
        total = logsumexp(strengths, axis=1)
        value = -(packed.trust * (strengths[rows, chosen] - total)).sum() + RIDGE * numbers[0] ** 2
        slope = np.exp(strengths - total[:, None])
        slope[rows, chosen] -= 1.0
        slope *= packed.trust[:, None]
        return float(value), np.array([(slope[:, :-1] * finite).sum() + 2 * RIDGE * numbers[0], slope[:, -1].sum()])

    scale, none = _minimum(loss, start=(10.0, 5.0), bounds=((0.5, None), (None, None)))
    return float(scale), float(none)


def _straighten(packed: _Packed, fusion: Fusion) -> tuple[float, float]:
    """Slope and offset that turn the winner's log-odds into those of its being right."""
    strengths = packed.strengths(np.array([fusion.dense, fusion.lexical]))
    has_any = ~packed.absent.all(axis=1)
    strengths, weights = strengths[has_any], packed.trust[has_any]
    right = packed.answered[has_any] & (strengths.argmax(axis=1) == 0)
    ranked = -np.sort(-strengths, axis=1)[:, :RIVALS]
    # `fusion.log_odds` of the first entry, for all rows at once.
    odds = ranked[:, 0] - logsumexp(np.column_stack([ranked[:, 1:], np.full(len(ranked), fusion.none)]), axis=1)

    def loss(numbers: Array) -> tuple[float, Array]:
        line = numbers[0] * odds + numbers[1]
        value = (weights * np.logaddexp(0.0, np.where(right, -line, line))).sum() + RIDGE * (numbers[0] - 1.0) ** 2
        miss = weights * (expit(line) - right)
        return float(value), np.array([(miss * odds).sum() + 2 * RIDGE * (numbers[0] - 1.0), miss.sum()])

    slope, offset = _minimum(loss, start=(1.0, 0.0), bounds=((0.1, STEEPEST), (None, None)))
    return float(slope), float(offset)


def _minimum(
    loss: Callable[[Array], tuple[float, Array]],
    *,
    start: tuple[float, float],
    bounds: tuple[tuple[float | None, float | None], tuple[float | None, float | None]],
) -> Array:
    found: Array = minimize(loss, np.array(start), jac=True, bounds=bounds, method="TNC").x
    return found
