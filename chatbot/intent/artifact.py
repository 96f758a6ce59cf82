"""A trained intent model as a directory: numbers as safetensors, texts and manifest (written last) as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from chatbot.artifacts.publishing import MANIFEST, publish
from chatbot.errors import ArtifactError, StorageError
from chatbot.intent import ngrams
from chatbot.intent.scoring import EXPERTS, SIGNALS, ScopeModel
from chatbot.intent.utterances import Utterances, read_utterances, write_utterances

FORMAT = 1
WEIGHTS = "model.safetensors"

_RETRAIN = "train again with: chatbot train intent"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below any of the first three a message is not answered by its intent; all are probabilities, 0 to 1.

    Below `out_of_scope_below` a message counts as out of scope. That limit does not depend on how many mistakes are
    tolerated, so it may be lower than `min_in_scope`.
    """

    min_in_scope: float
    min_confidence: float
    min_margin: float
    out_of_scope_below: float


@dataclass(frozen=True, slots=True)
class IntentWeights:
    """The weights of a model.

    Sizes: k intents, d dimensions, v buckets, p prototypes, q out-of-scope prototypes, g languages.

    `dense` (d, k or k + 1) and `lexical` (v, k or k + 1) with their biases; the last column, present if q > 0,
    separates in scope from out of scope. `buckets` (v,) ascending, `idf` (v,), `prototypes` (p, d) in the order of the
    intents, `prototype_counts` (k,), `oos_prototypes` (q, d), `pool` (g, 3). All float32 but counts (int64), buckets
    (int32) and `pool` (float64).
    """

    dense: NDArray[np.float32]
    dense_bias: NDArray[np.float32]
    lexical: NDArray[np.float32]
    lexical_bias: NDArray[np.float32]
    buckets: NDArray[np.int32]
    idf: NDArray[np.float32]
    unseen_idf: float
    prototypes: NDArray[np.float32]
    prototype_counts: NDArray[np.int64]
    oos_prototypes: NDArray[np.float32]
    pool: NDArray[np.float64]
    scope: ScopeModel


@dataclass(frozen=True, slots=True)
class IntentArtifact:
    """A whole model as read from its directory; `manifest` holds what is only for people and comparisons.

    Probabilities are calibrated separately for each of the `languages` (as `chatbot.text.language` names them), each
    with its own thresholds; a message in another language is treated as one in the first. `utterances` are the texts of
    the prototypes followed by those of the out-of-scope prototypes, None for one that came from a conversation, so that
    erasing the conversation is enough. It is empty for a model that was written without texts.
    """

    version: str
    intents: tuple[str, ...]
    encoder_id: str
    languages: tuple[str, ...]
    thresholds: tuple[Thresholds, ...]
    weights: IntentWeights
    manifest: Mapping[str, Any]
    utterances: Utterances = ()


def write_artifact(
    directory: Path,
    artifact: IntentArtifact,
    *,
    write_report: Callable[[Path], None] | None = None,
) -> None:
    """Write a model directory so that no reader ever sees half of it.

    Args:
        directory: the new `<models_dir>/<version>`; must not exist.
        artifact: what to write; its `manifest` adds to the fields that loading needs.
        write_report: called with the directory being filled, to add reports and plots.

    Raises:
        StorageError: the directory exists or cannot be written.
    """
    if directory.exists():
        raise StorageError(f"The model directory {directory} exists already: choose another version name.")

    def fill(unfinished: Path) -> None:
        save_file(_arrays(artifact.weights), unfinished / WEIGHTS)
        write_utterances(unfinished, artifact.utterances)
        if write_report is not None:
            write_report(unfinished)

    try:
        publish(directory, fill, {**artifact.manifest, **_header(artifact)})
    except OSError as error:
        raise StorageError(f"The model cannot be written to {directory}: {error.strerror or error}.") from error


