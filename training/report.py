"""The report of an intent training run, for people: report.md, plots and the misclassified utterances as CSV.

Knows: Markdown, matplotlib's figure (never its global state) and the held-out predictions. Does not know: training.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import OUT_OF_SCOPE
from training.config import IntentTrainingConfig
from training.intent_data import OOS, IntentData
from training.intent_validation import Calibration, Validation
from training.metrics import per_class, reliability
from training.run_facts import RunFacts

RELIABILITY = "reliability.png"
SCORES = "in_scope.png"
MISCLASSIFIED = "misclassified.csv"
REPORT = "report.md"

_WORST = 15
_PAIRS = 15
_CONFLICTS = 20
_GUARANTEES = {
    "bound": "The tolerated share holds with {confidence:.0%} confidence: even the upper bound of the wrong share on "
    "held-out messages, {bound:.1%}, stays within it.",
    "observed": "The data are too few to prove the tolerated share: it was kept on the held-out messages, but the "
    "wrong share may be as high as {bound:.1%}. Label more examples.",
    "calibration": "No threshold kept the tolerated share on the held-out messages. Only messages with a confidence "
    "of at least {minimum:.0%} are answered. Label more examples, or merge intents that are confused.",
}


def write_report(
    folder: Path,
    version: str,
    data: IntentData,
    validation: Validation,
    config: IntentTrainingConfig,
    facts: RunFacts,
) -> None:
    """Write every part of the report into an existing directory. Raises OSError."""
    _plot_reliability(folder / RELIABILITY, validation)
    _plot_scores(folder / SCORES, validation)
    _write_misclassified(folder / MISCLASSIFIED, data, validation)
    sections = [
        _head(version, data, facts),
        _figures(validation),
        _thresholds(validation, config),
        f"![reliability diagram]({RELIABILITY})\n\n![in-scope scores]({SCORES})",
        _intents(data, validation),
        _confusions(data, validation),
        _data_notes(data),
    ]
    (folder / REPORT).write_text("\n\n".join(part for part in sections if part) + "\n", encoding="utf-8")


def _head(version: str, data: IntentData, facts: RunFacts) -> str:
    return (
        f"# Intent model {version}\n\nMode {facts.mode}. {len(data.texts)} utterances, {len(data.intents)} intents, "
        f"{data.n_oos} utterances labelled out of scope. Every figure below is measured on utterances that the "
        "measured model had not seen, nor any near-duplicate of them."
    )


def _figures(validation: Validation) -> str:
    metrics = validation.metrics
    rows = [
        ("accuracy", metrics["accuracy"], "share of messages in scope whose best intent is right"),
        ("macro F1", metrics["macro_f1"], "the same with every intent counting alike"),
        ("ECE", metrics["ece"], "mean gap between the stated confidence and the share right"),
        ("out-of-scope AUROC", metrics["oos_auroc"], "labelled out-of-scope messages against messages in scope"),
        ("out-of-scope FPR95", metrics["oos_fpr95"], "share of them accepted where 95 % in scope are"),
        ("unknown-intent AUROC", metrics["unknown_intent_auroc"], "messages of intents that were left out of training"),
    ]
    lines = ["## Quality", "", "| figure | value | meaning |", "|---|---|---|"]
    lines += [f"| {name} | {'no data' if value is None else f'{value:.4f}'} | {what} |" for name, value, what in rows]
    return "\n".join(lines)


def _thresholds(validation: Validation, config: IntentTrainingConfig) -> str:
    lines = [
        "## Thresholds",
        "",
        f"Tolerated: {config.tolerated_wrong:.1%} wrong among answered messages. A message is answered by its intent "
        "when all three thresholds of its language are reached.",
        "",
        "| language | in-scope probability | confidence | margin | answered | wrong among answered |",
        "|---|---|---|---|---|---|",
    ]
    for part in validation.calibrations:
        limits, choice = part.choice.thresholds, part.choice
        lines.append(
            f"| {part.language} | {limits.min_in_scope:.3f} | {limits.min_confidence:.3f} | {limits.min_margin:.3f} "
            f"| {choice.coverage:.1%} | {choice.wrong_share:.1%} |"
        )
    for part in validation.calibrations:
        lines += ["", f"Language {part.language}: {_meaning(part, config)}"]
    lines += [
        "",
        "What another confidence would do to messages in scope:",
        "",
        "| least confidence | answered | wrong among answered |",
        "|---|---|---|",
        *_trade(validation),
    ]
    return "\n".join(lines)


def _meaning(part: Calibration, config: IntentTrainingConfig) -> str:
    """What the thresholds of one language promise, and on what it rests."""
    guarantee = _GUARANTEES[part.choice.guarantee].format(
        confidence=config.risk_confidence,
        bound=part.choice.upper_bound,
        minimum=part.choice.thresholds.min_confidence,
    )
    source = (
        "as the labelled out-of-scope messages have it"
        if part.scope.unknown_weight == 0.0
        else "assumed, with intents left out of training in the place of unknown topics"
    )
    return f"{part.scope.share:.1%} of all messages are reckoned to be out of scope ({source}). {guarantee}"


def _trade(validation: Validation) -> list[str]:
    """Coverage against risk on held-out messages in scope."""
    inside = validation.labels != OOS
    accepted = inside & (validation.in_scope >= validation.min_in_scope)
    lines = []
    for least in (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99):
        answered = accepted & (validation.confidence >= least)
        wrong = (validation.predicted != validation.labels)[answered]
        if answered.any():
            lines.append(f"| {least:.2f} | {answered.sum() / inside.sum():.1%} | {wrong.mean():.1%} |")
    return lines


def _intents(data: IntentData, validation: Validation) -> str:
    inside = validation.labels != OOS
    n, precision, recall, f1 = per_class(validation.labels[inside], validation.predicted[inside], len(data.intents))
    order = np.lexsort((-n, f1))[:_WORST]
    lines = ["## Weakest intents", "", "| intent | utterances | precision | recall | F1 |", "|---|---|---|---|---|"]
    lines += [
        f"| {_cell(data.intents[i])} | {n[i]} | {precision[i]:.2f} | {recall[i]:.2f} | {f1[i]:.2f} |" for i in order
    ]
    return "\n".join(lines)


def _confusions(data: IntentData, validation: Validation) -> str:
    wrong = (validation.labels != OOS) & (validation.predicted != validation.labels)
    pairs = Counter(zip(validation.labels[wrong].tolist(), validation.predicted[wrong].tolist(), strict=True))
    if not pairs:
        return ""
    lines = ["## Most confused", "", "| true | taken for | times |", "|---|---|---|"]
    for (true, taken), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]:
        lines.append(f"| {_cell(data.intents[true])} | {_cell(data.intents[taken])} | {count} |")
    return "\n".join([*lines, "", f"All of them, with their texts: {MISCLASSIFIED}."])


def _data_notes(data: IntentData) -> str:
    lines = [
        "## Data",
        "",
        f"{data.read} examples read: {data.dropped_empty} without text and {data.dropped_repeats} repeats left out, "
        f"{len(data.conflicts)} texts had several labels (the most frequent one was kept).",
    ]
    if data.ignored_oos:
        lines.append(
            f"{data.ignored_oos} utterances labelled {OUT_OF_SCOPE} were left out: too few to learn what they have in "
            "common."
        )
    if data.conflicts:
        lines += ["", "| text | labels | kept |", "|---|---|---|"]
        for conflict in data.conflicts[:_CONFLICTS]:
            lines.append(f"| {_cell(conflict.text)} | {_cell(', '.join(conflict.labels))} | {_cell(conflict.kept)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Text that cannot break out of a table cell."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _write_misclassified(path: Path, data: IntentData, validation: Validation) -> None:
    """Every held-out row with a wrong best intent, and every out-of-scope row that was accepted."""
    accepted = validation.in_scope >= validation.min_in_scope
    wrong = np.where(validation.labels == OOS, accepted, validation.predicted != validation.labels)
    rows = np.flatnonzero(wrong)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "intent", "predicted", "confidence", "in_scope"))
        for i in rows[np.argsort(-validation.confidence[rows], kind="stable")]:
            label = int(validation.labels[i])
            writer.writerow(
                (
                    data.texts[int(validation.rows[i])],
                    OUT_OF_SCOPE if label == OOS else data.intents[label],
                    data.intents[int(validation.predicted[i])],
                    f"{validation.confidence[i]:.4f}",
                    f"{validation.in_scope[i]:.4f}",
                )
            )


def _plot_reliability(path: Path, validation: Validation) -> None:
    from matplotlib.figure import Figure

    inside = validation.labels != OOS
    count, mean, share = reliability(
        validation.confidence[inside], (validation.predicted == validation.labels)[inside], bins=10
    )
    filled = count > 0
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="honest")
    axes.scatter(
        mean[filled], share[filled], s=20 + 180 * count[filled] / count.max(), color="tab:blue", label="measured"
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="stated confidence", ylabel="share right", title="Held-out reliability")
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=100, metadata={"Software": None})


def _plot_scores(path: Path, validation: Validation) -> None:
    from matplotlib.figure import Figure

    inside = validation.labels != OOS
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.add_subplot()
    bins = np.linspace(0.0, 1.0, 26).tolist()
    groups: Sequence[tuple[str, NDArray[np.float64]]] = (
        ("in scope", validation.in_scope[inside]),
        ("labelled out of scope", validation.in_scope[~inside]),
        ("intents left out", validation.unknown_in_scope),
    )
    for name, scores in groups:
        if len(scores):
            axes.hist(scores, bins=bins, weights=np.full(len(scores), 1.0 / len(scores)), histtype="step", label=name)
    for part in validation.calibrations:
        axes.axvline(part.choice.thresholds.min_in_scope, linestyle="--", color="grey", label=f"limit, {part.language}")
    axes.set(xlabel="in-scope probability", ylabel="share", title="Held-out in-scope probability")
    axes.legend()
    figure.savefig(path, dpi=100, metadata={"Software": None})
