"""Fine-tunes the encoder once per fold, for unbiased held-out vectors, and once on all data, for serving.

Each finished run stays in the work directory, so that a killed training resumes after it.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoding.export import export_encoder, is_exported
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.errors import ArtifactError, TrainingError
from chatbot.text import normalise
from chatbot.types import Encode, Progress
from training.datasets.prepared import OOS, IntentData
from training.encoder.config import EncoderTuningConfig, epochs_for
from training.encoder.fine_tuning import tune_encoder, utterances_per_second
from training.encoder.retrieval_check import Phrasings, retrieval_change
from training.evaluation.findings import RetrievalChange
from training.intent.folds import FoldPlan

_SERVED = ("fp32", "int8")
_ASKED = ("fp32",)


@dataclass(frozen=True, slots=True)
class TunedEncoder:
    """The result of all tuning runs.

    `source` is the final encoder as a sentence-transformers directory and `export` the same as ONNX, both inside the
    work directory; `fold_vectors` holds, for each fold of the plan, the vectors (m, d) of its rows.
    """

    source: Path
    export: Path
    fold_vectors: tuple[NDArray[np.float32], ...]
    retrieval: RetrievalChange | None


@dataclass(frozen=True, slots=True)
class _Job:
    """One tuning run: its name, the labelled texts and the groups of phrasings."""

    name: str
    examples: list[tuple[str, str]]
    groups: list[list[str]]
    serves: bool
    """Whether the encoder goes into a model version; the encoder of a fold only computes vectors."""


@dataclass(frozen=True, slots=True)
class FullTuning:
    """Fine-tuning with one configuration in one directory, which survives a killed process."""

    base: str
    """The encoder to start from: a sentence-transformers directory or hub id."""
    config: EncoderTuningConfig
    work: Path
    log_dir: Path | None = None
    """Directory for TensorBoard logs, with one subdirectory per run; None writes no logs."""

    def run(
        self, data: IntentData, plan: FoldPlan, faq: Sequence[Sequence[str]], encode_base: Encode, tell: Progress
    ) -> TunedEncoder:
        """Fine-tune once for every fold of the plan and then on all data.

        Args:
            data: the training data.
            plan: which rows and intents each fold holds out.
            faq: the phrasings of each FAQ entry.
            encode_base: encodes texts with the encoder before fine-tuning.
            tell: called with a step and the share done, 0 to 1.

        Raises:
            TrainingError: the encoder cannot be fine-tuned or exported, or memory does not suffice.
        """
        phrasings, jobs = self._jobs(data, plan, faq)
        sizes = np.array([len(job.examples) for job in jobs], dtype=np.float64)
        ends = np.concatenate([[0.0], np.cumsum(sizes) / sizes.sum()])
        known = data.all_texts
        texts = [known[row] for row in plan.rows]
        vectors, before, after = [], [], []
        export = self.work
        for number, job in enumerate(jobs):
            export = self._tuned(job, _part(tell, job.name, float(ends[number]), float(ends[number + 1])))
            if number < len(plan.absent):
                encoder = OnnxEncoder(export, threads=self.config.threads)
                vectors.append(encoder.encode(texts))
                after.append(phrasings.ranks(number, encoder.encode))
                before.append(phrasings.ranks(number, encode_base))
        change = retrieval_change(before, after)
        return TunedEncoder(export.parent / "encoder", export, tuple(vectors), change)

    def forget(self) -> None:
        """Remove the files kept for resuming."""
        shutil.rmtree(self.work, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.work.parent.rmdir()  # the directory of the last run takes the empty parent with it

    def minutes(self, data: IntentData, plan: FoldPlan, faq: Sequence[Sequence[str]]) -> float:
        """Estimate the duration of `run` on this machine, in minutes, by training on a few batches.

        Raises:
            TrainingError: the encoder cannot be fine-tuned.
        """
        _, jobs = self._jobs(data, plan, faq)
        sizes = [len(job.examples) + sum(map(len, job.groups)) for job in jobs]
        utterances = sum(epochs_for(self.config, size) * size for size in sizes)
        return utterances / utterances_per_second(Path(self.base), data.texts, self.config) / 60.0

    def _jobs(self, data: IntentData, plan: FoldPlan, faq: Sequence[Sequence[str]]) -> tuple[Phrasings, list[_Job]]:
        """Assign phrasings to folds, and list the runs: one for each fold, then one on all data."""
        phrasings = Phrasings(faq, folds=len(plan.absent), seed=self.config.seed)
        jobs = []
        for fold, _ in plan.runs():
            unseen = {normalise(text) for text in phrasings.held_out(fold)}
            rows = plan.rows[plan.tuned_on(fold)].tolist()
            examples = [(data.texts[row], data.intents[data.labels[row]]) for row in rows]
            kept = [(text, intent) for text, intent in examples if normalise(text) not in unseen]
            jobs.append(_Job(f"fold {fold + 1} of {len(plan.absent)}", kept, phrasings.kept(fold), False))
        return phrasings, [*jobs, _everything(data, faq)]

    def _tuned(self, job: _Job, tell: Progress) -> Path:
        """The exported encoder of a job; the result of an interrupted training is reused."""
        home = self.work / job.name.replace(" ", "-")
        export = home / "export"
        if is_exported(export):
            tell("found from an interrupted training", 1.0)
            return export
        log_dir = self.log_dir / home.name if self.log_dir else None
        tune_encoder(
            Path(self.base),
            job.examples,
            groups=job.groups,
            config=self.config,
            target=home / "encoder",
            progress=tell,
            log_dir=log_dir,
        )
        try:
            export_encoder(home / "encoder", export, name="tuned", precisions=_SERVED if job.serves else _ASKED)
        except ArtifactError as error:
            raise TrainingError(f"{error} Train with --mode fast instead.") from error
        if not job.serves:
            shutil.rmtree(home / "encoder", ignore_errors=True)
        return export


def _everything(data: IntentData, faq: Sequence[Sequence[str]]) -> _Job:
    labelled = zip(data.texts, data.labels.tolist(), strict=True)
    examples = [(text, data.intents[label]) for text, label in labelled if label != OOS]
    return _Job("all data", examples, [list(entry) for entry in faq], True)


def _part(tell: Progress, name: str, start: float, end: float) -> Progress:
    """Map the progress of one run to its part of the whole."""
    return lambda line, share: tell(f"{line} ({name})", start + (end - start) * share)