def load_artifact(directory: Path) -> IntentArtifact:
    """Read and check a model directory.

    Raises:
        ArtifactError: it is missing, half-written, of another format, damaged, or its numbers do not fit its labels.
    """
    manifest = read_manifest(directory)
    try:
        version, encoder_id = str(manifest["version"]), str(manifest["encoder_id"])
        intents = tuple(str(name) for name in manifest["intents"])
        languages = tuple(str(name) for name in manifest["thresholds"])
        thresholds = tuple(_thresholds(chosen) for chosen in manifest["thresholds"].values())
        unseen_idf = float(manifest["unseen_idf"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtifactError(
            f"{directory / MANIFEST} is damaged ({type(error).__name__}: {error}): {_RETRAIN}."
        ) from error
    weights = _read_weights(directory, unseen_idf)
    utterances = read_utterances(directory)
    problem = (
        _misfit(weights, len(intents), len(languages)) or _out_of_range(thresholds) or _not_aligned(utterances, weights)
    )
    if problem:
        raise ArtifactError(f"The intent model in {directory} is damaged ({problem}): {_RETRAIN}.")
    return IntentArtifact(version, intents, encoder_id, languages, thresholds, weights, manifest, utterances)


def _thresholds(chosen: Mapping[str, Any]) -> Thresholds:
    """Read thresholds; earlier versions had one for both in-scope questions. Raises KeyError, TypeError, ValueError."""
    known = {"out_of_scope_below": chosen["min_in_scope"], **chosen}
    return Thresholds(*(float(known[field.name]) for field in fields(Thresholds)))


def _header(artifact: IntentArtifact) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": "intent",
        "features": ngrams.FORMAT,
        "version": artifact.version,
        "encoder_id": artifact.encoder_id,
        "intents": list(artifact.intents),
        "thresholds": {
            language: asdict(limits) for language, limits in zip(artifact.languages, artifact.thresholds, strict=True)
        },
        "unseen_idf": artifact.weights.unseen_idf,
    }


def _arrays(weights: IntentWeights) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        "dense": weights.dense,
        "dense_bias": weights.dense_bias,
        "lexical": weights.lexical.astype(np.float16),  # half the file size; the logits change by less than 0.001
        "lexical_bias": weights.lexical_bias,
        "buckets": weights.buckets,
        "idf": weights.idf,
        "prototypes": weights.prototypes.astype(np.float16),
        "prototype_counts": weights.prototype_counts,
        "oos_prototypes": weights.oos_prototypes.astype(np.float16),
        "pool": weights.pool,
        "scope_mean": weights.scope.mean,
        "scope_scale": weights.scope.scale,
        "scope_weights": weights.scope.weights,
        "scope_intercept": weights.scope.intercept,
    }
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest of a model directory.

    Raises:
        ArtifactError: it is missing, half-written, damaged or of another format.
    """
    path = directory / MANIFEST
    if not directory.is_dir():
        raise ArtifactError(f"There is no intent model in {directory}: {_RETRAIN}.")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"The intent model in {directory} is half-written (no {MANIFEST}): {_RETRAIN}.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}): {_RETRAIN}.") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != "intent":
        raise ArtifactError(f"{path} does not describe an intent model: {_RETRAIN}.")
    found = (manifest.get("format"), manifest.get("features"))
    if found != (FORMAT, ngrams.FORMAT):
        raise ArtifactError(f"{path} has format {found}, this program reads {(FORMAT, ngrams.FORMAT)}: {_RETRAIN}.")
    return manifest


def _read_weights(directory: Path, unseen_idf: float) -> IntentWeights:
    path = directory / WEIGHTS
    try:
        arrays = load_file(path)
        return IntentWeights(
            dense=arrays["dense"].astype(np.float32),
            dense_bias=arrays["dense_bias"].astype(np.float32),
            lexical=arrays["lexical"].astype(np.float32),
            lexical_bias=arrays["lexical_bias"].astype(np.float32),
            buckets=arrays["buckets"].astype(np.int32),
            idf=arrays["idf"].astype(np.float32),
            unseen_idf=unseen_idf,
            prototypes=arrays["prototypes"].astype(np.float32),
            prototype_counts=arrays["prototype_counts"].astype(np.int64),
            oos_prototypes=arrays["oos_prototypes"].astype(np.float32),
            pool=arrays["pool"].astype(np.float64),
            scope=ScopeModel(
                mean=arrays["scope_mean"].astype(np.float64),
                scale=arrays["scope_scale"].astype(np.float64),
                weights=arrays["scope_weights"].astype(np.float64),
                intercept=arrays["scope_intercept"].astype(np.float64),
            ),
        )
    except (OSError, SafetensorError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}): {_RETRAIN}.") from error
    except KeyError as error:
        raise ArtifactError(f"{path} is damaged (no array {error}): {_RETRAIN}.") from error


def _not_aligned(utterances: Utterances, weights: IntentWeights) -> str:
    expected = len(weights.prototypes) + len(weights.oos_prototypes)
    return f"{len(utterances)} texts for {expected} prototypes" if len(utterances) not in (0, expected) else ""


def _misfit(weights: IntentWeights, k: int, g: int) -> str:
    """What does not fit in the arrays of a model for k intents and g languages; empty if everything fits."""
    if weights.dense.ndim != 2 or weights.prototypes.ndim != 2 or weights.oos_prototypes.ndim != 2 or k < 1 or g < 1:
        return f"arrays of the wrong rank, or no intent or language: dense {weights.dense.shape}"
    d, v = weights.dense.shape[0], len(weights.buckets)
    columns = k + (1 if len(weights.oos_prototypes) else 0)
    expected = {
        "dense": (d, columns),
        "dense_bias": (columns,),
        "lexical": (v, columns),
        "lexical_bias": (columns,),
        "buckets": (v,),
        "idf": (v,),
        "prototypes": (int(weights.prototype_counts.sum()), d),
        "prototype_counts": (k,),
        "oos_prototypes": (len(weights.oos_prototypes), d),
        "pool": (g, len(EXPERTS)),
    }
    for name, shape in expected.items():
        array: NDArray[Any] = getattr(weights, name)
        if array.shape != shape:
            return f"{name} has shape {array.shape}, expected {shape}"
        if not np.isfinite(array).all():
            return f"{name} holds values that are not finite"
    signals = (g, len(SIGNALS))
    for name, shape in {"mean": signals, "scale": signals, "weights": signals, "intercept": (g,)}.items():
        values: NDArray[np.float64] = getattr(weights.scope, name)
        if values.shape != shape or not np.isfinite(values).all():
            return f"scope_{name} has shape {values.shape}, expected {shape}, all finite"
    if v and (weights.buckets.min() < 0 or weights.buckets.max() >= ngrams.BUCKETS):
        return "n-gram buckets outside the hash space"
    if (weights.prototype_counts < 1).any() or (weights.scope.scale <= 0).any():
        return "an intent without prototypes, or a scale that is not positive"
    return ""


def _out_of_range(thresholds: tuple[Thresholds, ...]) -> str:
    values = [value for t in thresholds for value in asdict(t).values()]
    return "" if all(0.0 <= value <= 1.0 for value in values) else f"thresholds outside 0 to 1: {values}"
