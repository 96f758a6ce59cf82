"""A home made by version 0.1 opens, reads, answers, imports, retrains and rolls back as it did."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.paths import TESTS
from support.servers.command_line import listed, run

HOMES = TESTS / "support" / "homes"
EXPECTED: dict[str, Any] = json.loads((HOMES / "version_0_1.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def unpacked(exported_minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with the exported encoder, which every start would derive: read it, copy it, never change it."""
    folder = tmp_path_factory.mktemp("version-0-1")
    with tarfile.open(HOMES / "version_0_1.tar.gz") as packed:
        packed.extractall(folder, filter="data")
    (found,) = folder.iterdir()
    shutil.copytree(exported_minilm, found / "models" / "encoder" / "minilm", copy_function=os.link)
    return found


@pytest.fixture
def old_home(unpacked: Path, home: Path) -> Iterator[Path]:
    """CHATBOT_HOME of this test."""
    shutil.copytree(unpacked, home)
    yield home


def test_everything_in_it_reads_as_it_did(old_home: Path) -> None:
    assert {c["id"] for c in listed("conversations list --limit 200")} == set(EXPECTED["conversations"])
    assert {c["id"] for c in listed("conversations list --waiting --limit 200")} == set(EXPECTED["waiting"])
    for conversation_id, messages in EXPECTED["messages"].items():
        shown = listed(f"conversations show {conversation_id}")
        assert len(shown) == len(messages)
        for now, (role, text, route, reason, choices, sources, helpful, author) in zip(shown, messages, strict=True):
            decision = now["decision"] or {}
            assert (now["role"], now["text"], now["helpful"]) == (role, text, helpful)
            assert now.get("author") == author
            if route is not None:
                assert (decision["route"], decision["reason"]) == (route, reason)
                assert (decision["choices"], decision["sources"]) == (choices or [], sources or [])
    assert sorted(entry["id"] for entry in listed("faq list")) == EXPECTED["faq"]
    assert [[m["version"], m["status"]] for m in listed("models list")] == EXPECTED["models"]
    assert [draft["id"] for draft in listed("drafts list")] == EXPECTED["drafts"]


def test_what_it_answered_is_still_answered_or_shown_as_the_closest(old_home: Path) -> None:
    for text, route, _, sources in EXPECTED["asked"]:
        now = run("ask", text, "--json").json
        assert now["reply"], text
        if route == "faq":
            assert now["route"] in ("faq", "suggest"), text
            assert [source["id"] for source in now["sources"]][:1] == sources, text


def test_its_own_export_changes_nothing_when_it_is_imported_again(old_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    assert run("faq", "export", file).code == 0
    report = run("faq", "import", file, "--json").json
    assert (report["inserted"], report["updated"], report["failed"]) == (0, 0, 0)
    # Without its ids an entry is known by its question and language.
    lines = file.read_text("utf-8-sig").splitlines()
    assert len(lines) > len(EXPECTED["faq"])
    assert sorted(entry["id"] for entry in listed("faq list")) == EXPECTED["faq"]


def test_it_is_retrained_promoted_and_rolled_back(old_home: Path) -> None:
    live = next(version for version, status in EXPECTED["models"] if status == "live")
    trained = run("train", "intent", "--mode", "fast", "--json").json
    assert trained["version"] not in {version for version, _ in EXPECTED["models"]}
    assert run("models", "promote", trained["version"], "--override", "a test").code == 0
    assert run("models", "rollback").code == 0
    assert [m["version"] for m in listed("models list") if m["status"] == "live"] == [live]
    assert run("models", "rollback").code == 0
    assert [m["version"] for m in listed("models list") if m["status"] == "live"] == EXPECTED["live_after_rollback"]
