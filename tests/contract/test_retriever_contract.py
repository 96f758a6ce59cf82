"""The promises of the port Retriever, kept with FAISS, with the NumPy oracle and by the fake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes_core import FakeRetriever
from fakes_retrieval import CHINESE, ENGLISH, HashingEncoder

from chatbot.domain import FaqEntry, FaqHit
from chatbot.ports import Retriever
from chatbot.retrieval import dense
from chatbot.retrieval.build import build_retriever

ENTRIES = (*ENGLISH, *CHINESE)
QUERIES = (
    "how can i return a lamp that is damaged",
    "when does the parcel arrive",
    "repair an old chair",
    "台灯坏了能退货吗",
    "包裹几天送到",
    "something else altogether",
    "",
    "👍",
    "？？？",
    "parcel " * 2000,
)
ENCODER = HashingEncoder()


def build(entries: tuple[FaqEntry, ...], directory: Path, backend: str, patch: pytest.MonkeyPatch) -> Retriever:
    if backend == "numpy":
        patch.setattr(dense, "available", lambda: False)
    return build_retriever(entries, ENCODER.encode, encoder_id="hashing", index_dir=directory)


@pytest.fixture(scope="module", params=["faiss", "numpy", "fake"])
def retriever(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    if request.param == "fake":
        asked = {text: tuple(FaqHit(e, 0.9 / n, e.question) for n, e in enumerate(ENTRIES, 1)) for text in QUERIES}
        asked |= {p: (FaqHit(e, 1.0, p),) for e in ENTRIES for p in e.phrasings}
        return FakeRetriever(asked)
    with pytest.MonkeyPatch.context() as patch:
        return build(ENTRIES, tmp_path_factory.mktemp("index"), request.param, patch)


@pytest.mark.parametrize("query", QUERIES)
def test_hits_are_different_entries_with_falling_scores_between_0_and_1(retriever: Retriever, query: str) -> None:
    hits = retriever.search(query, ENCODER.encode_one(query), limit=4)
    assert len(hits) == 4
    assert len({hit.entry.id for hit in hits}) == 4
    scores = [hit.score for hit in hits]
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_every_stored_phrasing_finds_its_entry_with_confidence(retriever: Retriever) -> None:
    for entry in ENTRIES:
        for phrasing in entry.phrasings:
            best = retriever.search(phrasing, ENCODER.encode_one(phrasing))[0]
            assert best.entry == entry
            assert best.phrasing == phrasing
            assert best.score >= 0.9


def test_the_hit_names_a_phrasing_of_its_entry(retriever: Retriever) -> None:
    for query in QUERIES:
        for hit in retriever.search(query, ENCODER.encode_one(query)):
            assert hit.phrasing in hit.entry.phrasings


def test_the_limit_holds_and_a_large_one_returns_every_entry_once(retriever: Retriever) -> None:
    vector = ENCODER.encode_one(QUERIES[0])
    assert len(retriever.search(QUERIES[0], vector, limit=1)) == 1
    everything = retriever.search(QUERIES[0], vector, limit=1000)
    assert sorted(hit.entry.id for hit in everything) == sorted(entry.id for entry in ENTRIES)
    assert retriever.size == len(ENTRIES)


def test_searching_from_many_threads_gives_the_same_hits(retriever: Retriever) -> None:
    vectors = ENCODER.encode(QUERIES)
    alone = [retriever.search(query, vector) for query, vector in zip(QUERIES, vectors, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        asked = list(zip(QUERIES, vectors, strict=True)) * 20
        futures = [pool.submit(retriever.search, query, vector) for query, vector in asked]
        together = [future.result() for future in futures]
    assert together == alone * 20


def test_it_has_an_identity(retriever: Retriever) -> None:
    assert retriever.fingerprint


@pytest.mark.parametrize("entries", [ENTRIES, ENGLISH, CHINESE, ENTRIES[:1], ENTRIES[-1:]])
def test_faiss_and_the_oracle_agree(
    entries: tuple[FaqEntry, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = build(entries, tmp_path / "faiss", "faiss", monkeypatch)
    oracle = build(entries, tmp_path / "numpy", "numpy", monkeypatch)
    assert fast.fingerprint == oracle.fingerprint
    for query in QUERIES:
        found = fast.search(query, ENCODER.encode_one(query), limit=20)
        expected = oracle.search(query, ENCODER.encode_one(query), limit=20)
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-4)
        assert {hit.entry.id for hit in found} == {hit.entry.id for hit in expected}
        if found[0].score > found[-1].score + 1e-3:
            assert found[0].entry == expected[0].entry


@pytest.mark.parametrize("backend", ["faiss", "numpy"])
def test_an_empty_knowledge_base_finds_nothing(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = build((), tmp_path, backend, monkeypatch)
    assert empty.size == 0
    assert empty.search("anything", ENCODER.encode_one("anything")) == ()
