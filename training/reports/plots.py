"""Plots of the intent report, as PNG files.

Colours are those of Okabe and Ito (2008), and no plot distinguishes anything by colour alone. Matplotlib's global state
is never used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.datasets.prepared import OOS
from training.evaluation.metrics import (
    auroc,
    average_precision,
    expected_calibration_error,
    precision_recall_points,
    reliability,
    roc_points,
)
from training.intent.config import IntentTrainingConfig
from training.intent.cross_validation import ANY_LANGUAGE, Validation

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_LINES = ("-", "--", "-.", ":")
_GREY = "#666666"
_MARKS = {"bound": ("o", "proven"), "observed": ("^", "kept, not proven"), "calibration": ("x", "not kept")}
_DPI = 110
_ACROSS = 3


def plot_reliability(path: Path, validation: Validation) -> None:
    """Stated confidence against accuracy, with one panel per language. Raises OSError."""
    parts = validation.calibrations
    columns = min(len(parts), _ACROSS)
    rows = -(-len(parts) // columns)
    figure = _figure(4.6 * columns, 4.9 * rows)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in panels[len(parts) :]:
        axes.remove()
    for axes, (g, part) in zip(panels, enumerate(parts), strict=False):
        inside = (validation.labels != OOS) & (validation.groups == g)
        confidence, right = validation.confidence[inside], (validation.predicted == validation.labels)[inside]
        count, mean, share = reliability(confidence, right, bins=10)
        filled = count > 0
        sizes = 25 + 175 * count[filled] / max(count.max(), 1.0)
        axes.plot([0, 1], [0, 1], linestyle="--", color=_GREY, label="honest")
        axes.plot(mean[filled], share[filled], color=_COLOURS[0], linewidth=1)
        axes.scatter(mean[filled], share[filled], s=sizes, color=_COLOURS[0], label="measured (size: messages)")
        ece = expected_calibration_error(confidence, right)
        axes.set(xlabel="stated confidence", ylabel="share right", title=f"{_title(part.language)}: ECE {ece:.3f}")
        _whole(axes)
        axes.legend(loc="upper left")
    figure.suptitle("Is a stated confidence right so often?")
    _save(figure, path)


def plot_scores(path: Path, validation: Validation) -> None:
    """Distribution of the in-scope probability, with its thresholds. Raises OSError."""
    figure = _figure(6.4, 4.2)
    axes = figure.subplots()
    bins = np.linspace(0.0, 1.0, 26).tolist()
    inside = ("in scope", validation.in_scope[validation.labels != OOS])
    for (name, scores), colour, line in zip((inside, *_outside(validation)), _COLOURS, _LINES, strict=False):
        weights = np.full(len(scores), 1.0 / max(len(scores), 1))
        style = {"color": colour, "linestyle": line, "linewidth": 1.8}
        axes.hist(scores, bins=bins, weights=weights, histtype="step", label=f"{name} ({len(scores):,})", **style)
    for part, line in zip(validation.calibrations, _LINES[1:] * len(validation.calibrations), strict=False):
        limit = part.choice.thresholds.out_of_scope_below
        axes.axvline(limit, linestyle=line, color=_GREY, label=f"limit {limit:.2f}, {_title(part.language).lower()}")
    axes.set(xlabel="in-scope probability", ylabel="share of messages", xlim=(0, 1), ylim=(0, None))
    axes.set_title("Held-out in-scope probability")
    axes.grid(alpha=0.25)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    _save(figure, path)


def plot_out_of_scope(path: Path, validation: Validation) -> bool:
    """ROC and precision-recall curves of the out-of-scope score; returns False, without a file, if there are none.

    A high score means out of scope, the positive class. Raises OSError.
    """
    groups = _outside(validation)
    inside = 1.0 - validation.in_scope[validation.labels != OOS]
    if not groups or not len(inside):
        return False
    figure = _figure(9.6, 4.9)
    roc, found = figure.subplots(1, 2)
    roc.plot([0, 1], [0, 1], linestyle=":", color=_GREY, label="chance")
    for (name, scores), colour, line in zip(groups, _COLOURS[1:], _LINES, strict=False):
        outside = 1.0 - scores
        style = {"color": colour, "linestyle": line, "linewidth": 1.8}
        false, true = roc_points(outside, inside)
        roc.plot(false, true, **style, label=f"{name}: AUROC {auroc(outside, inside):.3f}")
        recall, precision = precision_recall_points(outside, inside)
        # The first point again at recall 0, so that the curve starts at the axis.
        recall, precision = np.append(0.0, recall), np.append(precision[0], precision)
        mean = average_precision(outside, inside)
        found.step(recall, precision, where="pre", **style, label=f"{name}: average precision {mean:.3f}")
        chance = len(outside) / (len(outside) + len(inside))
        found.axhline(chance, linestyle=":", color=colour, linewidth=1, label=f"chance {chance:.2f}")
    roc.set(xlabel="share of messages in scope sent away", ylabel="share out of scope found", title="ROC")
    found.set(xlabel="recall: share out of scope found", ylabel="precision", title="Precision and recall")
    for axes in (roc, found):
        _whole(axes)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)
    figure.suptitle(f"Out-of-scope score, against {len(inside):,} messages in scope")
    _save(figure, path)
    return True


def plot_budgets(path: Path, validation: Validation, config: IntentTrainingConfig) -> None:
    """The coverage at each tolerated share of wrong answers. Raises OSError."""
    figure = _figure(6.8, 4.6)
    axes = figure.subplots()
    used: set[str] = set()
    for at, part in enumerate(validation.calibrations):
        colour = _COLOURS[at % len(_COLOURS)]
        axes.plot(
            [point.tolerated for point in part.budgets],
            [point.coverage for point in part.budgets],
            color=colour,
            linestyle=_LINES[at % len(_LINES)],
            label=_title(part.language),
        )
        chosen = [(config.tolerated_wrong, part.choice.coverage, part.choice.guarantee, 130)]
        points = [(point.tolerated, point.coverage, point.guarantee, 45) for point in part.budgets]
        for x, y, guarantee, size in points + chosen:
            axes.scatter(x, y, s=size, color=colour, marker=_MARKS[guarantee][0], zorder=3)
            used.add(guarantee)
    axes.axvline(
        config.tolerated_wrong,
        color=_GREY,
        linestyle=":",
        label=f"configured: {config.tolerated_wrong:.1%} (large marks)",
    )
    for guarantee, (mark, meaning) in _MARKS.items():
        if guarantee in used:
            axes.scatter([], [], color=_GREY, marker=mark, label=meaning)
    widest = max([config.tolerated_wrong, *(p.tolerated for part in validation.calibrations for p in part.budgets)])
    axes.set(xlim=(0, widest * 1.05), ylim=(0, 1.04), title="What a budget of wrong answers buys")
    axes.set(xlabel="tolerated share of wrong answers", ylabel="coverage: share of messages in scope answered")
    axes.xaxis.set_major_formatter(_percent)
    axes.yaxis.set_major_formatter(_percent)
    axes.grid(alpha=0.25)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    _save(figure, path)


def _outside(validation: Validation) -> list[tuple[str, NDArray[np.float64]]]:
    """The in-scope probabilities of out-of-scope messages, by group; groups without messages are left out."""
    groups = (
        ("labelled out of scope", validation.in_scope[validation.labels == OOS]),
        ("intents left out of training", validation.unknown_in_scope),
    )
    return [(name, scores) for name, scores in groups if len(scores)]


def _title(language: str) -> str:
    return "All languages" if language == ANY_LANGUAGE else f"Language {language}"


def _percent(share: float, _: int) -> str:
    return f"{100 * share:g}%"


def _whole(axes: Any) -> None:
    """Set both axes to 0 to 1, with room for the marks at their ends."""
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
    axes.grid(alpha=0.25)


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
