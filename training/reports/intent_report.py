"""Writes the report of an intent training run: report.md with its figures, and tables as CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chatbot.domain import OUT_OF_SCOPE
from training.datasets.prepared import OOS, IntentData
from training.evaluation.findings import RunFacts
from training.evaluation.metrics import wilson
from training.intent.config import IntentTrainingConfig
from training.intent.cross_validation import ANY_LANGUAGE, Calibration, Validation
from training.labelling.checks import single_utterances
from training.reports.budgets import budgets_section, shortage
from training.reports.plots import plot_budgets, plot_out_of_scope, plot_reliability, plot_scores
from training.reports.tables import (
    cell,
    confusions_section,
    intent_scores,
    intents_section,
    suspects_section,
    table,
    write_intents,
    write_misclassified,
    write_suspects,
)

REPORT = "report.md"
RELIABILITY = "reliability.png"
SCORES = "in_scope.png"
OOS_CURVES = "oos_curves.png"
BUDGET_CURVE = "budgets.png"
MISCLASSIFIED = "misclassified.csv"
PER_INTENT = "per_intent.csv"
SUSPECTS = "suspects.csv"

_CONFLICTS = 20
_TEXTS = 4
_SENTENCE_CHARS = 1_000
_GUARANTEES = {
    "bound": "The tolerated share holds with {confidence:.0%} confidence: even the upper bound of the wrong share on "
    "held-out messages, {bound:.1%}, stays within it.",
    "observed": "The tolerated share was kept on the held-out messages, but the wrong share may be as high as "
    "{bound:.1%}.",
    "calibration": "No threshold kept the tolerated share on the held-out messages. Only messages with a confidence "
    "of at least {minimum:.0%} are answered.",
}


def write_report(
    folder: Path,
    version: str,
    data: IntentData,
    validation: Validation,
    config: IntentTrainingConfig,
    facts: RunFacts,
) -> None:
    """Write every part of the report into an existing directory. Raises OSError.

    Without a held-out utterance in scope there are no figures: neither plots of them nor sections.
    """
    scores = intent_scores(data, validation)
    write_intents(folder / PER_INTENT, scores)
    write_misclassified(folder / MISCLASSIFIED, data, validation)
    if facts.suspects:
        write_suspects(folder / SUSPECTS, facts.suspects)
    sections = [
        _head(version, data, facts),
        _single(data),
        *(_figures(folder, validation, config) if validation.measured else (_unmeasured(validation),)),
        intents_section(scores, PER_INTENT),
        confusions_section(data, validation, MISCLASSIFIED),
        _modes(facts),
        _retrieval(facts),
        _data_notes(data, facts),
        suspects_section(facts.suspects, SUSPECTS),
        _timing(facts),
    ]
    text = "\n\n".join(part for part in sections if part) + "\n"
    (folder / REPORT).write_text(text, encoding="utf-8", errors="replace")


def _head(version: str, data: IntentData, facts: RunFacts) -> str:
    why = "".join(f" {cell(said, _SENTENCE_CHARS)}" for said in (facts.why, facts.kept) if said)
    return (
        f"# Intent model {cell(version)}\n\nMode {cell(facts.mode)}.{why}\n\n{len(data.texts)} utterances, "
        f"{len(data.intents)} intents, {data.n_oos} utterances labelled out of scope; data hash `{data.fingerprint}`. "
        "Every figure below is measured on utterances that the measured model had not seen, nor any near-duplicate of "
        "them."
    )


def _single(data: IntentData) -> str:
    """The intents that no figure is about, because nothing of them can be held out."""
    if not data.single:
        return ""
    found = single_utterances(data.single, len(data.intents))
    return f"Not measured: {' '.join(cell(finding.sentence, _SENTENCE_CHARS) for finding in found)}"


def _figures(folder: Path, validation: Validation, config: IntentTrainingConfig) -> tuple[str, ...]:
    """The sections of what was measured on held-out utterances; their plots are written into the folder."""
    plot_reliability(folder / RELIABILITY, validation)
    plot_scores(folder / SCORES, validation)
    plot_budgets(folder / BUDGET_CURVE, validation, config)
    curves = plot_out_of_scope(folder / OOS_CURVES, validation)
    return (
        _quality(validation),
        _thresholds(validation, config),
        budgets_section(validation, config),
        f"![Coverage that each tolerated share of wrong answers buys]({BUDGET_CURVE})",
        f"## Calibration\n\n![Reliability diagram: stated confidence against the share right]({RELIABILITY})",
        _scope(validation, curves=curves),
    )


def _unmeasured(validation: Validation) -> str:
    least = max(part.choice.thresholds.min_confidence for part in validation.calibrations)
    return (
        "## Quality\n\nThere are no figures: no utterance could be held out, because every intent has a single one. "
        f"Until there are more, only messages with a confidence of at least {least:.0%} are answered by their intent."
    )


def _quality(validation: Validation) -> str:
    metrics = validation.metrics
    inside = validation.labels != OOS
    right = (validation.predicted == validation.labels) & inside
    low, high = wilson(np.array([right.sum()]), np.array([inside.sum()]))
    known = [
        ("accuracy", "accuracy", f"share of messages in scope whose best intent is right ({_span(low[0], high[0])})"),
        ("macro F1", "macro_f1", "the same with every intent counting alike"),
        ("ECE", "ece", "mean gap between the stated confidence and the share right"),
        ("out-of-scope AUROC", "oos_auroc", "labelled out-of-scope messages against messages in scope"),
        ("out-of-scope FPR95", "oos_fpr95", "share of them accepted where 95 % in scope are"),
        ("unknown-intent AUROC", "unknown_intent_auroc", "messages of intents that were left out of training"),
    ]
    rows = [(name, _figure(metrics[key]), meaning) for name, key, meaning in known]
    return f"## Quality\n\n{table(('figure', 'value', 'meaning'), rows)}"


def _thresholds(validation: Validation, config: IntentTrainingConfig) -> str:
    rows = []
    for part in validation.calibrations:
        limits, choice = part.choice.thresholds, part.choice
        kinds = (limits.out_of_scope_below, limits.min_in_scope, limits.min_confidence, limits.min_margin)
        numbers = [f"{x:.3f}" for x in kinds]
        rows.append((part.language, *numbers, f"{choice.coverage:.1%}", f"{choice.wrong_share:.1%}"))
    heads = (
        "language",
        "out of scope below",
        "in-scope probability",
        "confidence",
        "margin",
        "answered",
        "wrong among answered",
    )
    return "\n\n".join(
        (
            "## Thresholds",
            f"Tolerated: {config.tolerated_wrong:.1%} wrong among answered messages. A message is answered by its "
            "intent when its in-scope probability, confidence and margin reach the thresholds of its language.",
            table(heads, rows),
            *(_meaning(part, at, validation, config) for at, part in enumerate(validation.calibrations)),
            "What another confidence would do to messages in scope:",
            table(("least confidence", "answered", "wrong among answered"), _trade(validation)),
        )
    )


def _meaning(part: Calibration, at: int, validation: Validation, config: IntentTrainingConfig) -> str:
    """The guarantee of one language's thresholds, and its basis."""
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
    named = "All languages" if part.language == ANY_LANGUAGE else f"Language {part.language}"
    lack = shortage(at, validation, config)
    return (
        f"{named}: {part.scope.share:.1%} of all messages are reckoned to be out of scope ({source}). {guarantee}"
        f"{' ' + lack if lack else ''}"
    )


