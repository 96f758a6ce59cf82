"""Index and database agree after any sequence of edits, crashes and restarts: random steps against an exact oracle."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chatbot.artifacts import checked_directory
from chatbot.artifacts.publishing import Write
from chatbot.domain import FaqEntry, ImportReport
from chatbot.retrieval import build, dense
from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.hybrid import HybridRetriever
from chatbot.storage.database.engine import open_database
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from chatbot.text import normalise
from support.fakes.retrieval import HashingEncoder

STEPS, LIVES = 70, 6
WORDS = ("parcel", "late", "refund", "lamp", "broken", "card", "包裹", "退款", "台灯")
QUERIES = ("where is the late parcel", "refund for the lamp", "包裹退款")

# Few draws for each: hypothesis gives a whole life a limited amount of chance.
entries = st.builds(
    lambda key, one, other, more: FaqEntry(
        f"e{key}", f"{one} {other} {key}?", f"Answer {key}.", tuple(f"{one} {word} {key}" for word in WORDS[:more])
    ),
    st.integers(0, 11),
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.integers(0, 2),
)


class PowerCut(BaseException):
    """The process ends here; no handler of errors may see it."""


class Life(RuleBasedStateMachine):
    """One home through many lives."""

    looked: ClassVar[list[int]] = []
    """Entries of each state that was compared."""
    layers: ClassVar[list[int]] = []
    """Layers of its index."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.imports: list[str] = []
        self.last: HybridRetriever | None = None
        self.start()

    def start(self) -> None:
        self.database = open_database(f"sqlite:///{self.home}/chatbot.db", backup_dir=None)
        self.store = SqlKnowledgeStore(self.database)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.home)

    def retriever(self, home: Path) -> HybridRetriever:
        return build_retriever(
            self.store.entries(),
            HashingEncoder().encode,
            encoder_id="hashing",
            index_dir=home / "index",
            previous=self.last if home == self.home else None,
        )

    @rule(batch=st.lists(entries, min_size=1, max_size=2, unique_by=lambda entry: entry.id))
    def edit(self, batch: list[FaqEntry]) -> None:
        done = self.store.apply_faq(batch, ImportReport("faq.csv", "utf-8", len(batch), 0, 0, 0, 0))
        if done.import_id and done.inserted + done.updated:
            self.imports.append(done.import_id)

    @rule()
    def undo(self) -> None:
        if self.imports:
            self.store.undo_import(self.imports.pop())

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.last = None
        self.start()

    @rule(writes=st.integers(0, 17), half=st.booleans())
    def power_cut_while_the_index_is_saved(self, writes: int, half: bool) -> None:
        real, left = checked_directory.replace_file, [writes]

        def write(path: Path, content: Write) -> None:
            if not left[0]:
                if half:
                    content(path)
                    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
                raise PowerCut
            left[0] -= 1
            real(path, content)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checked_directory, "replace_file", write)
            try:
                self.retriever(self.home)
            except PowerCut:
                self.restart()

    @rule(place=st.integers(0, 255), data=st.sampled_from((b"", b"{}", b"garbage", b"\x93NUMPY")))
    def damage(self, place: int, data: bytes) -> None:
        files = sorted(path for path in (self.home / "index").rglob("*") if path.is_file())
        if files:
            files[place % len(files)].write_bytes(data)

    @invariant()
    def the_search_equals_the_oracle(self) -> None:
        found = self.last = self.retriever(self.home)
        type(self).looked.append(found.size)
        type(self).layers.append(len(found.layers))
        with tempfile.TemporaryDirectory() as empty, pytest.MonkeyPatch.context() as patch:
            patch.setattr(dense, "available", lambda: False)  # NumPy's exact search, on an index built from nothing
            oracle = self.retriever(Path(empty))
        assert found.size == oracle.size == len(self.store.entries())
        assert found.fingerprint == oracle.fingerprint
        self.compare(found, oracle)

    def compare(self, found: HybridRetriever, oracle: HybridRetriever) -> None:
        for query in QUERIES:
            vector = HashingEncoder().encode_one(query)
            hits, expected = (one.search(query, vector, limit=20) for one in (found, oracle))
            assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], abs=1e-4)
            assert {hit.entry.id: hit for hit in hits}.keys() == {hit.entry.id: hit for hit in expected}.keys()
            assert all(hit.entry in self.store.entries() for hit in hits)


class Amended(Life):
    """A base whose edits go into a layer of their own: weighed as it was, it finds every entry as it is now."""

    looked: ClassVar[list[int]] = []
    layers: ClassVar[list[int]] = []

    def compare(self, found: HybridRetriever, oracle: HybridRetriever) -> None:
        stored = self.store.entries()
        said = [phrasing for entry in stored for phrasing in entry.phrasings]
        for entry in stored[-4:]:  # the newest and some others
            for phrasing in entry.phrasings:
                vector = HashingEncoder().encode_one(phrasing)
                hits, expected = (one.search(phrasing, vector, limit=20) for one in (found, oracle))
                assert {hit.entry.id for hit in hits} == {hit.entry.id for hit in expected}
                assert all(hit.entry in stored for hit in hits)
                if said.count(phrasing) == 1:
                    assert hits[0].entry == entry
                    assert normalise(hits[0].phrasing) == normalise(phrasing)


@pytest.mark.parametrize("life", [Life, Amended])
def test_the_index_tells_the_truth_through_edits_crashes_and_restarts(
    life: type[Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    if life is Amended:
        monkeypatch.setattr(build, "AMENDED_FROM", 8)
        monkeypatch.setattr(build, "MOST_AMENDED", 0.7)
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),  # a failure is long enough without being made shorter for minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"\n{len(life.looked)} states of {LIVES} lives compared, up to {max(life.looked)} entries")
    assert sum(size > 4 for size in life.looked) > 40, "the lives were too dull to show anything"
    assert (life.layers.count(2) > 25) == (life is Amended)
