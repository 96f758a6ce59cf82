"""What users do wrong: one clear sentence, exit code 1 (2 for a wrong call), and everything as it was before."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.api.routes import build_router
from chatbot.bootstrap.application import build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.settings import load_settings
from support.servers.command_line import dump, run, run_alone, state_of
from support.shops.small_shop import copy_home, faq_rows, utterances, write_csv

TEN_MB = 10_000_000
QUESTION = faq_rows()[0]["question"]
ANSWER = faq_rows()[0]["answer"]
VISITOR = "visitor-0123456789"

READING = {
    "faq": ("faq", "import"),
    "intents": ("intents", "import"),
    "transcripts": ("transcripts", "import"),
    "train": ("train", "intent", "--data"),
    "evaluate intent": ("evaluate", "intent", "--data"),
    "evaluate retrieval": ("evaluate", "retrieval", "--data"),
}
HEADER = "id,question,answer,text,intent,conversation_id,turn,speaker,query,faq\n"
FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "header only": (HEADER.encode(), "has a header line but no rows"),
    "other columns": (b"apples,pears\n1,2\n", "has no column"),
    "binary": (bytes(range(256)) * 40, "is a binary file"),
    "a spreadsheet": (b"PK\x03\x04" + b"\x00" * 500, "is an Excel or ZIP file"),
    "cut utf-16": ((HEADER + "1,问,答,话,意,1,1,customer,问,\n").encode("utf-16")[:-1], "is not valid utf-16"),
    "an open quote": ((HEADER + '1,"q,a,t,i,c,1,customer,q,f\n').encode(), "cannot be read as CSV"),
}


@pytest.fixture(scope="module")
def bystander(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all mistakes that must not touch it."""
    return copy_home(prepared_home, tmp_path_factory.mktemp("bystander") / "home")


@pytest.mark.parametrize("reading", READING)
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_table_is_refused(kind: str, reading: str, bystander: Path, tmp_path: Path) -> None:
    content, said = FILES[kind]
    file = tmp_path / "given.csv"
    file.write_bytes(content)
    before = state_of(bystander)
    sentence = run(*READING[reading], file, home=bystander).sentence
    assert "given.csv" in sentence
    assert said in sentence
    assert state_of(bystander) == before


@pytest.mark.parametrize("reading", READING)
def test_a_path_that_cannot_be_read_is_named(reading: str, bystander: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        sentence = run(*READING[reading], path, home=bystander).sentence
        assert str(path) in sentence
        assert "cannot be read" in sentence


def test_a_misspelt_column_is_pointed_out(bystander: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "given.csv", [{"question": "Why?", "answr": "Because."}])
    sentence = run("faq", "import", file, home=bystander).sentence
    assert "Did you mean 'answer' where it says 'answr'?" in sentence


def test_a_file_over_the_limit_is_refused_unread(
    bystander: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "given.csv"
    with file.open("wb") as opened:
        opened.truncate(50_000_001)
    before = state_of(bystander)
    sentence = run("faq", "import", file, home=bystander).sentence
    assert all(part in sentence for part in ("given.csv", "50.0 MB", "CHATBOT_MAX_IMPORT_MB"))
    monkeypatch.setenv("CHATBOT_MAX_IMPORT_MB", "0.001")
    assert "0.001 MB" in run("faq", "import", write_csv(file, faq_rows()), home=bystander).sentence
    assert state_of(bystander) == before


def learned(home: Path) -> dict[str, Any]:
    """What a home holds but for the logs, which keep the trainings that failed, too."""
    rows = [line for line in dump(home) if not line.startswith(('INSERT INTO "job"', 'INSERT INTO "audit"'))]
    return state_of(home) | {"database": rows}


def test_training_data_that_cannot_be_learned_from_are_refused(bystander: Path, tmp_path: Path) -> None:
    before = learned(bystander)
    one = [row | {"intent": "delivery_time"} for row in utterances()]
    for rows, said in (
        (one, "intent"),
        (utterances()[:1], "intent"),
        ([row | {"intent": ""} for row in one], "intent"),
    ):
        file = write_csv(tmp_path / "given.csv", rows)
        assert said in run("train", "intent", "--mode", "fast", "--data", file, home=bystander).sentence
    assert learned(bystander) == before


def test_labels_that_the_model_does_not_know_are_named(bystander: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "given.csv", [utterances()[0], utterances()[1] | {"intent": "delivery_tmie"}])
    before = state_of(bystander)
    sentence = run("evaluate", "intent", "--data", file, home=bystander).sentence
    assert "'delivery_tmie'" in sentence
    assert "are not known to model" in sentence
    assert state_of(bystander) == before


def test_a_faq_question_that_is_not_stored_is_named(bystander: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "given.csv", [{"query": "tea?", "faq": QUESTION}, {"query": "tea?", "faq": "Tea?"}])
    sentence = run("evaluate", "retrieval", "--data", file, home=bystander).sentence
    assert "Row 2: 'Tea?'" in sentence


def test_versions_and_imports_that_do_not_exist_are_named(bystander: Path, tmp_path: Path) -> None:
    before = state_of(bystander)
    held_out = write_csv(tmp_path / "given.csv", utterances())
    for words in (
        ("models", "promote", "absent"),
        ("models", "rollback"),
        ("models", "rollback", "--kind", "generator"),
        ("evaluate", "intent", "--data", held_out, "--model", "absent"),
        ("faq", "undo", "absent"),
        ("faq", "undo", "99"),
        ("conversations", "show", "absent"),
        ("train", "generator"),
    ):
        assert run(*words, home=bystander).sentence
    assert "2 entries" not in run("faq", "undo", "2", home=bystander).sentence
    assert state_of(bystander) == before


def test_a_result_that_cannot_be_written_leaves_nothing_behind(bystander: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    for words in (("faq", "export"), ("intents", "export"), ("conversations", "export")):
        assert "cannot be written" in run(*words, tmp_path / "taken", home=bystander).sentence
        assert "cannot be written" in run(*words, tmp_path / "absent" / "out.csv", home=bystander).sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


# Messages


@pytest.mark.parametrize(
    ("message", "said"),
    [("", "is empty"), (" \n\t", "is empty"), ("\u200b\ufeff\x07", "is empty"), ("\ud800", "is empty")],
    ids=["nothing", "blanks", "invisible", "half a character"],
)
def test_an_empty_message_is_refused(message: str, said: str, shop: Path) -> None:
    before = state_of(shop)
    assert said in run("ask", message).sentence
    assert state_of(shop) == before


def test_a_message_of_ten_megabytes_is_refused(shop: Path) -> None:
    before = state_of(shop)
    sentence = run("ask", "x" * TEN_MB, "--json").sentence
    assert "10,000,000 characters, the limit is 2,000" in sentence
    assert len(sentence) < 200
    assert state_of(shop) == before


def test_a_wrong_message_is_refused_before_an_empty_home_is_prepared(home: Path) -> None:
    assert "is empty" in run("ask", "").sentence
    assert not home.exists()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"message": "x" * TEN_MB}, 422),
        ({"message": ""}, 422),
        ({"message": "\u200b"}, 422),
        ({}, 422),
        ({"message": 5}, 422),
        ({"message": "hi", "visitor_id": "short"}, 422),
        ({"message": "hi", "visitor_id": "x" * 1_000_000}, 422),
        ({"message": "hi", "lang": "xx"}, 422),
        ({"message": "hi", "conversation_id": "absent"}, 404),
    ],
    ids=["huge", "empty", "invisible", "absent", "number", "visitor", "long visitor", "language", "conversation"],
)
def test_a_wrong_request_over_http_is_answered_with_a_sentence(asked: dict[str, str], status: int, shop: Path) -> None:
    before = state_of(shop)
    stores = open_stores(load_settings())
    running = build_application(stores)
    web = FastAPI()
    web.include_router(build_router(running.assistant, stores.conversations))
    with TestClient(web, raise_server_exceptions=False) as client:
        answer = client.post("/api/v1/chat", json={"visitor_id": VISITOR, **asked})
        assert answer.status_code == status
        assert answer.json().keys() == {"detail"}
        assert len(answer.content) < 1_000
    stores.close()
    assert state_of(shop) == before


