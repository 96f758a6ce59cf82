"""Homes that cannot be used: read-only, damaged, newer, half-written, on a full disk.

Each gets one clear sentence and exit code 1, and stays as it was.
"""

from __future__ import annotations

import json
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.bootstrap.stores import open_stores
from chatbot.settings import load_settings
from support.servers.command_line import dump, run, run_alone, state_of
from support.shops.small_shop import faq_rows, utterances, write_csv

QUESTION = faq_rows()[0]["question"]
ANSWER = faq_rows()[0]["answer"]


# Homes


@pytest.mark.parametrize("words", ["faq list", "ask hello", "doctor", "models list"])
def test_a_home_that_is_a_file_is_one_sentence(words: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    for home in (path, path / "below"):
        sentence = run(*words.split(), home=home).sentence
        assert str(path) in sentence
        assert "CHATBOT_HOME" in sentence
    assert path.read_text() == "mine"


def test_a_home_that_cannot_be_written_is_one_sentence() -> None:
    sentence = run("faq", "list", home=Path("/proc/chatbot")).sentence
    assert "/proc/chatbot" in sentence
    assert "CHATBOT_HOME" in sentence


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"not a database" * 1000,
        lambda content: content[: len(content) // 2],
        lambda content: content[:4096] + bytes(len(content) - 4096),
    ],
    ids=["another file", "cut", "zeroed"],
)
@pytest.mark.parametrize("words", ["faq list", "ask hello", "doctor"])
def test_a_damaged_database_is_one_sentence_and_stays_as_it_is(
    words: str, damage: Callable[[bytes], bytes], shop: Path
) -> None:
    path = shop / "chatbot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    done = run(*words.split())
    assert done.code == 1
    assert done.err.startswith("Error: ")
    assert len(done.err.splitlines()) == 1
    assert words == "doctor" or str(path) in done.sentence
    assert path.read_bytes() == before


