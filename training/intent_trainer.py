"""Trains an intent model: from labelled examples to a checked directory with its thresholds and report.

Knows: the steps and their order. Does not know: what the steps do inside, databases, or which version is live.
"""

from __future__ import annotations

import datetime as dt
import logging
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import LabelledExample
from chatbot.errors import TrainingError
from chatbot.intent.artifact import IntentArtifact, IntentWeights, write_artifact
from training.calibration import joined
from training.config import IntentTrainingConfig
from training.intent_data import IntentData, prepare_examples
from training.intent_features import IntentFeatures, build_features
from training.intent_heads import Heads, fit_heads
from training.intent_validation import Validation, cross_validate
from training.parallel import one_thread_each
from training.report import write_report
from training.run_facts import RunFacts

_LOG = logging.getLogger(__name__)
_ENCODE_BATCH = 2_048
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "safetensors", "sentence-transformers", "onnxruntime")

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class TrainedIntent:
    """A finished version: its name, its directory, and its cross-validated metrics."""

    version: str
    path: Path
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Representation:
    """How a mode turns texts into vectors: the vectors of the training texts, shape (n, d), and the encoder's id."""

    vectors: NDArray[np.float32]
    encoder_id: str


def train_intent(
    examples: Sequence[LabelledExample],
    encode: Encode,
    *,
    encoder_id: str,
    models_dir: Path,
    config: IntentTrainingConfig | None = None,
    progress: Progress | None = None,
) -> TrainedIntent:
    """Train, measure by cross-validation, and write `<models_dir>/<version>`.

    Args:
        examples: labelled utterances; the intent `oos` or nothing means out of scope.
        encode: texts to unit vectors of shape (n, d), as serving will use them.
        encoder_id: `Encoder.id` of those vectors.
        models_dir: where versions live.
        config: choices of the run.
        progress: called with a step and the share done, 0 to 1.

    Raises:
        TrainingError: the examples cannot be trained on, or the mode is not available.
        StorageError: the directory cannot be written.
    """
    config = config or IntentTrainingConfig()
    tell = progress or (lambda step, share: None)
    data = prepare_examples(examples, min_oos=config.min_oos_rows)
    _warn(data)
    represent = _mode(config.mode)
    represented = represent(data, encode, encoder_id, tell)
    tell("counting n-grams", 0.5)
    with one_thread_each():
        features = build_features(data.texts, represented.vectors, len(data.intents), config)
        validation = cross_validate(features, data, config, lambda share: tell("validating", 0.55 + 0.35 * share))
        tell("fitting", 0.9)
        heads = fit_heads(features, data.labels, np.arange(len(data.labels)), config)
    metrics = {"examples": len(data.texts), "intents": list(data.intents), **validation.metrics}
    created = dt.datetime.now(dt.UTC)
    artifact = IntentArtifact(
        version=_free_name(models_dir, f"{created:%Y%m%d-%H%M%S}-{data.fingerprint[:6]}"),
        intents=data.intents,
        encoder_id=represented.encoder_id,
        languages=tuple(part.language for part in validation.calibrations),
        thresholds=tuple(part.choice.thresholds for part in validation.calibrations),
        weights=_weights(features, heads, validation),
        manifest=_manifest(data, config, metrics, created),
        utterances=data.keepable([*heads.prototypes, *heads.oos_prototypes]),
    )
    tell("writing", 0.95)
    path = models_dir / artifact.version
    facts = RunFacts(mode=config.mode if config.mode != "auto" else _best_mode())

    def write_beside(folder: Path) -> None:
        write_report(folder, artifact.version, data, validation, config, facts)

    write_artifact(path, artifact, write_report=write_beside)
    tell("done", 1.0)
    return TrainedIntent(artifact.version, path, metrics)


def _frozen(data: IntentData, encode: Encode, encoder_id: str, tell: Progress) -> Representation:
    """Mode fast: the vectors of the encoder as it is."""
    parts = []
    for start in range(0, len(data.texts), _ENCODE_BATCH):
        tell("encoding", 0.5 * start / len(data.texts))
        parts.append(np.asarray(encode(data.texts[start : start + _ENCODE_BATCH]), dtype=np.float32))
    vectors = np.concatenate(parts)
    if vectors.ndim != 2 or len(vectors) != len(data.texts) or not np.isfinite(vectors).all():
        raise TrainingError(
            f"Encoder {encoder_id!r} gave vectors of shape {vectors.shape} for {len(data.texts)} texts, or values that "
            "are not finite: check the encoder setting."
        )
    return Representation(vectors, encoder_id)


MODES: Mapping[str, Callable[[IntentData, Encode, str, Progress], Representation]] = {"fast": _frozen}
"""How each mode gets its vectors. A mode that fine-tunes the encoder belongs here; what follows is the same for all."""
_BEST_FIRST = ("full", "fast")


def _best_mode() -> str:
    return next(mode for mode in _BEST_FIRST if mode in MODES)


def _mode(name: str) -> Callable[[IntentData, Encode, str, Progress], Representation]:
    chosen = _best_mode() if name == "auto" else name
    if chosen not in MODES:
        raise TrainingError(f"Training mode {name!r} is not available: choose auto or {', '.join(sorted(MODES))}.")
    return MODES[chosen]


def _warn(data: IntentData) -> None:
    if data.dropped_empty:
        _LOG.warning("%d examples without text were left out", data.dropped_empty)
    if data.conflicts:
        _LOG.warning("%d texts had several labels; the most frequent was kept (see report.md)", len(data.conflicts))


def _weights(features: IntentFeatures, heads: Heads, validation: Validation) -> IntentWeights:
    """The fitted heads as serving needs them: the lexical head folded back onto the n-grams."""
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


def _free_name(models_dir: Path, wanted: str) -> str:
    """The wanted version name, with a number behind it when two trainings end in the same second."""
    name, number = wanted, 2
    while (models_dir / name).exists():
        name, number = f"{wanted}-{number}", number + 1
    return name


def _manifest(
    data: IntentData, config: IntentTrainingConfig, metrics: Mapping[str, Any], created: dt.datetime
) -> dict[str, Any]:
    libraries = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            libraries[name] = library_version(name)
        except PackageNotFoundError:
            continue
    return {
        "mode": config.mode if config.mode != "auto" else _best_mode(),
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
        "libraries": libraries,
    }
