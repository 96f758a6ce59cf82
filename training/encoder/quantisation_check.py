"""Checks whether the int8 graph of a tuned encoder agrees with torch closely enough to serve."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import SentenceTransformersEncoder
from training.datasets.augmentation import KINDS, augment

MOST_TEXTS = 400
LEAST_AGREEMENT = 0.99
"""Below this share of equal labels the fp32 graph is served."""


@dataclass(frozen=True, slots=True)
class ServingCheck:
    """Result on `texts` noisy utterances: cosines of int8 to torch, share of equal labels, precision to serve."""

    texts: int
    mean_cosine: float
    least_cosine: float
    agreement: float
    precision: str

    def __str__(self) -> str:
        return (
            f"int8 against torch on {self.texts} utterances: cosine {self.mean_cosine:.4f} on average and "
            f"{self.least_cosine:.4f} at least, the same label for {self.agreement:.1%}; {self.precision} serves."
        )


def noisy_copies(texts: Sequence[str], seed: int) -> list[str]:
    """Noisy variants of training utterances: on the utterances themselves the heads would be too certain."""
    rng = random.Random(seed)  # noqa: S311
    chosen = rng.sample(list(texts), min(MOST_TEXTS, len(texts)))
    return [augment(text, tuple(KINDS), rng, share=0.2) for text in chosen]


def check_serving(
    source: Path,
    export: Path,
    texts: Sequence[str],
    label: Callable[[NDArray[np.float32]], NDArray[np.int64]],
    *,
    wanted: str,
    threads: int,
) -> ServingCheck:
    """Compare the graphs and choose the precision.

    Args:
        source: the tuned encoder as a sentence-transformers directory.
        export: the same as ONNX, in both precisions.
        texts: the texts to encode.
        label: maps vectors (n, d) to the labels (n,) that the intent model gives them.
        wanted: `fp32` or `int8` to serve that in any case, `auto` to decide by the result.
        threads: number of threads of each encoder.
    """
    torch_vectors = SentenceTransformersEncoder(str(source), threads=threads).encode(texts)
    vectors = OnnxEncoder(export, precision="int8", threads=threads).encode(texts)
    cosines = np.vecdot(torch_vectors, vectors)
    agreement = float((label(torch_vectors) == label(vectors)).mean())
    chosen = wanted if wanted != "auto" else ("int8" if agreement >= LEAST_AGREEMENT else "fp32")
    return ServingCheck(len(texts), float(cosines.mean()), float(cosines.min()), agreement, chosen)
