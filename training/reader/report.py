"""The report of a reader, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from training.evaluation.metrics import reliability, wilson
from training.reader.evaluation import TOLERATED, Figures, Judged, by, figures

_TOLERANCES = " | ".join(f"right at {tolerated:.0%} wrong" for tolerated in TOLERATED)
_BINS = 10
_BARS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_KINDS = ("off", "near", "negation", "one", "two")


def report(messages: Sequence[Judged], bars: Sequence[tuple[float, float]], facts: Mapping[str, str]) -> str:
    """Figures of messages of businesses that were held out; `facts` stand at the top, by name."""
    lines = ["# Reader", "", *(f"- {name}: {value}" for name, value in facts.items()), ""]
    lines += [
        "All figures are of businesses that trees and reader have not learned from. The scores of each are by a line "
        "fitted on the others. `first`: of the questions that one entry answers, the share for which it comes first; "
        "`among four`: for which it is among the best four. AUROC is of right answers against wrong ones. `right at`: "
        "the share of questions that get their entry when so many of the answers may be wrong.",
        "",
        *_table("business", {"all": figures(messages)} | by(messages, lambda one: one.business)),
        "",
        "## By language",
        "",
        *_table("language", by(messages, lambda one: one.lang)),
        "",
        "## Is a stated score right so often?",
        "",
        *_reliability(messages),
        "",
        "## From which score on answers are given",
        "",
        "The expected share of wrong answers from each score on, and the share of each kind of messages whose best "
        "entry reaches it.",
        "",
        *_bars(messages, bars),
    ]
    return "\n".join(lines) + "\n"


def _table(name: str, rows: Mapping[str, Figures]) -> list[str]:
    columns = f"| {name} | messages | first | among four | AUROC | ECE | {_TOLERANCES} |"
    lines = [columns, "|---" * (6 + len(TOLERATED)) + "|"]
    for key, one in rows.items():
        shares = (one.first, one.among_shown, one.auroc, one.calibration, *one.right_at.values())
        lines.append(f"| {key} | {one.messages} | {' | '.join(map(_shown, shares))} |")
    return lines


def _reliability(messages: Sequence[Judged]) -> list[str]:
    counted = [one for one in messages if one.kind != "two"]
    scores, right = np.array([one.score for one in counted]), np.array([one.right for one in counted], dtype=bool)
    n, mean, share = reliability(scores, right, _BINS)
    low, high = wilson((np.nan_to_num(share) * n).round().astype(np.int64), n.astype(np.int64))
    lines = ["| score | messages | mean score | share right | 95 % interval |", "|---|---|---|---|---|"]
    for place in np.flatnonzero(n > 0).tolist():
        span = f"{place / _BINS:.1f} to {(place + 1) / _BINS:.1f}"
        interval = f"{low[place]:.2f} to {high[place]:.2f}"
        lines.append(f"| {span} | {int(n[place])} | {mean[place]:.3f} | {share[place]:.3f} | {interval} |")
    return lines


def _bars(messages: Sequence[Judged], bars: Sequence[tuple[float, float]]) -> list[str]:
    known = dict(bars)
    lines = [f"| score | wrong | {' | '.join(f'`{kind}`' for kind in _KINDS)} |", "|---" * (2 + len(_KINDS)) + "|"]
    for bar in _BARS:
        reached = [_shown(_reaching(messages, kind, bar)) for kind in _KINDS]
        lines.append(f"| {bar} | {_shown(known.get(bar, float('nan')))} | {' | '.join(reached)} |")
    return lines


def _reaching(messages: Sequence[Judged], kind: str, bar: float) -> float:
    found = [one.score >= bar for one in messages if one.kind == kind]
    return float(np.mean(found)) if found else float("nan")


def _shown(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.3f}"
