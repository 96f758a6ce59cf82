"""The learned weights of the reader: trees over the evidence, and the share of wrong answers from each score on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts.publishing import MANIFEST
from chatbot.errors import ArtifactError
from chatbot.reading.evidence import FEATURES, above_others
from chatbot.reading.trees import ARRAYS, Trees

WEIGHTS = "weights.safetensors"
LEAST_SCORE = 1e-4
"""Scores of the search are kept this far from 0 and 1."""


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """What turns evidence into probabilities."""

    id: str
    trees: Trees
    read: Sequence[float]
    """Of a candidate that was read: the weight of the trees' log-odds, of the reader's, of the distance of the reader's
    to those of the best other, and the constant."""
    unread: Sequence[float]
    """Of one that was not read: the weight of the trees' log-odds, and the constant."""
    searched: float
    """The weight of the log-odds that the search gives a candidate."""
    bars: Mapping[str, Sequence[tuple[float, float]]]
    """By language, pairs of a score and the expected share of wrong answers from it on, by rising score."""

    def probabilities(
        self, features: NDArray[np.float32], log_odds: NDArray[np.float64], searched: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The probability that each candidate answers, shape (n,).

        Args:
            features: the evidence, shape (n, len(FEATURES)).
            log_odds: the reader's, of the first candidates, shape (read,).
            searched: the score that the search gives each, shape (n,); 0 where it did not find it.
        """
        by_evidence = self.trees.log_odds(features)
        total = self.unread[0] * by_evidence + self.unread[1]
        if count := len(log_odds):
            evidence, odds, distance, constant = self.read
            total[:count] = (
                evidence * by_evidence[:count] + odds * log_odds + distance * above_others(log_odds) + constant
            )
        found = np.clip(searched, LEAST_SCORE, 1.0 - LEAST_SCORE)
        total += self.searched * np.log(found / (1.0 - found))
        return 1.0 / (1.0 + np.exp(-total))

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The lowest score at which at most this share of the answers is expected to be wrong; 1 where none is."""
        return min((score for score, wrong in self.bars.get(lang, ()) if wrong <= tolerated_wrong), default=1.0)


def load_weights(directory: Path) -> ReaderWeights:
    """The weights in the directory of a reader.

    Raises:
        ArtifactError: they are missing, damaged, or made for other evidence than this version gathers.
    """
    from safetensors.numpy import load_file

    try:
        manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
        gathered = tuple(manifest["features"])
        arrays = load_file(directory / WEIGHTS)
        trees = Trees.of({name: arrays[name] for name in ARRAYS}, float(manifest["baseline"]))
        bars = {lang: [(float(a), float(b)) for a, b in pairs] for lang, pairs in manifest["bars"].items()}
        read, unread = ([float(value) for value in manifest[name]] for name in ("read", "unread"))
        searched = float(manifest["searched"])
        version = str(manifest["version"])
    except Exception as error:  # safetensors raises a class of its own
        raise _unusable(directory, str(error)) from error
    if gathered != FEATURES:
        raise _unusable(directory, "it was made for other evidence than this version gathers")
    return ReaderWeights(version, trees, read, unread, searched, bars)


def _unusable(directory: Path, why: str) -> ArtifactError:
    return ArtifactError(f"The reader in {directory} cannot be used: {why}. Install the project again.")
