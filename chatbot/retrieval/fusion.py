"""Fuses dense and lexical similarity into one calibrated probability.

An entry's strength is a weighted sum of its dense and its lexical score, in nats. The strongest one says how likely it
is that any entry answers (Platt scaling, Platt 1999); which entry that is follows from a softmax over the strengths
(the conditional logit of McFadden 1974). The two questions are kept apart because near-duplicates in a knowledge base
make only the second one uncertain: a message that matches two of them equally well is still answerable.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

RIVALS = 10
"""Number of strongest entries in the softmax; weaker ones have no visible effect."""
ANSWER_WEIGHT = 0.5
"""Weight of the similarity with an entry's answer when no phrasing matches at all."""
ANSWER_STEPS: Scores = np.linspace(0.5, 0.95, 46)
"""Candidate answer thresholds: below the first, another entry is as likely; the last is the strictest."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """Fusion weights for the queries of one language. `dense`, `lexical` and `slope` are not negative."""

    dense: float
    lexical: float
    slope: float = 1.0
    offset: float = 0.0
    wrong_from: tuple[float, ...] = ()
    """For each of `ANSWER_STEPS`, the expected share of wrong answers among entries that score at least that much."""

    def answer_from(self, tolerated_wrong: float) -> float:
        """The lowest threshold at which at most this share of the answers is expected to be wrong."""
        enough = [step for step, wrong in zip(ANSWER_STEPS, self.wrong_from, strict=False) if wrong <= tolerated_wrong]
        return float(min(enough, default=ANSWER_STEPS[-1] if self.wrong_from else ANSWER_STEPS[0]))

    def strengths(self, dense: Scores, lexical: Scores) -> Scores:
        """The weighted sums, element by element, in nats."""
        total: Scores = self.dense * dense
        total += self.lexical * lexical
        return total

    def answer_weight(self, strongest: float) -> float:
        """Nats per unit of similarity with an entry's answer, given the strength of the strongest entry.

        Answers are compared by the encoder, so they are weighted by the trust in it, and less the better some phrasing
        matches: a tie-breaker where questions are stored in full, decisive where they are terse. Squared, because a
        fair match already says much: on FAQ sets of four kinds and two encoders this lost nothing where questions are
        full and gained up to 10 points of hit@1 where they are terse.
        """
        scale = self.dense + self.lexical
        missing = 1.0 - min(1.0, max(0.0, strongest / scale)) if scale > 0 else 0.0
        return ANSWER_WEIGHT * self.dense * missing**2

    def answerable(self, strongest: float) -> float:
        """Calibrated probability that any entry answers, given the strength of the strongest."""
        return float(1.0 / (1.0 + np.exp(-np.clip(self.slope * strongest + self.offset, -50.0, 50.0))))

    def probabilities(self, ranked: Scores) -> Scores:
        """Calibrated probability of each entry that it is the answer; `ranked` holds strengths in descending order.

        The probabilities of the first `RIVALS` sum to `answerable`.
        """
        if not len(ranked):
            return np.zeros(0)
        powers: Scores = np.exp(ranked - ranked[0])
        return powers * (self.answerable(float(ranked[0])) / float(powers[:RIVALS].sum()))

    def as_json(self) -> dict[str, Any]:
        """The fields, for a manifest."""
        return asdict(self)


def fusion_from_json(value: Any) -> Fusion:
    """Read the output of `Fusion.as_json`. Raises ValueError for anything else."""
    names = [field.name for field in fields(Fusion)]
    if not isinstance(value, dict) or set(value) != set(names):
        raise ValueError("not the weights of a fusion")
    numbers = {name: value[name] for name in names if name != "wrong_from"}
    shares = value["wrong_from"]
    if not isinstance(shares, list) or not all(map(_is_number, (*numbers.values(), *shares))):
        raise ValueError("a weight of the fusion is not a number")
    return Fusion(**{name: float(number) for name, number in numbers.items()}, wrong_from=tuple(map(float, shares)))


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and bool(np.isfinite(value))