def _trade(validation: Validation) -> list[tuple[str, str, str]]:
    """Coverage against risk on held-out messages in scope."""
    inside = validation.labels != OOS
    accepted = inside & (validation.in_scope >= validation.out_of_scope_below)
    rows = []
    for least in (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99):
        answered = accepted & (validation.confidence >= least)
        wrong = (validation.predicted != validation.labels)[answered]
        if answered.any():
            rows.append((f"{least:.2f}", f"{answered.sum() / inside.sum():.1%}", f"{wrong.mean():.1%}"))
    return rows


def _scope(validation: Validation, *, curves: bool) -> str:
    lines = ["## In scope or not", f"![Spread of the in-scope probability on held-out messages]({SCORES})"]
    if curves:
        lines.append(f"![ROC and precision-recall curves of the out-of-scope score]({OOS_CURVES})")
    if not curves:
        lines.append("There are no messages out of scope to measure the score on, neither labelled nor left out.")
    elif not (validation.labels == OOS).any():
        lines.append(
            f"No utterances are labelled {OUT_OF_SCOPE}, so the score is measured on intents left out of training. "
            "Label some messages that have nothing to do with you, and it is measured on them too."
        )
    return "\n\n".join(lines)


def _modes(facts: RunFacts) -> str:
    if not facts.compared:
        return ""
    rows = [
        (
            f"{cell(tried.mode)} (chosen)" if tried.mode == facts.mode else cell(tried.mode),
            f"{tried.accuracy:.4f}",
            f"{tried.log_loss:.4f}",
            _figure(tried.unknown_intent_auroc),
            f"{tried.seconds:.1f}",
        )
        for tried in facts.compared
    ]
    heads = ("mode", "accuracy", "log loss", "unknown-intent AUROC", "seconds")
    return f"## Compared modes\n\nAll cross-validated on the same utterances.\n\n{table(heads, rows)}"


