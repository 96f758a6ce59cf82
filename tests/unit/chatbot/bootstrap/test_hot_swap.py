"""The live snapshot: built once a revision, swapped as a whole, never lost by a failing build."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from chatbot.bootstrap.hot_swap import LiveSnapshot
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import RoutingPolicy
from chatbot.errors import ArtifactError
from support.fakes.core import FakeEncoder

PATIENCE = 60


class Workshop:
    """A database revision and a builder under the test's control."""

    def __init__(self) -> None:
        self.revision = "1"
        self.built: list[tuple[Snapshot | None, Snapshot]] = []
        self.error: Exception | None = None
        self.gate: threading.Event | None = None
        self.entered = threading.Event()

    def build(self, previous: Snapshot | None) -> Snapshot:
        self.entered.set()
        if self.gate is not None:
            assert self.gate.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        snapshot = Snapshot(FakeEncoder(), None, None, None, RoutingPolicy())
        self.built.append((previous, snapshot))
        return snapshot


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def live(workshop: Workshop) -> LiveSnapshot:
    return LiveSnapshot(workshop.build, lambda: workshop.revision)


def test_nothing_is_built_before_it_is_needed(workshop: Workshop, live: LiveSnapshot) -> None:
    assert workshop.built == []


def test_one_revision_is_built_once(workshop: Workshop, live: LiveSnapshot) -> None:
    assert live() is live()
    assert live.refresh() is live()
    assert len(workshop.built) == 1


def test_a_new_revision_is_built_from_the_previous_snapshot(workshop: Workshop, live: LiveSnapshot) -> None:
    first = live()
    workshop.revision = "2"
    second = live()
    assert second is not first
    assert [previous for previous, _ in workshop.built] == [None, first]


def test_many_first_callers_wait_for_one_build(workshop: Workshop, live: LiveSnapshot) -> None:
    together = threading.Barrier(8, timeout=PATIENCE)

    def call() -> Snapshot:
        together.wait()
        return live()

    with ThreadPoolExecutor(8) as pool:
        seen = {id(future.result(PATIENCE)) for future in [pool.submit(call) for _ in range(8)]}
    assert len(seen) == 1
    assert len(workshop.built) == 1


def test_others_go_on_with_the_old_snapshot_while_one_builds(workshop: Workshop, live: LiveSnapshot) -> None:
    old = live()
    workshop.revision, workshop.gate = "2", threading.Event()
    workshop.entered.clear()
    with ThreadPoolExecutor(1) as pool:
        builder = pool.submit(live)
        assert workshop.entered.wait(PATIENCE)
        assert live() is old
        workshop.gate.set()
        new = builder.result(PATIENCE)
    assert new is not old
    assert live() is new


def test_refresh_waits_for_the_build_that_is_under_way(workshop: Workshop, live: LiveSnapshot) -> None:
    old = live()
    workshop.revision, workshop.gate = "2", threading.Event()
    workshop.entered.clear()
    with ThreadPoolExecutor(2) as pool:
        builder = pool.submit(live)
        assert workshop.entered.wait(PATIENCE)
        waiting = pool.submit(live.refresh)
        workshop.gate.set()
        assert waiting.result(PATIENCE) is builder.result(PATIENCE) is not old
    assert len(workshop.built) == 2


def test_the_first_build_that_fails_is_told_and_tried_again(workshop: Workshop, live: LiveSnapshot) -> None:
    workshop.error = ArtifactError("The index is damaged.")
    with pytest.raises(ArtifactError, match="damaged"):
        live()
    workshop.error = None
    assert live() is live()


def test_a_later_build_that_fails_keeps_the_old_snapshot_and_says_so_once(
    workshop: Workshop, live: LiveSnapshot, caplog: pytest.LogCaptureFixture
) -> None:
    old = live()
    workshop.revision, workshop.error = "2", ArtifactError("The index is damaged.")
    with caplog.at_level(logging.ERROR):
        assert live() is old
        assert live() is old
    assert len(caplog.records) == 1
    assert "The index is damaged." in caplog.text


def test_after_a_failed_build_the_next_revision_is_tried(workshop: Workshop, live: LiveSnapshot) -> None:
    old = live()
    workshop.revision, workshop.error = "2", ArtifactError("The index is damaged.")
    assert live() is old
    workshop.revision, workshop.error = "3", None
    assert live() is not old


def test_a_bug_in_the_builder_is_not_hidden_and_does_not_block(workshop: Workshop, live: LiveSnapshot) -> None:
    old = live()
    workshop.revision, workshop.error = "2", RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        live()
    workshop.error = None
    assert live() is not old


def test_a_change_during_a_build_is_noticed_by_the_next_caller(workshop: Workshop, live: LiveSnapshot) -> None:
    workshop.gate = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        builder = pool.submit(live)
        assert workshop.entered.wait(PATIENCE)
        workshop.revision = "2"
        workshop.gate.set()
        first = builder.result(PATIENCE)
    assert live() is not first


def test_one_look_at_the_revision_is_good_for_a_while_and_a_refresh_always_looks() -> None:
    now = [0.0]
    revisions = ["1"]
    built: list[str] = []

    def build(_previous: Snapshot | None) -> Snapshot:
        built.append(revisions[0])
        return cast(Snapshot, object())

    live = LiveSnapshot(build, lambda: revisions[0], every=0.5, clock=lambda: now[0])
    live()
    revisions[0] = "2"
    live()
    assert built == ["1"]
    live.refresh()
    assert built == ["1", "2"]
    revisions[0] = "3"
    now[0] = 0.6
    live()
    assert built == ["1", "2", "3"]


def test_a_followed_snapshot_is_replaced_without_any_reply_building_it() -> None:
    revision = ["1"]
    builders: list[str] = []
    swapped = threading.Event()

    def build(previous: object) -> object:
        builders.append(threading.current_thread().name)
        if previous is not None:
            swapped.set()
        return revision[0]

    live = LiveSnapshot(build, lambda: revision[0])  # type: ignore[arg-type]
    stop = live.follow(0.01)
    try:
        assert live() == "1"
        revision[0] = "2"
        assert swapped.wait(10)
        while live() != "2":
            pass
        assert builders[1:] == ["live snapshot"]
    finally:
        stop.set()
