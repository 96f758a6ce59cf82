"""Trains the model of common intents and writes it where homes read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import StorageError
from chatbot.intent.common.artifact import CommonArtifact, write_common
from chatbot.types import Progress, no_progress
from training.common_intents.data import CommonData, read_common_data
from training.common_intents.fitting import INTENTS, counted
from training.common_intents.measuring import cross_validated, metrics_of, thresholds, trained_on
from training.common_intents.report import report

REPORT = "report.md"


@dataclass(frozen=True, slots=True)
class CommonOutcome:
    """What a training gave: the figures of the cross-validation, and where the model is."""

    version: str
    directory: Path
    metrics: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The outcome as JSON."""
        return {"version": self.version, "directory": str(self.directory), "metrics": dict(self.metrics)}


def train_common_intents(
    folder: Path, businesses: Sequence[Path], output: Path, *, seed: int, progress: Progress = no_progress
) -> CommonOutcome:
    """Measure by cross-validation, then train on everything and write model and report.

    Args:
        folder: the labelled messages and patterns, as `data/common_intents`.
        businesses: folders of businesses whose messages are questions, may be empty.
        output: the model directory, replaced as a whole.
        seed: of every random choice; equal seeds and data give equal models.
        progress: is told how far it is.

    Raises:
        InputError: a file is missing or has a wrong row.
        StorageError: the directory cannot be written.
    """
    data = read_common_data(folder, businesses)
    progress("Cross-validating", 0.05)
    held = cross_validated(data, seed)
    needed = thresholds(held)
    metrics = metrics_of(held, needed)
    progress("Training on every message", 0.85)
    weights = trained_on(data.messages, counted(data.messages), data, seed)
    version = version_of(data, seed)
    artifact = CommonArtifact(version, INTENTS, held.temperatures, needed, weights, metrics)
    try:
        write_common(
            output,
            artifact,
            lambda unfinished: (unfinished / REPORT).write_text(report(held, needed), encoding="utf-8"),
        )
    except OSError as error:
        raise StorageError(f"The model cannot be written to {output}: {error.strerror or error}.") from error
    progress("Done", 1.0)
    return CommonOutcome(version, output, metrics)


def version_of(data: CommonData, seed: int) -> str:
    """The name of the model that these data and this seed give."""
    return f"common-{data.fingerprint()[:10]}-{seed}"
