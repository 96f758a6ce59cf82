"""Index and database agree after any sequence of edits, crashes and restarts: random steps against an exact oracle."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from fakes_retrieval import HashingEncoder
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chatbot.domain import FaqEntry, ImportReport
from chatbot.retrieval import dense, saved
from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.hybrid import HybridRetriever
from chatbot.storage.engine import open_database
from chatbot.storage.knowledge import SqlKnowledgeStore

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

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.imports: list[str] = []
        self.start()

    def start(self) -> None:
        self.database = open_database(f"sqlite:///{self.home}/chatbot.db", backup_dir=None)
        self.store = SqlKnowledgeStore(self.database)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.home)

    def retriever(self, home: Path) -> HybridRetriever:
        return build_retriever(
            self.store.entries(), HashingEncoder().encode, encoder_id="hashing", index_dir=home / "index"
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
        self.start()

    @rule(writes=st.integers(0, 6), half=st.booleans())
    def power_cut_while_the_index_is_saved(self, writes: int, half: bool) -> None:
        real, left = saved._replace, [writes]

        def write(path: Path, content: bytes) -> None:
            if not left[0]:
                if half:
                    path.write_bytes(content[: len(content) // 2])
                raise PowerCut
            left[0] -= 1
            real(path, content)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(saved, "_replace", write)
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
        found = self.retriever(self.home)
        Life.looked.append(found.size)
        with tempfile.TemporaryDirectory() as empty, pytest.MonkeyPatch.context() as patch:
            patch.setattr(dense, "available", lambda: False)  # NumPy's exact search, on an index built from nothing
            oracle = self.retriever(Path(empty))
        assert found.size == oracle.size == len(self.store.entries())
        for query in QUERIES:
            vector = HashingEncoder().encode_one(query)
            hits, expected = (one.search(query, vector, limit=20) for one in (found, oracle))
            assert [hit.entry for hit in hits] == [hit.entry for hit in expected]
            assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], abs=1e-4)


def test_the_index_tells_the_truth_through_edits_crashes_and_restarts() -> None:
    run_state_machine_as_test(
        Life,
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
    print(f"\n{len(Life.looked)} states of {LIVES} lives compared, up to {max(Life.looked)} entries")
    assert sum(size > 4 for size in Life.looked) > 40, "the lives were too dull to show anything"
