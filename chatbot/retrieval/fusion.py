"""Two leg scores into one calibrated probability.

Knows: numbers. Does not know: texts, vectors, how the weights were learned.

An entry's strength is a weighted sum of its dense and its lexical score, in nats. Against each other and against "none
of them" (a rival of constant strength) the strengths give a softmax, the conditional logit of McFadden (1974); its
log-odds are then straightened by Platt scaling (Platt 1999), because a customer may ask for an entry that neither leg
can see, which the softmax alone would pay for with flat probabilities.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

RIVALS = 10
"""So many strongest entries compete; weaker ones add nothing that can be seen."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights for the queries of one language. `dense`, `lexical` and `slope` are not negative."""

    dense: float
    lexical: float
    none: float
    slope: float = 1.0
    offset: float = 0.0

    def strengths(self, dense: Scores, lexical: Scores) -> Scores:
        """The weighted sum, element by element, in nats."""
        return self.dense * dense + self.lexical * lexical

    def probabilities(self, ranked: Scores) -> Scores:
        """Calibrated probabilities of entries given by falling strength: each, that this entry answers; same order."""
        odds = log_odds(ranked, self.none)
        result: Scores = 1.0 / (1.0 + np.exp(-np.minimum(np.maximum(self.offset + self.slope * odds, -50.0), 50.0)))
        return result

    def as_json(self) -> dict[str, float]:
        """The fields, for a manifest."""
        return asdict(self)


def log_odds(ranked: Scores, none: float) -> Scores:
    """Log-odds of each entry in the softmax over the strongest `RIVALS` entries and `none`; `ranked` falls."""
    top = max(float(ranked[0]), none) if len(ranked) else none
    powers = np.exp(ranked - top)
    total = float(powers[:RIVALS].sum()) + float(np.exp(none - top))
    others = np.maximum(total - powers, 1e-12)
    # The rest after taking out the best entry is summed anew: a difference of near-equal numbers would be all rounding.
    if len(ranked):
        others[0] = max(float(powers[1:RIVALS].sum()) + float(np.exp(none - top)), 1e-300)
    result: Scores = np.maximum(ranked - top, -600.0) - np.log(others)
    return result


def fusion_from_json(value: Any) -> Fusion:
    """Read what `Fusion.as_json` wrote. Raises ValueError for anything else."""
    names = ("dense", "lexical", "none", "slope", "offset")
    if not isinstance(value, dict) or set(value) != set(names):
        raise ValueError("not the weights of a fusion")
    if not all(isinstance(value[name], float | int) and np.isfinite(value[name]) for name in names):
        raise ValueError("a weight of the fusion is not a number")
    return Fusion(**{name: float(value[name]) for name in names})
