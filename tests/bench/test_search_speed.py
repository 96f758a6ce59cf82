"""What a search of a large base costs beside the forward pass of its query."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from stopwatch_ms import milliseconds

from chatbot.domain import FaqEntry
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.retrieval.build import build_retriever

PHRASINGS, VOCABULARY, ROUNDS, WARM_UP = 100_000, 20_000, 300, 40
MOST = 0.5
"""Limit of a search, in bare encodings of the same text."""


class Drawn:
    """Vectors around forty centres, as sentences about common subjects have them: encoding them all takes minutes."""

    def __init__(self, dimension: int) -> None:
        self._draw = np.random.default_rng(0)
        self._centres = self._draw.normal(size=(40, dimension))

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        near = self._centres[self._draw.integers(0, len(self._centres), len(texts))]
        found = near + self._draw.normal(size=near.shape)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def sentences(count: int, seed: int) -> list[str]:
    """Eight words each, as often as words of a language occur: the n-th with a share of 1 / (n + 3)."""
    draw = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(np.random.default_rng(n).choice(letters, 3 + n % 7)) for n in range(VOCABULARY)]
    share = 1.0 / (np.arange(VOCABULARY) + 3.0)
    chosen = draw.choice(VOCABULARY, (count, 8), p=share / share.sum())
    return [" ".join(words[word] for word in row) for row in chosen.tolist()]


def test_a_search_of_100_000_phrasings_costs_at_most_half_an_encoding(exported_minilm: Path, tmp_path: Path) -> None:
    encoder = OnnxEncoder(exported_minilm)
    entries = [FaqEntry(str(number), text, "answer") for number, text in enumerate(sentences(PHRASINGS, 0))]
    retriever = build_retriever(entries, Drawn(encoder.dimension), encoder_id="drawn", index_dir=tmp_path)
    bare: list[float] = []
    searched: list[float] = []
    for number, text in enumerate(sentences(WARM_UP + ROUNDS, 1)):
        search = partial(retriever.search, text, encoder.encode_one(text))
        both = [(bare, partial(encoder.encode_bare, text)), (searched, search)]
        for taken, call in both if number % 2 else both[::-1]:
            taken.append(milliseconds(call))
    p50, p50_bare = (statistics.median(taken[WARM_UP:]) for taken in (searched, bare))
    print(f"\nsearch of {PHRASINGS:,} phrasings {p50:.2f} ms, bare encoding {p50_bare:.2f} ms: {p50 / p50_bare:.2f}")
    assert p50 <= MOST * p50_bare
