"""Checks labelled examples without training a model, for `chatbot intents lint`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import OUT_OF_SCOPE, LabelledExample
from chatbot.errors import TrainingError
from chatbot.text import clean, normalise
from chatbot.types import Progress, no_progress
from training.datasets.prepared import MIN_OOS_ROWS, prepare_examples
from training.evaluation.findings import Finding, Suspect
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource, Workshop, fast
from training.labelling.checks import HeldOutRows, conflicting, lint
from training.parallel import one_thread_each
from training.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class LintResult:
    """The findings in `n` distinct utterances."""

    n: int
    findings: tuple[Finding, ...]
    suspects: tuple[Suspect, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the document that `intents lint --json` prints."""
        return {
            "n": self.n,
            "findings": [{"kind": f.kind, "sentence": f.sentence, "texts": list(f.texts)} for f in self.findings],
            "suspects": [
                {"text": s.text, "label": s.label, "suggested": s.suggested, "quality": s.quality}
                for s in self.suspects
            ],
        }


def lint_examples(
    examples: Sequence[LabelledExample],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    *,
    config: IntentTrainingConfig | None = None,
    progress: Progress | None = None,
) -> LintResult:
    """Check the examples; data that could not be trained on are a finding, not an error.

    Args:
        examples: labelled utterances; the intent `oos` or an empty one means out of scope.
        encode: encodes texts as unit vectors of shape (n, d).
        config: choices for the cross-validation.
        progress: called with a step and the share done, 0 to 1.
    """
    config = config or IntentTrainingConfig()
    tell = progress or no_progress
    labels_of: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        if text := clean(example.text):
            labels_of[normalise(text) or text][example.intent.strip() or OUT_OF_SCOPE] += 1
    if not examples:
        return LintResult(0, (), ())
    try:
        data = prepare_examples(examples, min_oos=MIN_OOS_ROWS)
    except TrainingError as error:
        several = [(text, labels) for text, labels in labels_of.items() if len(labels) > 1]
        return LintResult(len(labels_of), (Finding("cannot train", str(error)), *_conflicts(several)), ())
    run = fast(Workshop(data, EncoderSource(encode, ""), (), config, Path(), None, tell, Stopwatch()))
    with one_thread_each():
        tell("comparing", 0.9)
        held_out = HeldOutRows(run.validation.rows, run.validation.probabilities, run.validation.in_scope)
        findings, suspects = lint(data, run.frozen_vectors, held_out)
    tell("done", 1.0)
    return LintResult(len(labels_of), findings, suspects)


def _conflicts(several: Iterable[tuple[str, Counter[str]]]) -> list[Finding]:
    """Texts with several labels, in data that could not be prepared."""
    return conflicting((text, sorted(labels), max(sorted(labels), key=labels.__getitem__)) for text, labels in several)
