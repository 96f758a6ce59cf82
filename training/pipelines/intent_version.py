"""Trains an intent model: from labelled examples to a checked directory with its thresholds and report."""

from __future__ import annotations

import datetime as dt
import logging
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.bootstrap.encoders import OWN_ENCODER
from chatbot.domain import LabelledExample
from chatbot.errors import TrainingError
from chatbot.intent.artifact import IntentArtifact, IntentWeights, write_artifact
from chatbot.types import Progress, no_progress
from training.datasets.prepared import MIN_OOS_ROWS, IntentData, prepare_examples
from training.datasets.seen_texts import write_seen
from training.evaluation.findings import RunFacts
from training.intent.calibration import joined
from training.intent.config import IntentTrainingConfig
from training.intent.cross_validation import Validation
from training.intent.features import IntentFeatures
from training.intent.heads import Heads, fit_heads
from training.intent.modes import MODES, EncoderSource, Run, Workshop, install_encoder
from training.intent.warm_start import read_live_share, write_held_out
from training.labelling.checks import HeldOutRows, lint, quick_findings
from training.parallel import one_thread_each
from training.reports.intent_report import write_report
from training.stopwatch import Stopwatch
from training.versions import free_version, library_versions

_LOG = logging.getLogger(__name__)
_WARNED = 5
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "safetensors", "sentence-transformers", "onnxruntime", "torch")


@dataclass(frozen=True, slots=True)
class TrainedIntent:
    """A finished version: its name, its directory, its cross-validated metrics, and notes of the mode.

    `why` is the reason for the mode chosen by `auto`, `check` compares int8 with torch after fine-tuning, and `kept`
    describes the warm start; each is empty otherwise.
    """

    version: str
    path: Path
    metrics: Mapping[str, Any]
    mode: str
    why: str = ""
    check: str = ""
    kept: str = ""


def train_intent(
    examples: Sequence[LabelledExample],
    source: EncoderSource,
    *,
    models_dir: Path,
    faq: Sequence[Sequence[str]] = (),
    live: Path | None = None,
    config: IntentTrainingConfig | None = None,
    log_dir: Path | None = None,
    progress: Progress | None = None,
) -> TrainedIntent:
    """Train, evaluate by cross-validation, and write `<models_dir>/<version>`.

    A killed training that tuned an encoder resumes when it is started again with the same data and config.

    Args:
        examples: labelled utterances; the intent `oos` or an empty one means out of scope.
        source: the encoder of the settings.
        models_dir: the directory of all versions.
        faq: the phrasings of each FAQ entry; a tuned encoder is also trained to separate the entries.
        live: directory of the version for a warm start, used by a model on the same frozen encoder with weight
            `config.live_share`. None for a model of these examples alone.
        config: choices of the run.
        log_dir: directory for TensorBoard logs of tuning; None writes none.
        progress: called with a step and the share done, 0 to 1.

    Raises:
        TrainingError: the examples cannot be trained on, or the encoder cannot be tuned.
        StorageError: the directory cannot be written.
    """
    config = config or IntentTrainingConfig()
    tell = progress or no_progress
    mode = MODES.get(config.mode)
    if mode is None:
        raise TrainingError(f"There is no training mode {config.mode!r}. Choose from: {', '.join(MODES)}.")
    data = prepare_examples(examples, min_oos=MIN_OOS_ROWS)
    _warn(data)
    clock = Stopwatch()
    follows = read_live_share(live, source.id, config.live_share) if live is not None else None
    run = mode(Workshop(data, source, faq, config, models_dir / ".tuning", log_dir, tell, clock, follows))
    tell("fitting", 0.9)
    with clock.step("fitting"), one_thread_each():
        heads = fit_heads(run.features, data.all_labels, np.arange(len(data.all_labels)), config)
    with clock.step("looking for doubtful data"), one_thread_each():
        tell("looking for doubtful data", 0.92)
        held_out = HeldOutRows(run.validation.rows, run.validation.probabilities, run.validation.in_scope)
        findings, suspects = lint(data, run.frozen_vectors, held_out)
    weights = _weights(run.features, heads, run.validation)
    if run.live is not None:
        weights = run.live.mix_weights(weights, data.intents)
    kept = run.live.sentence if run.live is not None else ""
    counted = {"examples": len(data.texts), "intents": list(data.intents), "unmeasured": list(data.single)}
    metrics = {**counted, **run.validation.metrics}
    created = dt.datetime.now(dt.UTC)
    artifact = IntentArtifact(
        version=free_version(models_dir, f"{created:%Y%m%d-%H%M%S}-{data.fingerprint[:6]}"),
        intents=data.intents,
        encoder_id=run.encoder_id,
        languages=tuple(part.language for part in run.validation.calibrations),
        thresholds=tuple(part.choice.thresholds for part in run.validation.calibrations),
        weights=weights,
        manifest=_manifest(data, source, config, run, metrics, created),
        utterances=data.keepable([*heads.prototypes, *heads.oos_prototypes]),
    )
    facts = RunFacts(
        mode=run.mode,
        why=run.why,
        kept=kept,
        seconds=clock.seconds,
        compared=run.compared,
        retrieval=run.retrieval,
        findings=findings,
        suspects=suspects,
    )

    def write_beside(folder: Path) -> None:
        install_encoder(run, folder / OWN_ENCODER)
        write_report(folder, artifact.version, data, run.validation, config, facts)
        write_seen(folder, data.texts)
        if run.tuned is None:  # a later version has no vectors of this tuned encoder
            write_held_out(folder, [data.all_texts[row] for row in run.validation.rows], run.validation.evidence)

    tell("writing", 0.95)
    path = models_dir / artifact.version
    write_artifact(path, artifact, write_report=write_beside)
    if run.tuning is not None:
        run.tuning.forget()
    tell("done", 1.0)
    return TrainedIntent(artifact.version, path, metrics, run.mode, run.why, str(run.check or ""), kept)


