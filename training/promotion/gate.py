"""The gate: may a candidate replace the live model? A plain verdict with its reasons.

Knows: what both models say of the same messages, as arrays. Does not know: how that was measured, registries.

Every check is paired and one-sided: it fails when the candidate is worse beyond chance. Where the frozen messages are
many enough to show it, the candidate has to be better beyond chance as well: a change without proof of a gain is a risk
without a reward.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from chatbot.domain.promotion import GateCheck
from training.datasets.prepared import OOS
from training.evaluation.metrics import expected_calibration_error
from training.evaluation.paired_tests import bootstrap_difference, bootstrap_mean, mcnemar, quantile

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

CHANCE = 0.05
"""A check fails when its loss would come about by chance in fewer than so many cases."""
SURE = 0.95
"""Probability with which the candidate has to be better, where that can be seen."""
RISE = 0.8
"""Probability with which more messages have to be answered rightly as well: probabilities can get better alone."""
ENOUGH = 100
"""Frozen messages from which on the gate asks for proof of a gain; fewer can only show a loss."""
_LEAST_ECE = 0.02
_LEAST_COVERAGE = 0.02
"""Smaller losses of calibration or coverage are not worth a refusal, however sure they are."""
_NAMED = 5
_ALPHA_Z = 1.645
"""One-sided 95 %."""
BETTER, EQUAL, WORSE = "better", "equal", "worse"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one model says of n labelled messages; all arrays have shape (n,).

    `right`: its best label, out of scope among them, is the true one. `loss`: minus the log probability of the true
    intent among the intents, or of "out of scope". `confidence`, 0 to 1, of its best intent and whether that is
    `named_right`. `answered`: by its own thresholds. `found`: the top FAQ hit is of the true intent; looked at where
    `searchable`.
    """

    right: Flags
    loss: Numbers
    confidence: Numbers
    named_right: Flags
    answered: Flags
    found: Flags
    searchable: Flags


def compare(
    live: Judged,
    candidate: Judged,
    labels: NDArray[np.int64],
    names: Sequence[str],
    *,
    tolerated_wrong: float,
    new_intents: bool = False,
) -> tuple[str, list[GateCheck]]:
    """The outcome on labelled messages, and the checks behind it.

    Args:
        live: what the live model says of them.
        candidate: what the candidate says of the same.
        labels: (n,) label numbers, OOS among them.
        names: of the labels.
        tolerated_wrong: the error budget, 0 to 1, at which coverage is compared.
        new_intents: the candidate knows more intents than the live model, so it need not be better at the others.
    """
    n = len(labels)
    if not n:
        return EQUAL, [GateCheck("frozen set", True, "There are no frozen messages yet that could show a loss.")]
    lost, gained = (int((a.right & ~b.right).sum()) for a, b in ((live, candidate), (candidate, live)))
    means = bootstrap_mean(live.loss - candidate.loss)
    gain = float((means > 0).mean())
    rates = float(live.right.mean()), float(candidate.right.mean())
    figures = f"{rates[1]:.1%} of {n} frozen messages right, the live model {rates[0]:.1%}"
    figures += f" ({gained} gained, {lost} lost)"
    worse = mcnemar(lost, gained) < CHANCE or quantile(means, 1.0 - CHANCE) < 0
    better = gain >= SURE and rise(gained, lost) >= RISE
    outcome = WORSE if worse else (BETTER if better else EQUAL)
    checks = [
        GateCheck("accuracy", not worse, f"{figures}{': worse beyond chance' if worse else ''}.", *rates),
        _gain(outcome, n, new_intents=new_intents),
        _per_intent(live, candidate, labels, names),
        _calibration(live, candidate, labels),
        _coverage(live, candidate, labels, tolerated_wrong),
        _retrieval(live, candidate),
    ]
    return outcome, checks


def cross_validated(live: Mapping[str, Any], candidate: Mapping[str, Any]) -> GateCheck:
    """The check by the cross-validated `accuracy` on so many `examples`, while there are few frozen messages.

    A one-sided test of two proportions at 95 %.
    """
    old, new = float(live["accuracy"]), float(candidate["accuracy"])
    spread = sum(
        rate * (1.0 - rate) / max(1, int(metrics["examples"])) for rate, metrics in ((new, candidate), (old, live))
    )
    said = f"Cross-validated accuracy {new:.3f}, the live model {old:.3f}."
    return GateCheck("cross-validation", new >= old - _ALPHA_Z * math.sqrt(spread), said, old, new)


def _gain(outcome: str, n: int, *, new_intents: bool) -> GateCheck:
    if outcome == BETTER:
        return GateCheck("gain", True, "Its probabilities are better beyond chance, and it likely gets more right.")
    if new_intents:
        return GateCheck("gain", True, "It knows intents that the live model does not know.")
    if n < ENOUGH:
        said = f"{n} frozen messages are too few to ask for proof of a gain ({ENOUGH} would do)."
        return GateCheck("gain", True, said)
    return GateCheck("gain", False, f"No gain beyond chance on {n} frozen messages: label more, or override.")


