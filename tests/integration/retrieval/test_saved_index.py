"""A search index outlives its process, and a damaged one is built again without anybody noticing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.domain import FaqEntry
from chatbot.retrieval import dense
from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.fingerprint import digests_of, fingerprint_of
from chatbot.retrieval.hybrid import HybridRetriever
from support.fakes.retrieval import CHINESE, ENGLISH, HashingEncoder

ENTRIES = (*ENGLISH, *CHINESE)
QUERIES = ("when does the parcel arrive", "台灯坏了能退货吗", "weather on the moon")


def build(
    directory: Path, encoder: HashingEncoder, entries: Sequence[FaqEntry] = ENTRIES, encoder_id: str = "hashing"
) -> HybridRetriever:
    return build_retriever(entries, encoder.encode, encoder_id=encoder_id, index_dir=directory)


def answers(retriever: HybridRetriever) -> list[tuple[str, float]]:
    encoder = HashingEncoder()
    found = [retriever.search(query, encoder.encode_one(query), limit=3) for query in QUERIES]
    return [(hit.entry.id, hit.score) for hits in found for hit in hits]


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, HybridRetriever]:
    directory = tmp_path_factory.mktemp("pristine")
    return directory, build(directory, HashingEncoder())


@pytest.fixture
def first(pristine: tuple[Path, HybridRetriever], tmp_path: Path) -> HybridRetriever:
    """The index of ENTRIES, saved in `tmp_path`."""
    shutil.copytree(pristine[0], tmp_path, dirs_exist_ok=True)
    return pristine[1]


def test_a_saved_index_is_loaded_without_encoding_and_answers_the_same(
    first: HybridRetriever, tmp_path: Path, encoder: HashingEncoder
) -> None:
    second = build(tmp_path, encoder)
    assert encoder.calls == 0
    assert second.fingerprint == first.fingerprint
    assert second.fusions == first.fusions
    assert answers(second) == answers(first)
    assert (tmp_path / first.fingerprint / "manifest.json").is_file()
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.usefixtures("first")
def test_a_changed_answer_is_served_at_once(tmp_path: Path, encoder: HashingEncoder) -> None:
    edited = (replace(ENTRIES[0], answer="Bring it back."), *ENTRIES[1:])
    retriever = build(tmp_path, encoder, edited)
    assert encoder.calls == 1
    hit = retriever.search(ENTRIES[0].question, encoder.encode_one(ENTRIES[0].question))[0]
    assert hit.entry.answer == "Bring it back."


@pytest.mark.parametrize(
    "changed",
    [
        ENTRIES[1:],
        (replace(ENTRIES[0], question="How do I send back a damaged lamp?"), *ENTRIES[1:]),
        (replace(ENTRIES[0], id="other"), *ENTRIES[1:]),
        (replace(ENTRIES[0], variants=()), *ENTRIES[1:]),
    ],
    ids=["fewer entries", "other wording", "other id", "fewer variants"],
)
def test_changed_phrasings_get_an_index_of_their_own(changed: tuple[FaqEntry, ...], first: HybridRetriever) -> None:
    assert fingerprint_of(digests_of(changed), "hashing") != first.fingerprint


def test_another_encoder_gets_an_index_of_its_own(first: HybridRetriever) -> None:
    assert fingerprint_of(digests_of(ENTRIES), "hashing") == first.fingerprint
    assert fingerprint_of(digests_of(ENTRIES), "other") != first.fingerprint


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-20] + bytes(reversed(content[-20:])))


@pytest.mark.parametrize("how", ["truncated", "empty", "missing", "scrambled"])
@pytest.mark.parametrize("name", [dense.FILE, "centres.npy", "manifest.json"])
def test_a_damaged_index_is_built_again(
    name: str, how: str, first: HybridRetriever, tmp_path: Path, encoder: HashingEncoder
) -> None:
    path = tmp_path / first.fingerprint / name
    sound = path.read_bytes()
    damage(path, how)
    assert answers(build(tmp_path, encoder)) == answers(first)
    assert path.read_bytes() == sound


@pytest.mark.parametrize(
    "fusion", [None, {}, {"en": {}}, {"en": {"dense": "x"}}, [1], {"en": {"dense": float("nan")}, "zh": {}}]
)
def test_a_manifest_that_lacks_what_was_learned_counts_as_absent(
    fusion: object, first: HybridRetriever, tmp_path: Path, encoder: HashingEncoder
) -> None:
    path = tmp_path / first.fingerprint / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["facts"]["fusion"] = fusion
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert answers(build(tmp_path, encoder)) == answers(first)


def test_an_index_of_other_entries_under_this_name_counts_as_absent(
    first: HybridRetriever, tmp_path: Path, encoder: HashingEncoder
) -> None:
    other = build(tmp_path, encoder, ENGLISH)
    for path in (tmp_path / other.fingerprint).iterdir():
        path.replace(tmp_path / first.fingerprint / path.name)
    assert answers(build(tmp_path, encoder)) == answers(first)


def test_an_index_that_cannot_be_saved_is_used_all_the_same(
    first: HybridRetriever, tmp_path: Path, encoder: HashingEncoder
) -> None:
    blocked = tmp_path / "index"
    blocked.write_text("a file where the directory should be")
    assert answers(build(blocked, encoder)) == answers(first)


def test_old_indexes_are_cleared_away_and_the_current_one_stays(tmp_path: Path, encoder: HashingEncoder) -> None:
    for number in range(6):
        latest = build(tmp_path, encoder, ENTRIES[:1], encoder_id=str(number))
    manifests = list(tmp_path.glob("*/manifest.json"))
    assert len(manifests) == 4
    assert tmp_path / latest.fingerprint / "manifest.json" in manifests


def test_without_faiss_the_index_is_kept_as_plain_vectors(
    first: HybridRetriever, tmp_path: Path, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "available", lambda: False)
    without = build(tmp_path, encoder)
    assert [name for name, _ in answers(without)] == [name for name, _ in answers(first)]
    calls = encoder.calls
    assert answers(build(tmp_path, encoder)) == answers(without)
    assert encoder.calls == calls
    assert (tmp_path / first.fingerprint / "vectors.npy").is_file()
