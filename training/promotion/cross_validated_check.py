"""The gate between a trained version and customers: nothing goes live that is worse.

Knows: the metrics of two versions. Does not know: how they were measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ALPHA_Z = 1.645
"""One-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may go live, and why."""

    allowed: bool
    reason: str


def judge(candidate: Mapping[str, Any], live: Mapping[str, Any] | None) -> Verdict:
    """Compare cross-validated metrics (`accuracy`, `examples`, `intents`) of a candidate with the live version's.

    The candidate is refused when it knows fewer intents, or when its accuracy is lower by more than chance explains:
    a one-sided test of two proportions at 95 %.
    """
    if live is None:
        return Verdict(True, "There was no live model, so this one goes live.")
    missing = sorted(set(live.get("intents", ())) - set(candidate.get("intents", ())))
    if missing:
        return Verdict(False, f"Not promoted: it does not know {', '.join(missing[:5])}, which the live model knows.")
    new, old = float(candidate["accuracy"]), float(live["accuracy"])
    spread = math.sqrt(_variance(new, candidate) + _variance(old, live))
    if new < old - _ALPHA_Z * spread:
        return Verdict(False, f"Not promoted: accuracy {new:.3f} against {old:.3f} of the live model.")
    return Verdict(True, f"Promoted: accuracy {new:.3f} against {old:.3f} of the live model.")


def _variance(accuracy: float, metrics: Mapping[str, Any]) -> float:
    return accuracy * (1.0 - accuracy) / max(1, int(metrics["examples"]))