def test_a_database_of_a_newer_program_is_one_sentence(shop: Path) -> None:
    with closing(sqlite3.connect(shop / "chatbot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = state_of(shop)
    for words in (("faq", "list"), ("ask", QUESTION), ("serve", "--port", "0")):
        sentence = (run_alone if words[0] == "serve" else run)(*words).sentence
        assert "written by a newer version" in sentence
    assert state_of(shop) == before


# Disks


def no_file_larger_than(size: int) -> Callable[[], None]:
    """Limits a process so that writing beyond `size` bytes of a file fails, as on a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("room", [0, 200_000, 1_000_000], ids=lambda room: f"{room} bytes")
def test_an_import_that_does_not_fit_the_disk_changes_nothing(room: int, shop: Path, tmp_path: Path) -> None:
    many = [
        {"question": f"{row['question']} {number}", "answer": row["answer"] * 40}
        for number in range(20)
        for row in faq_rows()
    ]
    file = write_csv(tmp_path / "many.csv", many)
    before = state_of(shop)
    sentence = run_alone("faq", "import", file, "--json", before=no_file_larger_than(room)).sentence
    assert str(shop / "chatbot.db") in sentence
    assert "nothing was saved" in sentence
    assert state_of(shop) == before
    assert run("faq", "import", file, "--json").json["inserted"] == len(many)


def test_a_training_that_does_not_fit_the_disk_leaves_no_model(shop: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "utterances.csv", utterances())
    before = state_of(shop)
    words = ("train", "intent", "--mode", "fast", "--data", file)
    assert str(shop) in run_alone(*words, before=no_file_larger_than(20_000)).sentence
    assert state_of(shop) == before


def test_an_index_that_does_not_fit_the_disk_answers_all_the_same(shop: Path) -> None:
    shutil.rmtree(shop / "index")
    done = run_alone("ask", QUESTION, "--json", before=no_file_larger_than(100_000))
    assert done.json["reply"] == ANSWER


# Half-written models and indexes


def live_model(shop: Path) -> Path:
    (directory,) = (shop / "models" / "intent").iterdir()
    return directory


def cut(path: Path) -> None:
    """Half of a file, under a new inode: other homes may share the old one."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("name", ["manifest.json", "model.safetensors"])
@pytest.mark.parametrize("how", [cut, Path.unlink], ids=["cut", "missing"])
def test_a_half_written_intent_model_is_named(name: str, how: Callable[[Path], None], shop: Path) -> None:
    directory = live_model(shop)
    how(directory / name)
    before = state_of(shop)
    held_out = write_csv(shop.parent / "held_out.csv", utterances())
    for words in (
        ("evaluate", "intent", "--data", held_out),
        ("models", "promote", directory.name),
    ):
        assert str(directory) in run(*words).sentence
    assert state_of(shop) == before
    done = run("doctor", "--json")
    assert (done.code, "intent model loads" in done.err) == (1, True)
    (failed,) = [check for check in json.loads(done.out) if not check["ok"]]
    assert str(directory) in failed["detail"]


def test_a_missing_model_directory_is_named(shop: Path) -> None:
    directory = live_model(shop)
    directory.rename(shop.parent / "elsewhere")
    held_out = write_csv(shop.parent / "held_out.csv", utterances())
    sentence = run("evaluate", "intent", "--data", held_out).sentence
    assert str(directory) in sentence
    assert "rollback" in sentence


@pytest.mark.parametrize("name", ["manifest.json", "model.safetensors"])
def test_a_live_model_that_is_half_written_is_said_before_anything_is_stored(name: str, shop: Path) -> None:
    directory = live_model(shop)
    (directory / name).unlink()
    before = state_of(shop)
    for words in (("ask", QUESTION), ("chat",)):
        assert str(directory) in run(*words, stdin=f"{QUESTION}\n").sentence
    assert state_of(shop) == before


@pytest.mark.parametrize("name", ["", "manifest.json"], ids=["nothing", "a manifest"])
def test_a_half_written_generator_is_named_and_answers_go_on(name: str, shop: Path, tmp_path: Path) -> None:
    stores = open_stores(load_settings())
    stores.registry.add("generator", "half", {})
    stores.close()
    directory = shop / "models" / "generator" / "half"
    directory.mkdir(parents=True)
    if name:
        (directory / name).write_text('{"version": "half"}')
    turns = [
        {"conversation_id": "1", "turn": "1", "speaker": "customer", "text": "hi"},
        {"conversation_id": "1", "turn": "2", "speaker": "agent", "text": "hello"},
    ]
    file = write_csv(tmp_path / "turns.csv", turns)
    before = state_of(shop)
    for words in (("evaluate", "generator", "--data", file), ("models", "promote", "half")):
        assert str(directory) in run(*words).sentence
    assert state_of(shop) == before
    assert run("ask", QUESTION, "--json").json["reply"] == ANSWER


@pytest.mark.parametrize("name", ["manifest.json", "vectors.faiss", "centres.npy"])
@pytest.mark.parametrize("how", [cut, Path.unlink], ids=["cut", "missing"])
def test_a_half_written_index_heals_itself(name: str, how: Callable[[Path], None], shop: Path) -> None:
    (directory,) = (path.parent for path in (shop / "index").glob("*/manifest.json"))
    sound = {path.name: path.read_bytes() for path in directory.iterdir()}
    how(directory / name)
    assert run("ask", QUESTION, "--json").json["reply"] == ANSWER
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == sound


@pytest.mark.parametrize("name", ["tokenizer.json", "fp32.onnx"])
@pytest.mark.parametrize("how", [cut, Path.unlink], ids=["cut", "missing"])
def test_a_half_written_encoder_is_named(name: str, how: Callable[[Path], None], shop: Path) -> None:
    directory = shop / "models" / "encoder" / "minilm"
    how(directory / name)
    before = dump(shop)
    sentence = run("ask", QUESTION).sentence
    assert str(directory) in sentence
    assert "Delete that directory" in sentence
    assert dump(shop) == before


def test_an_encoder_export_without_its_manifest_is_made_again(
    shop: Path, exported_minilm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = shop / "models" / "encoder" / "minilm"
    (directory / "manifest.json").unlink()
    asked: list[Path] = []

    def export(source: Path, target: Path, *, name: str) -> None:
        asked.append(target)
        (target / "manifest.json").write_bytes((exported_minilm / "manifest.json").read_bytes())

    monkeypatch.setattr("chatbot.encoding.export.export_encoder", export)
    assert run("ask", QUESTION, "--json").json["reply"] == ANSWER
    assert asked == [directory]
