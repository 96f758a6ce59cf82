"""What every ModelRegistry does, together with the revision of its KnowledgeStore; and the audit log and state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot.errors import NotFoundError, StorageError
from chatbot.ports import AuditLog, KnowledgeStore, ModelRegistry
from chatbot.storage.database.audit import SqlAuditLog
from chatbot.storage.database.engine import open_database
from chatbot.storage.database.key_value import SqlStateStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from chatbot.storage.learning.registry import SqlModelRegistry
from support.fakes.storage import FakeAuditLog, FakeKnowledgeStore, FakeModelRegistry, FakeStateStore


@dataclass(frozen=True)
class Stores:
    registry: ModelRegistry
    knowledge: KnowledgeStore
    audit: AuditLog
    state: SqlStateStore | FakeStateStore


@pytest.fixture(params=["sql", "fake"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "fake":
        knowledge = FakeKnowledgeStore()
        yield Stores(FakeModelRegistry(knowledge.touch), knowledge, FakeAuditLog(), FakeStateStore())
        return
    database = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield Stores(
        SqlModelRegistry(database), SqlKnowledgeStore(database), SqlAuditLog(database), SqlStateStore(database)
    )
    database.close()


@pytest.fixture
def registry(stores: Stores) -> ModelRegistry:
    return stores.registry


def statuses(registry: ModelRegistry, kind: str = "intent") -> dict[str, str]:
    return {record.version: record.status for record in registry.list(kind)}


def test_the_first_version_of_a_kind_goes_live_and_later_ones_are_candidates(registry: ModelRegistry) -> None:
    assert registry.live("intent") is None
    first = registry.add("intent", "v1", {"accuracy": 0.9, "per": {"a": 1}})
    assert (first.kind, first.version, first.status) == ("intent", "v1", "live")
    assert first.created_at.utcoffset() == dt.timedelta(0)
    assert registry.add("intent", "v2", {}).status == "candidate"
    assert registry.add("generator", "g1", {}).status == "live"
    assert registry.live("intent") == "v1"
    assert [record.version for record in registry.list("intent")] == ["v2", "v1"]
    assert len(registry.list()) == 3
    assert registry.list("intent")[1] == first


def test_a_version_is_registered_once(registry: ModelRegistry) -> None:
    registry.add("intent", "v1", {})
    with pytest.raises(StorageError, match="v1"):
        registry.add("intent", "v1", {})
    registry.add("generator", "v1", {})


def test_promoting_retires_the_version_before(registry: ModelRegistry) -> None:
    registry.add("intent", "v1", {})
    registry.add("intent", "v2", {})
    registry.promote("intent", "v2")
    assert statuses(registry) == {"v1": "retired", "v2": "live"}
    registry.promote("intent", "v2")
    assert statuses(registry) == {"v1": "retired", "v2": "live"}
    with pytest.raises(NotFoundError, match="v9"):
        registry.promote("intent", "v9")
    with pytest.raises(NotFoundError):
        registry.promote("generator", "v1")


def test_rolling_back_twice_goes_two_steps_back(registry: ModelRegistry) -> None:
    for version in ("v1", "v2", "v3"):
        registry.add("intent", version, {})
        registry.promote("intent", version)
    assert registry.rollback("intent") == "v2"
    assert statuses(registry) == {"v1": "retired", "v2": "live", "v3": "candidate"}
    assert registry.rollback("intent") == "v1"
    with pytest.raises(NotFoundError):
        registry.rollback("intent")
    assert registry.live("intent") == "v1"
    registry.promote("intent", "v3")
    assert registry.rollback("intent") == "v1"


def test_rolling_back_without_a_predecessor_is_refused(registry: ModelRegistry) -> None:
    with pytest.raises(NotFoundError):
        registry.rollback("intent")
    registry.add("intent", "v1", {})
    with pytest.raises(NotFoundError):
        registry.rollback("intent")


def test_the_revision_follows_live_versions_and_nothing_else(stores: Stores) -> None:
    def changed_by(action: object) -> bool:
        before = stores.knowledge.revision()
        assert callable(action)
        action()
        return stores.knowledge.revision() != before

    assert changed_by(lambda: stores.registry.add("intent", "v1", {}))
    assert not changed_by(lambda: stores.registry.add("intent", "v2", {}))
    assert changed_by(lambda: stores.registry.promote("intent", "v2"))
    assert not changed_by(lambda: stores.registry.promote("intent", "v2"))
    assert changed_by(lambda: stores.registry.rollback("intent"))


def test_the_audit_log_shows_the_newest_first(stores: Stores) -> None:
    for n in range(5):
        stores.audit.record("anna", "promote", {"version": f"v{n}"})
    recent = stores.audit.recent(2)
    assert [(actor, action, detail) for _, actor, action, detail in recent] == [
        ("anna", "promote", {"version": "v4"}),
        ("anna", "promote", {"version": "v3"}),
    ]
    assert recent[0][0].utcoffset() == dt.timedelta(0)
    assert len(stores.audit.recent()) == 5


def test_state_keeps_small_strings(stores: Stores) -> None:
    assert stores.state.get("password_hash") is None
    stores.state.set("password_hash", "one")
    stores.state.set("password_hash", "two")
    assert stores.state.get("password_hash") == "two"
    assert stores.state.set_default("password_hash", "three") == "two"
    assert stores.state.set_default("cookie_secret", "s") == stores.state.get("cookie_secret") == "s"


def test_a_version_knows_its_parent_its_data_and_who_promoted_it(registry: ModelRegistry) -> None:
    registry.add("intent", "v1", {}, data_hash="aa", by="ann")
    registry.add("intent", "v2", {}, data_hash="bb", by="ann")
    registry.note_verdict("intent", "v2", {"allowed": True})
    registry.promote("intent", "v2", by="bob")
    newest, oldest = registry.list("intent")
    assert (newest.parent, newest.data_hash, newest.promoted_by) == ("v1", "bb", "bob")
    assert newest.verdict == {"allowed": True}
    assert (oldest.parent, oldest.data_hash, oldest.promoted_by) == (None, "aa", "ann")


def test_a_version_can_be_deleted_unless_it_is_live(registry: ModelRegistry) -> None:
    registry.add("intent", "v1", {})
    registry.add("intent", "v2", {})
    registry.promote("intent", "v2")
    with pytest.raises(StorageError, match="live"):
        registry.delete("intent", "v2")
    registry.delete("intent", "v1")
    assert [record.version for record in registry.list("intent")] == ["v2"]
    with pytest.raises(NotFoundError):
        registry.delete("intent", "v1")
    with pytest.raises(NotFoundError):
        registry.rollback("intent")
