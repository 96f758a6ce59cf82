"""After an edit only what is new is encoded, and the index is the same as one built from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.hybrid import HybridRetriever
from chatbot.types import no_progress
from chatbot.vectors.caches import FOLDER, KnownVectors
from support.fakes.retrieval import ENGLISH, HashingEncoder


class Counting:
    """The hashing encoder, with the texts that it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._encoder = HashingEncoder()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return self._encoder.encode(texts)


def encoded(
    texts: Sequence[str], directory: Path, encoder_id: str = "hashing"
) -> tuple[list[str], NDArray[np.float32]]:
    encode = Counting()
    known = KnownVectors(encode, encoder_id=encoder_id, index_dir=directory, progress=no_progress)
    return encode.asked, known.of_all(texts)


def test_only_new_sentences_are_encoded(tmp_path: Path) -> None:
    encoded(["one", "two", "two"], tmp_path)
    asked, vectors = encoded(["three", "two", "one"], tmp_path)
    assert asked == ["three"]
    assert vectors == pytest.approx(HashingEncoder().encode(["three", "two", "one"]))


def test_what_is_no_longer_stored_is_forgotten(tmp_path: Path) -> None:
    encoded(["one", "two"], tmp_path)
    encoded(["one"], tmp_path)
    assert encoded(["two"], tmp_path)[0] == ["two"]


def test_each_encoder_has_its_own_vectors(tmp_path: Path) -> None:
    encoded(["one"], tmp_path)
    assert encoded(["one"], tmp_path, "another")[0] == ["one"]


@pytest.mark.parametrize("damage", [b"", b"garbage"])
def test_damaged_vectors_are_encoded_again(damage: bytes, tmp_path: Path) -> None:
    encoded(["one"], tmp_path)
    for path in (tmp_path / FOLDER).rglob("*.npy"):
        path.write_bytes(damage)
    asked, vectors = encoded(["one"], tmp_path)
    assert asked == ["one"]
    assert vectors == pytest.approx(HashingEncoder().encode(["one"]))


def test_an_edited_base_finds_the_same_as_one_built_from_nothing(tmp_path: Path) -> None:
    edited = (replace(ENGLISH[0], question="Where do I bring a broken lamp?"), *ENGLISH[1:])
    encode = Counting()
    build_retriever(ENGLISH, encode, encoder_id="hashing", index_dir=tmp_path / "one")
    encode.asked.clear()
    after_edit = build_retriever(edited, encode, encoder_id="hashing", index_dir=tmp_path / "one")
    assert encode.asked == ["Where do I bring a broken lamp?"]
    anew = build_retriever(edited, Counting(), encoder_id="hashing", index_dir=tmp_path / "two")
    assert after_edit.fusions == anew.fusions
    vector = HashingEncoder().encode_one("bring a lamp")
    assert after_edit.search("bring a lamp", vector) == anew.search("bring a lamp", vector)


def test_what_customers_confirmed_is_learned_from_and_not_kept(tmp_path: Path) -> None:
    def told(*confirmed: tuple[str, str]) -> HybridRetriever:
        home = tmp_path / str(len(confirmed))
        return build_retriever(ENGLISH, Counting(), encoder_id="hashing", index_dir=home, confirmed=lambda: confirmed)

    query = "broken lamp back"
    right = [(f"{query} {word}", ENGLISH[0].id) for word in ("please", "now", "today", "asap", "sir", "thanks")] * 20
    wrong = [(text, "") for text, _ in right] * 2
    vector = HashingEncoder().encode_one(query)
    untaught, sure, unsure = (told(*taught).search(query, vector)[0] for taught in ((), right, wrong))
    assert sure.entry == untaught.entry == ENGLISH[0]
    assert unsure.score < untaught.score < sure.score
    asked, _ = encoded([right[0][0]], tmp_path / str(len(right)) / "index")
    assert asked == [right[0][0]]