def test_nonsense_over_http_is_refused(shop: Path) -> None:
    stores = open_stores(load_settings())
    web = FastAPI()
    web.include_router(build_router(build_application(stores).assistant, stores.conversations))
    with TestClient(web, raise_server_exceptions=False) as client:
        for body in (b"{", b"\xff\xfe", b"[]", b"null"):
            headers = {"content-type": "application/json"}
            assert client.post("/api/v1/chat", content=body, headers=headers).status_code == 422, body
    stores.close()


# Settings and options


def test_an_unknown_option_is_a_wrong_call(shop: Path) -> None:
    before = state_of(shop)
    done = run("faq", "import", "--sheet", "2", "faq.csv")
    assert (done.code, done.out) == (2, "")
    assert "--sheet" in done.err
    assert "Traceback" not in done.err
    assert state_of(shop) == before


def test_an_unknown_environment_variable_is_named_with_the_nearest(
    bystander: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATBOT_PROT", "1")
    sentence = run("faq", "list", home=bystander).sentence
    assert "'CHATBOT_PROT'" in sentence
    assert "CHATBOT_PORT?" in sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"prot = 1\n", "Did you mean port?"),
        (b"port = 'many'\n", "In chatbot.toml, port = 'many'"),
        (b"port = \n", "not valid TOML"),
        (b"[server]\nport = 1\n", "'server'"),
        ("lang = 'zh' # 中文\n".encode("gb18030"), "not UTF-8"),
    ],
    ids=["unknown", "unusable", "broken", "a section", "not UTF-8"],
)
def test_a_wrong_settings_file_is_explained(
    content: bytes, said: str, bystander: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chatbot.toml").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    sentence = run("faq", "list", home=bystander).sentence
    assert "chatbot.toml" in sentence
    assert said in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "seventy"), ("PORT", "70000"), ("LANG", "fr"), ("THREADS", "0"), ("MAX_IMPORT_MB", "-1")],
)
def test_an_unusable_setting_is_named_with_its_value(
    name: str, value: str, bystander: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CHATBOT_{name}", value)
    sentence = run("faq", "list", home=bystander).sentence
    assert f"CHATBOT_{name}" in sentence
    assert repr(value) in sentence


def test_an_encoder_that_does_not_exist_is_one_sentence(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_ENCODER", "no/such-encoder")
    before = state_of(shop)
    assert "no/such-encoder" in run("ask", QUESTION).sentence
    assert state_of(shop) == before


def test_a_port_in_use_is_said_at_once(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = run_alone("serve", "--port", port).sentence
    assert f"Port {port} on 127.0.0.1 is in use" in sentence
    assert not home.exists()


def test_an_address_of_another_machine_is_said_at_once(home: Path) -> None:
    assert "Cannot listen on 192.0.2.1" in run_alone("serve", "--host", "192.0.2.1", "--port", "0").sentence
    assert not home.exists()
