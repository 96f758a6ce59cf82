"""Describes the effect of a budget of wrong answers: the coverage, and the data missing for a proof."""

from __future__ import annotations

import math

import numpy as np

from training.datasets.prepared import OOS
from training.intent.config import IntentTrainingConfig
from training.intent.cross_validation import Validation
from training.intent.thresholds import examples_needed
from training.reports.tables import table

_FIRMNESS = {
    "bound": "proven",
    "observed": "kept on the held-out messages, not proven",
    "calibration": "not kept: only the stated confidence is trusted",
}
_NO_NUMBER = (
    "At this error rate no number of further examples would prove it: sort out the intents that are confused, or "
    "tolerate more."
)


def budgets_section(validation: Validation, config: IntentTrainingConfig) -> str:
    """The table of budgets for every language."""
    rows = []
    for at, part in enumerate(validation.calibrations):
        for point in part.budgets:
            lack = _further(point.examples_needed, point.coverage, _held_out(validation, at))
            rows.append(
                (
                    part.language,
                    f"{point.tolerated:.1%}",
                    f"{point.coverage:.1%}",
                    f"{point.wrong_share:.1%}",
                    f"{point.upper_bound:.1%}",
                    _FIRMNESS[point.guarantee],
                    _lacking(point.guarantee, lack),
                )
            )
    heads = (
        "language",
        "tolerated wrong share",
        "answered",
        "wrong among answered",
        f"at most, with {config.risk_confidence:.0%} confidence",
        "the tolerated share is",
        "further held-out examples needed",
    )
    return f"## The price of fewer mistakes\n\nWhat other tolerated shares would buy:\n\n{table(heads, rows)}"


def shortage(at: int, validation: Validation, config: IntentTrainingConfig) -> str:
    """What the configured budget of one language lacks, in one sentence; empty if it is proven."""
    choice = validation.calibrations[at].choice
    if choice.guarantee == "bound":
        return ""
    total = examples_needed(choice.wrong_share, config.tolerated_wrong, config.risk_confidence)
    lack = _further(total, choice.coverage, _held_out(validation, at))
    if not lack:
        return _NO_NUMBER
    return (
        f"Too little data to prove it: about {lack:,} further held-out examples, answered wrongly as often as these, "
        "would."
    )


def _further(total: int, coverage: float, rows: int) -> int:
    """The further held-out rows needed for `total` answered ones at this `coverage`; 0 if `total` is 0."""
    if not total:
        return 0
    return max(1, math.ceil(total / coverage) - rows) if coverage > 0.0 else total


def _held_out(validation: Validation, at: int) -> int:
    """Held-out messages in scope of one language."""
    return int(np.sum((validation.labels != OOS) & (validation.groups == at)))


def _lacking(guarantee: str, lack: int) -> str:
    if guarantee == "bound":
        return "none"
    return f"about {lack:,}" if lack else "no number helps at this error rate"
