"""An edit of a large base is searchable without a new index, and a restart goes on from there without encoding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbot.domain import FaqEntry
from chatbot.retrieval import build, dense
from chatbot.retrieval.hybrid import WORD_FOR_WORD, HybridRetriever
from support.fakes.retrieval import HashingEncoder

ENCODER = HashingEncoder()
SUBJECTS = ("lamp", "chair", "parcel", "invoice", "voucher", "kettle", "blanket", "mirror")
ASKED = ("return", "repair", "track", "cancel", "insure", "gift wrap")


@pytest.fixture(autouse=True)
def large_from_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "AMENDED_FROM", 10)
    monkeypatch.setattr(build, "MOST_AMENDED", 0.2)


def shop() -> list[FaqEntry]:
    return [
        FaqEntry(f"{what}-{how}", f"How do I {how} a {what}?", f"{how} {what}.", (f"{what}: {how} it",))
        for what in SUBJECTS
        for how in ASKED
    ]


class Counted:
    """Encodes and remembers what."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return ENCODER.encode(texts)


def built(
    entries: Sequence[FaqEntry], home: Path, previous: HybridRetriever | None = None
) -> tuple[HybridRetriever, Counted]:
    encode = Counted()
    retriever = build.build_retriever(entries, encode, encoder_id="hashing", index_dir=home, previous=previous)
    return retriever, encode


def best(retriever: HybridRetriever, text: str) -> tuple[str, float]:
    hit = retriever.search(text, ENCODER.encode_one(text))[0]
    return hit.entry.id, hit.score


def edited(entries: list[FaqEntry]) -> list[FaqEntry]:
    """One entry with other words, one deleted, one with another answer, one added."""
    changed = replace(entries[0], question="Where does a broken reading light go?", variants=())
    other = replace(entries[5], answer="Another answer.")
    return [changed, *entries[2:5], other, *entries[6:], FaqEntry("pay", "Is Klarna accepted?", "Yes.")]


@pytest.mark.parametrize("restarted", [False, True])
def test_an_edit_is_found_beside_the_old_index(restarted: bool, tmp_path: Path) -> None:
    entries = shop()
    first, _ = built(entries, tmp_path)
    after, encode = built(edited(entries), tmp_path, None if restarted else first)
    new = {"Is Klarna accepted?", "Yes.", "Where does a broken reading light go?", "Another answer."}
    old = {entries[0].answer, *entries[5].phrasings}  # of changed entries
    assert new <= set(encode.texts) <= new | old
    assert len(after.layers) == 2
    assert after.size == len(entries)
    assert after.fingerprint != first.fingerprint
    assert best(after, "Where does a broken reading light go?")[0] == entries[0].id
    assert best(after, "klarna")[0] == "pay"
    assert best(after, entries[1].question)[0] != entries[1].id
    assert best(after, entries[0].question)[1] < WORD_FOR_WORD
    assert best(after, entries[9].question)[1] >= WORD_FOR_WORD
    hit = after.search(entries[5].question, ENCODER.encode_one(entries[5].question))[0]
    assert hit.entry.answer == "Another answer."


def test_a_restart_after_an_edit_encodes_nothing_and_answers_the_same(tmp_path: Path) -> None:
    entries = shop()
    first, _ = built(entries, tmp_path)
    after, _ = built(edited(entries), tmp_path, first)
    again, encode = built(edited(entries), tmp_path)
    assert encode.texts == []
    for entry in edited(entries):
        assert best(again, entry.question) == best(after, entry.question)


def test_an_edit_taken_back_leaves_no_trace(tmp_path: Path) -> None:
    entries = shop()
    first, _ = built(entries, tmp_path)
    after, _ = built(edited(entries), tmp_path, first)
    back, _ = built(entries, tmp_path, after)
    assert len(back.layers) == 1
    assert back.fingerprint == first.fingerprint
    assert best(back, entries[1].question) == best(first, entries[1].question)


def test_when_much_has_changed_all_is_indexed_anew(tmp_path: Path) -> None:
    entries = shop()
    first, _ = built(entries, tmp_path)
    fewer, encode = built(entries[10:], tmp_path, first)
    assert encode.texts == []
    assert len(fewer.layers) == 1
    assert fewer.fusions != first.fusions


def test_another_encoder_does_not_go_on_with_the_vectors_of_the_last_one(tmp_path: Path) -> None:
    entries = shop()
    first, _ = built(entries, tmp_path)
    encode = Counted()
    build.build_retriever(entries, encode, encoder_id="other", index_dir=tmp_path, previous=first)
    assert len(encode.texts) > len(entries)


def test_a_base_too_large_to_score_whole_finds_what_scoring_it_whole_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [replace(e, id=f"{e.id}-{n}", question=f"{e.question} Model {n}") for n in range(8) for e in shop()]
    queries = ("repair a chair model 3", "gift wrap the mirror 7", "voucher cancel model 1 please")
    whole, _ = built(entries, tmp_path / "whole")
    expected = [best(whole, query)[0] for query in queries]
    monkeypatch.setattr(dense, "EXACT_UP_TO", 500)
    part, _ = built(entries, tmp_path / "part")
    phrasings = part.layers[0].phrasings
    for query, wanted in zip(queries, expected, strict=True):
        scored = phrasings.score(query, ENCODER.encode_one(query), "en")
        assert len(scored.rows) < phrasings.size
        assert scored.lexical == pytest.approx(phrasings.lexical.scores(query)[scored.rows], abs=1e-6)
        assert best(part, query)[0] == wanted
