"""The trained model of common intents as a directory: numbers as safetensors, manifest (written last) as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from chatbot.artifacts.publishing import MANIFEST, publish
from chatbot.domain import CommonIntent
from chatbot.errors import ArtifactError
from chatbot.intent.common import features

FORMAT = 1
KIND = "common_intents"
WEIGHTS = "model.safetensors"
LANGUAGES = ("en", "zh")

_RETRAIN = "train it again with: chatbot train common"


@dataclass(frozen=True, slots=True)
class CommonWeights:
    """A linear model of k common intents over v buckets.

    `buckets` (v,) ascending, `idf` (v,), `weights` (v, k), `bias` (k,); all float32 but the buckets (int32).
    """

    buckets: NDArray[np.int32]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CommonArtifact:
    """A whole model. By language: the temperature of its logits, and the probability from which an intent counts."""

    version: str
    intents: tuple[CommonIntent, ...]
    temperatures: Mapping[str, float]
    needed: Mapping[str, Mapping[CommonIntent, float]]
    weights: CommonWeights
    metrics: Mapping[str, Any]


def write_common(directory: Path, artifact: CommonArtifact, write_report: Callable[[Path], object]) -> None:
    """Write a model directory so that no reader ever sees half of it; `write_report` adds to it. Raises OSError."""
    weights = artifact.weights
    arrays = {
        "buckets": weights.buckets,
        "idf": weights.idf.astype(np.float16),
        "weights": weights.weights.astype(np.float16),  # half the size
        "bias": weights.bias,
    }

    def fill(unfinished: Path) -> None:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, unfinished / WEIGHTS)
        write_report(unfinished)

    manifest = {
        "format": FORMAT,
        "kind": KIND,
        "features": features.FORMAT,
        "version": artifact.version,
        "intents": [intent.value for intent in artifact.intents],
        "temperatures": dict(artifact.temperatures),
        "needed": {lang: {intent.value: one for intent, one in of.items()} for lang, of in artifact.needed.items()},
        "metrics": dict(artifact.metrics),
    }
    publish(directory, fill, manifest)


def load_common(directory: Path) -> CommonArtifact:
    """Read and check a model directory.

    Raises:
        ArtifactError: it is missing, half-written, of another format, damaged, or its numbers do not fit its intents.
    """
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found = (manifest["kind"], manifest["format"], manifest["features"])
        if found != (KIND, FORMAT, features.FORMAT):
            raise ArtifactError(f"{path} describes {found}, this program reads another format: {_RETRAIN}.")
        intents = tuple(map(CommonIntent, manifest["intents"]))
        temperatures = {lang: float(manifest["temperatures"][lang]) for lang in LANGUAGES}
        needed = {
            lang: {CommonIntent(name): float(one) for name, one in manifest["needed"][lang].items()}
            for lang in LANGUAGES
        }
        version, metrics = str(manifest["version"]), dict(manifest["metrics"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{path} cannot be read ({type(error).__name__}: {error}): {_RETRAIN}.") from error
    weights = _weights(directory / WEIGHTS, len(intents))
    return CommonArtifact(version, intents, temperatures, needed, weights, metrics)


def _weights(path: Path, k: int) -> CommonWeights:
    try:
        arrays = load_file(path)
        weights = CommonWeights(
            arrays["buckets"].astype(np.int32),
            arrays["idf"].astype(np.float32),
            arrays["weights"].astype(np.float32),
            arrays["bias"].astype(np.float32),
        )
    except (OSError, SafetensorError, KeyError) as error:
        raise ArtifactError(f"{path} cannot be read ({type(error).__name__}: {error}): {_RETRAIN}.") from error
    v = len(weights.buckets)
    fits = weights.idf.shape == (v,) and weights.weights.shape == (v, k) and weights.bias.shape == (k,)
    inside = v > 0 and int(weights.buckets.min()) >= 0 and int(weights.buckets.max()) < features.BUCKETS
    finite = all(bool(np.isfinite(one).all()) for one in (weights.idf, weights.weights, weights.bias))
    if not (fits and inside and finite):
        raise ArtifactError(f"{path} is damaged (its arrays do not fit {k} intents): {_RETRAIN}.")
    return weights