def _retrieval(facts: RunFacts) -> str:
    change = facts.retrieval
    if change is None:
        return ""
    rows = [
        ("hit@1", change.hit_1_before, change.hit_1_after),
        ("MRR", change.mrr_before, change.mrr_after),
    ]
    shown = [(name, f"{before:.4f}", f"{after:.4f}", f"{after - before:+.4f}") for name, before, after in rows]
    return "\n\n".join(
        (
            "## FAQ search",
            f"The tuned encoder against the one it came from, on {change.n} FAQ phrasings that it was not tuned on; "
            "search by meaning alone.",
            table(("figure", "before", "after", "change"), shown),
        )
    )


def _data_notes(data: IntentData, facts: RunFacts) -> str:
    lines = [
        "## Data",
        f"{data.read} examples read: {data.dropped_empty} without text and {data.dropped_repeats} repeats left out, "
        f"{len(data.conflicts)} texts had several labels (the most frequent one was kept).",
    ]
    if data.ignored_oos:
        lines.append(
            f"{data.ignored_oos} utterances labelled {OUT_OF_SCOPE} were left out: too few to learn what they have in "
            "common."
        )
    if data.conflicts:
        conflicts = data.conflicts[:_CONFLICTS]
        rows = [(cell(c.text), cell(", ".join(c.labels)), cell(c.kept)) for c in conflicts]
        lines.append(table(("text", "labels", "kept"), rows))
    if facts.findings:
        found = [
            (
                cell(finding.kind),
                cell(finding.sentence, _SENTENCE_CHARS),
                "; ".join(f"“{cell(text)}”" for text in finding.texts[:_TEXTS]),
            )
            for finding in facts.findings
        ]
        lines.append(table(("kind", "finding", "for example"), found))
    return "\n\n".join(lines)


def _timing(facts: RunFacts) -> str:
    if not facts.seconds:
        return ""
    rows = [(cell(step), f"{seconds:.1f}") for step, seconds in facts.seconds.items()]
    rows.append(("together", f"{sum(facts.seconds.values()):.1f}"))
    return f"## Time\n\n{table(('step', 'seconds'), rows)}"


def _figure(value: float | None) -> str:
    return "no data" if value is None else f"{value:.4f}"


def _span(low: float, high: float) -> str:
    return f"95 % interval {low:.3f} to {high:.3f}"