def _per_intent(live: Judged, candidate: Judged, labels: NDArray[np.int64], names: Sequence[str]) -> GateCheck:
    """Fails by McNemar's test on an intent, or where losses gather in one intent, which few messages show as well.

    The second: so many losses of its messages if each were as likely as losses are over all; corrected for the number
    of intents (Bonferroni).
    """
    worse = []
    every = live.right & ~candidate.right
    usual = max(1, int(every.sum())) / len(labels)
    known = np.unique(labels).tolist()
    for label in known:
        rows = labels == label
        lost = int((every & rows).sum())
        gained = int((candidate.right & ~live.right & rows).sum())
        gathered = lost - gained > 1 and binom.sf(lost - 1, int(rows.sum()), usual) * len(known) < CHANCE
        if gathered or mcnemar(lost, gained) < CHANCE:
            name = names[label] if label != OOS else "out of scope"
            worse.append(f"{name} ({lost} lost, {gained} gained of {int(rows.sum())})")
    more = f" and {len(worse) - _NAMED} more" if len(worse) > _NAMED else ""
    said = "No intent is worse beyond chance."
    if worse:
        said = f"Worse beyond chance for {', '.join(worse[:_NAMED])}{more}."
    return GateCheck("per intent", not worse, said)


def _calibration(live: Judged, candidate: Judged, labels: NDArray[np.int64]) -> GateCheck:
    inside = labels != OOS

    def difference(rows: NDArray[np.int64]) -> float:
        rows = rows[inside[rows]]
        return _ece(candidate, rows) - _ece(live, rows)

    every = np.arange(len(labels))
    before, after = (_ece(judged, every[inside]) for judged in (live, candidate))
    bad = _worse(difference, len(labels), _LEAST_ECE, after - before)
    said = f"Calibration error {after:.3f}, before {before:.3f}{': worse beyond chance' if bad else ''}."
    return GateCheck("calibration", not bad, said, before, after)


def _coverage(live: Judged, candidate: Judged, labels: NDArray[np.int64], tolerated: float) -> GateCheck:
    def at_budget(judged: Judged, rows: NDArray[np.int64]) -> float:
        return coverage_at(judged.confidence[rows], (judged.named_right & (labels != OOS))[rows], tolerated)

    every = np.arange(len(labels))
    before, after = at_budget(live, every), at_budget(candidate, every)
    bad = _worse(
        lambda rows: at_budget(live, rows) - at_budget(candidate, rows), len(labels), _LEAST_COVERAGE, before - after
    )
    said = (
        f"With {tolerated:.0%} wrong answers tolerated it could answer {after:.1%}, before {before:.1%}"
        f"{': fewer beyond chance' if bad else ''}."
    )
    return GateCheck("coverage", not bad, said, before, after)


def _retrieval(live: Judged, candidate: Judged) -> GateCheck:
    rows = live.searchable
    if not rows.any():
        return GateCheck("retrieval", True, "No frozen message has a FAQ entry to find.")
    lost = int((live.found & ~candidate.found & rows).sum())
    gained = int((candidate.found & ~live.found & rows).sum())
    bad = mcnemar(lost, gained) < CHANCE
    rates = float(live.found[rows].mean()), float(candidate.found[rows].mean())
    said = (
        f"The FAQ entry comes first for {rates[1]:.1%} of {int(rows.sum())} messages, before {rates[0]:.1%}"
        f"{': worse beyond chance' if bad else ''}."
    )
    return GateCheck("retrieval", not bad, said, *rates)


def rise(gained: int, lost: int) -> float:
    """Probability that more is gained than lost in the long run, after so many of each; nothing known counts as 0.5."""
    return float(binom.cdf(gained, gained + lost + 1, 0.5))  # the tail of a Beta(gained + 1, lost + 1) above a half


def coverage_at(confidence: Numbers, right: Flags, tolerated: float) -> float:
    """The largest share of messages, the surest first, that can be answered with that share of wrong ones, 0 to 1."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    good = np.flatnonzero(np.cumsum(~right[order]) <= tolerated * answered)
    return float(answered[good[-1]] / len(order)) if len(good) else 0.0


def _worse(loss: Callable[[NDArray[np.int64]], float], n: int, least: float, observed: float) -> bool:
    """Whether a loss is larger than `least` and there beyond chance."""
    return observed > least and quantile(bootstrap_difference(loss, n), CHANCE) > 0


def _ece(judged: Judged, rows: NDArray[np.int64]) -> float:
    return expected_calibration_error(judged.confidence[rows], judged.named_right[rows])
