"""Tables of the intent report, as Markdown and CSV: intents, confusions, mistakes, doubted labels.

Text from data is escaped, so that it can neither leave its cell nor become markup or a formula.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import OUT_OF_SCOPE
from chatbot.importing.files.cells import guarded
from training.datasets.prepared import OOS, IntentData
from training.evaluation.findings import Suspect
from training.evaluation.metrics import class_counts, f1_interval, wilson
from training.intent.cross_validation import Validation

INTENT_ROWS = 60
SUSPECT_ROWS = 20
_PAIRS = 15
_CELL_CHARS = 200
# Underscores inside a word are no markup and stay readable; the last three stop addresses from becoming links.
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.|@", re.IGNORECASE)
_NONE = "–"


def cell(text: str, most: int = _CELL_CHARS) -> str:
    """Escape text for a table cell or a sentence of Markdown, truncated to `most` characters."""
    line = " ".join(text.split())
    if len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    return _MARKUP.sub(r"\\\g<0>", line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the caller must have escaped text from data with `cell`."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a UTF-8 CSV file in which no cell can run as a formula. Raises OSError."""
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([guarded(value) for value in row] for row in rows)


@dataclass(frozen=True, slots=True)
class _Share:
    """A share with its 95 % interval; None if nothing was counted."""

    value: float | None
    low: float
    high: float

    @property
    def shown(self) -> str:
        return _NONE if self.value is None else f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"

    @property
    def columns(self) -> list[str]:
        return ["", "", ""] if self.value is None else [f"{x:.4f}" for x in (self.value, self.low, self.high)]


@dataclass(frozen=True, slots=True)
class IntentScore:
    """Predictions for the held-out rows of one intent."""

    intent: str
    rows: int
    predicted: int
    precision: _Share
    recall: _Share
    f1: _Share


def intent_scores(data: IntentData, validation: Validation) -> list[IntentScore]:
    """Every intent, the lowest F1 first; among equals the one with the most rows.

    Intents without held-out rows come last and have no figures: nothing of them can be right.
    """
    inside = validation.labels != OOS
    n, named, right = class_counts(validation.labels[inside], validation.predicted[inside], len(data.intents))
    f1 = 2.0 * right / np.maximum(n + named, 1)
    precision = _shares(right / np.maximum(named, 1), *wilson(right, named), np.where(n > 0, named, 0))
    recall = _shares(right / np.maximum(n, 1), *wilson(right, n), n)
    harmonic = _shares(f1, *f1_interval(n, named, right), n)
    return [
        IntentScore(data.intents[i], int(n[i]), int(named[i]), precision[i], recall[i], harmonic[i])
        for i in np.lexsort((-n, f1, n == 0))
    ]


def intents_section(scores: Sequence[IntentScore], file: str) -> str:
    """The table of intents; only the weakest if there are many."""
    rows = [(cell(s.intent), str(s.rows), s.precision.shown, s.recall.shown, s.f1.shown) for s in scores[:INTENT_ROWS]]
    shown = (
        f"All {len(scores)} intents" if len(scores) <= INTENT_ROWS else f"The weakest {INTENT_ROWS} of {len(scores)}"
    )
    return "\n\n".join(
        (
            "## Intents",
            f"{shown}, the weakest first, with 95 % intervals: Wilson's for precision and recall, the indirect Wilson "
            "interval for F1 (Lam, Gopal and Qian 2023). Intents without held-out utterances have no figures. The same "
            f"as CSV, every intent: {file}.",
            table(("intent", "held-out utterances", "precision", "recall", "F1"), rows),
        )
    )


def write_intents(path: Path, scores: Sequence[IntentScore]) -> None:
    """Write the table of all intents as CSV. Raises OSError."""
    names = [f"{name}{end}" for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")]
    rows = (
        [s.intent, str(s.rows), str(s.predicted), *s.precision.columns, *s.recall.columns, *s.f1.columns]
        for s in scores
    )
    write_csv(path, ("intent", "utterances", "predicted", *names), rows)


def confusions_section(data: IntentData, validation: Validation, file: str) -> str:
    """The most frequently confused pairs of intents, each with its most confident mistake."""
    wrong = np.flatnonzero((validation.labels != OOS) & (validation.predicted != validation.labels))
    if not len(wrong):
        return "## Most confused\n\nNo intent was taken for another one on the held-out utterances."
    pairs: dict[tuple[int, int], list[int]] = {}
    for i in wrong[np.argsort(-validation.confidence[wrong], kind="stable")].tolist():
        pairs.setdefault((int(validation.labels[i]), int(validation.predicted[i])), []).append(i)
    rows = [
        (
            cell(data.intents[true]),
            cell(data.intents[taken]),
            str(len(found)),
            cell(data.shown(int(validation.rows[found[0]]))),
        )
        for (true, taken), found in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))[:_PAIRS]
    ]
    pairs_table = table(("true", "taken for", "times", "for example"), rows)
    return f"## Most confused\n\n{pairs_table}\n\nAll of them, with their texts: {file}."


def write_misclassified(path: Path, data: IntentData, validation: Validation) -> None:
    """Write every held-out row with a wrong intent, and every accepted out-of-scope row. Raises OSError."""
    accepted = validation.in_scope >= validation.out_of_scope_below
    wrong = np.flatnonzero(np.where(validation.labels == OOS, accepted, validation.predicted != validation.labels))
    names = (*data.intents, OUT_OF_SCOPE)  # OOS is -1, which indexes the last name
    rows = (
        (
            data.shown(int(validation.rows[i])),
            names[int(validation.labels[i])],
            data.intents[int(validation.predicted[i])],
            f"{validation.confidence[i]:.4f}",
            f"{validation.in_scope[i]:.4f}",
        )
        for i in wrong[np.argsort(-validation.confidence[wrong], kind="stable")]
    )
    write_csv(path, ("text", "intent", "predicted", "confidence", "in_scope"), rows)


def suspects_section(suspects: Sequence[Suspect], file: str) -> str:
    """The most doubtful labels; empty if there are none."""
    if not suspects:
        return ""
    rows = [(cell(s.text), cell(s.label), cell(s.suggested), f"{s.quality:.2f}") for s in suspects[:SUSPECT_ROWS]]
    shown = "All" if len(suspects) <= SUSPECT_ROWS else f"The {SUSPECT_ROWS} most doubtful"
    return "\n\n".join(
        (
            "## Doubted labels",
            f"{len(suspects)} utterances whose label the held-out models doubt: please look at them. {shown}, the most "
            f"doubtful first; all of them as CSV: {file}.",
            table(("text", "label", "suggested", "label quality"), rows),
        )
    )


def write_suspects(path: Path, suspects: Sequence[Suspect]) -> None:
    """Write every doubted label as CSV. Raises OSError."""
    rows = ((s.text, s.label, s.suggested, f"{s.quality:.4f}") for s in suspects)
    write_csv(path, ("text", "label", "suggested", "quality"), rows)


def _shares(
    values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], counted: NDArray[np.int64]
) -> list[_Share]:
    return [
        _Share(float(value) if n else None, float(a), float(b))
        for value, a, b, n in zip(values, low, high, counted, strict=True)
    ]