def _warn(data: IntentData) -> None:
    if data.dropped_empty:
        _LOG.warning("%d examples without text were left out", data.dropped_empty)
    findings = quick_findings(data)
    for finding in findings[:_WARNED]:
        _LOG.warning("%s", finding.sentence)
    if len(findings) > _WARNED:
        _LOG.warning("and %d more, see report.md", len(findings) - _WARNED)


def _weights(features: IntentFeatures, heads: Heads, validation: Validation) -> IntentWeights:
    """The fitted heads in the form used for serving: the lexical head is folded back onto the n-grams."""
    lexical, dense = features.projection @ heads.lexical, heads.dense
    dense_bias, lexical_bias = heads.dense_bias, heads.lexical_bias
    if heads.scope_dense is not None and heads.scope_lexical is not None:
        dense = np.column_stack([dense, heads.scope_dense])
        lexical = np.column_stack([lexical, features.projection @ heads.scope_lexical])
        dense_bias = np.append(dense_bias, np.float32(heads.scope_bias))
        lexical_bias = np.append(lexical_bias, np.float32(0.0))
    return IntentWeights(
        dense=dense,
        dense_bias=dense_bias,
        lexical=lexical,
        lexical_bias=lexical_bias,
        buckets=features.buckets.astype(np.int32),
        idf=features.idf,
        unseen_idf=features.unseen_idf,
        prototypes=features.vectors[heads.prototypes],
        prototype_counts=heads.prototype_counts,
        oos_prototypes=features.vectors[heads.oos_prototypes],
        pool=np.stack([part.pool for part in validation.calibrations]),
        scope=joined([part.scope.model for part in validation.calibrations]),
    )


def _manifest(
    data: IntentData,
    source: EncoderSource,
    config: IntentTrainingConfig,
    run: Run,
    metrics: Mapping[str, Any],
    created: dt.datetime,
) -> dict[str, Any]:
    return {
        "mode": run.mode,
        "why": run.why,
        "base_encoder": source.setting,
        "serving_check": asdict(run.check) if run.check else None,
        "live_share": {"version": run.live.artifact.version, "share": run.live.share} if run.live else None,
        "seed": config.seed,
        "created_at": created.isoformat(timespec="seconds"),
        "data": {
            "hash": data.fingerprint,
            "read": data.read,
            "used": len(data.texts),
            "dropped_empty": data.dropped_empty,
            "dropped_repeats": data.dropped_repeats,
            "ignored_oos": data.ignored_oos,
            "conflicts": len(data.conflicts),
            "per_intent": data.per_intent,
            "oos": data.n_oos,
        },
        "config": asdict(config),
        "metrics": metrics,
        "libraries": {"python": platform.python_version(), **library_versions(_LIBRARIES)},
    }
