"""Checks whether a candidate may replace the live model, and gives a verdict with its reasons.

Every check is paired and one-sided: it fails if the candidate is significantly worse. If there are enough evaluation
messages to show it, the candidate must also be significantly better: a change without a proven gain is a risk without a
reward.
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
"""Significance level: a check fails if chance alone would produce its loss less often than this."""
SURE = 0.95
"""Required probability that the candidate is better, if there are enough evaluation messages."""
RISE = 0.8
"""Required probability that accuracy rises too: probabilities can improve alone."""
ENOUGH = 100
"""Number of evaluation messages from which on a gain must be proven; fewer can only show a loss."""
_LEAST_ECE = 0.02
_LEAST_COVERAGE = 0.02
"""Smaller losses of calibration or coverage are no reason to refuse, even if significant."""
_NAMED = 5
_ALPHA_Z = 1.645
"""Critical value for one-sided 95 %."""
BETTER, EQUAL, WORSE = "better", "equal", "worse"


@dataclass(frozen=True, slots=True)
class Judged:
    """Predictions of one model for n labelled messages; all arrays have shape (n,).

    `right`: its best label, possibly "out of scope", is the true one. `loss`: negative log probability of the true
    intent or of "out of scope". `confidence`, 0 to 1: probability of its best intent; `named_right`: that intent is
    correct. `answered`: the message passes its thresholds. `found`: the top FAQ hit has the true intent; used only for
    `searchable` messages.
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
    """Compare two models on labelled messages; return the outcome and the checks behind it.

    Args:
        live: predictions of the live model.
        candidate: predictions of the candidate for the same messages.
        labels: (n,) label numbers, including OOS.
        names: names of the labels.
        tolerated_wrong: the tolerated share of wrong answers, 0 to 1, at which coverage is compared.
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
    """Compare the cross-validated `accuracy` on `examples` utterances, while there are few evaluation messages.

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
    """Fail if McNemar's test shows a loss on an intent, or if losses concentrate in one intent.

    Concentration is tested against losses spread evenly over all messages, corrected for the number of intents
    (Bonferroni); it shows in fewer messages.
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
    """Probability that gains outnumber losses in the long run, given these counts; 0.5 without any."""
    return float(binom.cdf(gained, gained + lost + 1, 0.5))  # the tail of Beta(gained + 1, lost + 1) above one half


def coverage_at(confidence: Numbers, right: Flags, tolerated: float) -> float:
    """The largest share of messages, the most confident first, within the tolerated error rate, 0 to 1."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    good = np.flatnonzero(np.cumsum(~right[order]) <= tolerated * answered)
    return float(answered[good[-1]] / len(order)) if len(good) else 0.0


def _worse(loss: Callable[[NDArray[np.int64]], float], n: int, least: float, observed: float) -> bool:
    """Whether a loss is larger than `least` and significant."""
    return observed > least and quantile(bootstrap_difference(loss, n), CHANCE) > 0


def _ece(judged: Judged, rows: NDArray[np.int64]) -> float:
    return expected_calibration_error(judged.confidence[rows], judged.named_right[rows])
