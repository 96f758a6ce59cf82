"""What a search of a large base costs beside the forward pass of its query, and what indexing adds to encoding."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import FaqEntry
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.hybrid import HybridRetriever
from support.stopwatch_ms import milliseconds

VOCABULARY, ROUNDS, WARM_UP = 20_000, 300, 40
GIB = 1 << 30
MOST_IMPORT = 1.15
"""Limit of indexing 10,000 entries, in bare encodings of their questions."""


class Drawn:
    """Vectors as sentences have them, around common subjects and in few directions: encoding them all takes minutes."""

    SUBJECTS, DIRECTIONS = 2_000, 48

    def __init__(self, dimension: int) -> None:
        self._draw = np.random.default_rng(0)
        self._directions = self._draw.normal(size=(self.DIRECTIONS, dimension)) / np.sqrt(dimension)
        self._subjects = self._draw.normal(size=(self.SUBJECTS, self.DIRECTIONS))

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        about = self._subjects[self._draw.integers(0, self.SUBJECTS, len(texts))]
        found = (about + 0.7 * self._draw.normal(size=about.shape)) @ self._directions
        found += 0.05 * self._draw.normal(size=found.shape)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def sentences(count: int, seed: int) -> list[str]:
    """Eight words each, as often as words of a language occur: the n-th with a share of 1 / (n + 3)."""
    draw = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(np.random.default_rng(n).choice(letters, 3 + n % 7)) for n in range(VOCABULARY)]
    share = 1.0 / (np.arange(VOCABULARY) + 3.0)
    chosen = draw.choice(VOCABULARY, (count, 8), p=share / share.sum())
    return [" ".join(words[word] for word in row) for row in chosen.tolist()]


@pytest.mark.parametrize(("phrasings", "most"), [(100_000, 0.5), (1_000_000, 1.0)])
def test_a_search_costs_a_part_of_an_encoding_and_an_edit_less_than_a_second(
    phrasings: int, most: float, exported_minilm: Path, tmp_path: Path
) -> None:
    encoder = OnnxEncoder(exported_minilm)
    entries = [FaqEntry(str(number), text, "answer") for number, text in enumerate(sentences(phrasings, 0))]
    drawn = Drawn(encoder.dimension)
    build = partial(build_retriever, encode=drawn, encoder_id="drawn", index_dir=tmp_path)
    built, seconds = timed(partial(build, entries, progress=lambda step, share: share == 1.0 and print(f"\n{step}")))
    retriever, to_load = timed(partial(build, entries))
    assert retriever.fingerprint == built.fingerprint
    bare: list[float] = []
    searched: list[float] = []
    for number, text in enumerate(sentences(WARM_UP + ROUNDS, 1)):
        vector = encoder.encode_one(text)
        both = [(bare, partial(encoder.encode_bare, text)), (searched, partial(retriever.search, text, vector))]
        for taken, call in both if number % 2 else both[::-1]:
            taken.append(milliseconds(call))
    edited = [*entries[:7], replace(entries[7], question="A question of other words?"), *entries[8:]]
    after, to_edit = timed(partial(build, edited, previous=retriever))
    assert after.search("A question of other words?", drawn(["?"])[0])[0].entry == edited[7]
    size = sum(path.stat().st_size for path in (tmp_path / built.fingerprint).iterdir())
    p50, p50_bare = (statistics.median(taken[WARM_UP:]) for taken in (searched, bare))
    print(
        f"search of {phrasings:,} phrasings {p50:.2f} ms, bare encoding {p50_bare:.2f} ms: {p50 / p50_bare:.2f}; "
        f"built without encoding in {seconds:.0f} s, loaded in {to_load:.1f} s, edited in {to_edit:.2f} s, "
        f"{size / GIB:.2f} GiB"
    )
    assert p50 <= most * p50_bare
    assert size < 1.2 * GIB


def timed(call: partial[HybridRetriever]) -> tuple[HybridRetriever, float]:
    started = time.perf_counter()
    done = call()
    return done, time.perf_counter() - started


def test_indexing_adds_little_to_encoding(exported_minilm: Path, tmp_path: Path) -> None:
    encoder = OnnxEncoder(exported_minilm)
    texts = sentences(10_000, 2)
    entries = [FaqEntry(str(number), text, "answer") for number, text in enumerate(texts)]
    bare, indexed = [], []
    for round_ in range(2):
        bare.append(milliseconds(partial(encoder.encode, texts)))
        build = partial(build_retriever, entries, encoder.encode, encoder_id="minilm", index_dir=tmp_path / str(round_))
        indexed.append(milliseconds(build))
    ratio = min(indexed) / min(bare)
    print(f"\nindexing 10,000 entries {min(indexed) / 1e3:.1f} s, encoding them {min(bare) / 1e3:.1f} s: {ratio:.2f}")
    assert ratio <= MOST_IMPORT
