"""Past conversations on the command line: import without personal data, mine, decide; the first answer from a draft."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from support.servers.command_line import run

pytestmark = pytest.mark.integration
ASKED = (
    "Can I pay with a gift card?",
    "can i pay with gift card",
    "Do you take a gift card as payment?",
    "How do I pay with a gift card?",
)
ANSWER = "Yes, gift cards are taken at the checkout."


def export(path: Path, *, extra: str = "") -> Path:
    conversations = [
        {
            "id": f"c{number}",
            "messages": [
                {"role": "user", "content": f"Hi, my name is Ann Smith. {asked}"},
                {"role": "assistant", "content": "I am a bot: no."},
                {"role": "agent", "content": f"{ANSWER} Call 020 7946 0123.{extra}"},
            ],
        }
        for number, asked in enumerate(ASKED)
    ]
    path.write_text("\n".join(map(json.dumps, conversations)), encoding="utf-8")
    return path


@pytest.fixture
def ready(home: Path, exported_minilm: Path) -> Path:
    """A home with nothing but the exported encoder."""
    shutil.copytree(exported_minilm, home / "models" / "encoder" / "minilm", copy_function=os.link)
    return home


def test_from_an_export_to_an_answer(ready: Path, tmp_path: Path) -> None:
    file = export(tmp_path / "export.jsonl")
    shown = run("transcripts", "import", file, "--dry-run", "--json").json
    assert (shown["layout"], shown["inserted"], shown["import_id"]) == ("json", 12, None)
    assert [(s["name"], s["role"]) for s in shown["speakers"]] == [
        ("user", "customer"),
        ("assistant", "bot"),
        ("agent", "agent"),
    ]
    assert run("drafts", "mine").sentence.startswith("Error: There are no conversations")

    assert run("transcripts", "import", file, "--json").json["inserted"] == 12
    assert run("transcripts", "import", file, "--json").json["skipped"] == 12
    stored = run("conversations", "export").out
    assert "Ann" not in stored
    assert "7946" not in stored
    assert "my name is [name]" in stored

    assert run("drafts", "mine", "--json").json["drafts"] == 1
    (draft,) = run("drafts", "list", "--json").json
    assert draft["conversations"] >= 3
    assert (draft["kind"], draft["lang"]) == ("faq", "en")
    assert draft["answer"] == f"{ANSWER} Call [phone]."
    number = str(draft["id"])
    assert "still holds [phone]" in run("drafts", "accept", number).sentence
    assert run("drafts", "edit", number, "--answer", ANSWER, "--json").json["edited"]
    assert ANSWER in run("drafts", "show", number).out
    assert run("drafts", "accept", number, "--json").json["inserted"] == 1
    assert "was accepted already" in run("drafts", "reject", number).sentence
    assert run("drafts", "mine", "--json").json["drafts"] == 0
    answer = run("ask", "may I pay with a gift card", "--json").json
    assert (answer["route"], answer["reply"]) == ("faq", ANSWER)


def test_a_rejected_draft_does_not_come_back(ready: Path, tmp_path: Path) -> None:
    run("transcripts", "import", export(tmp_path / "export.jsonl"))
    run("drafts", "mine")
    (draft,) = run("drafts", "list", "--json").json
    assert "rejected" in run("drafts", "reject", str(draft["id"])).out
    counts = run("drafts", "mine", "--json").json
    assert (counts["drafts"], counts["decided"]) == (0, 1)
    assert [d["status"] for d in run("drafts", "list", "--status", "rejected", "--json").json] == ["rejected"]


def test_a_role_or_zone_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    file = export(tmp_path / "export.jsonl")
    assert "'agent=boss'" in run("transcripts", "import", file, "--role", "agent=boss").sentence
    assert "'Mars'" in run("transcripts", "import", file, "--zone", "Mars").sentence


def test_an_import_is_undone_and_what_builds_on_it_is_listed(ready: Path, tmp_path: Path) -> None:
    file = export(tmp_path / "export.jsonl")
    first = run("transcripts", "import", file, "--json").json["import_id"]
    run("drafts", "mine")
    (draft,) = run("drafts", "list", "--json").json
    longer = json.loads(file.read_text("utf-8").splitlines()[0])
    longer["messages"].append({"role": "user", "content": "Thank you."})
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps(longer), encoding="utf-8")
    second = run("transcripts", "import", more, "--json").json["import_id"]
    assert [i["id"] for i in run("transcripts", "imports", "--json").json] == [second, first]

    would = run("transcripts", "undo", first, "--dry-run", "--json").json
    assert (would["conversations"], would["messages"]) == (3, 9)
    assert would["kept"] == [{"conversation_id": "c0", "continued_by": second}]
    assert [found["id"] for found in would["drafts"]] == [draft["id"]]
    assert len(run("conversations", "list", "--json").json) == 4
    told = run("transcripts", "undo", first).out
    assert "9 messages removed, 3 conversations whole." in told
    assert f"c0 (import {second})" in told and draft["question"] in told
    assert len(run("drafts", "list", "--json").json) == 1

    assert run("transcripts", "undo", second, "--json").json["messages"] == 1
    assert "undone already" in run("transcripts", "undo", second).sentence
    assert run("transcripts", "undo", first, "--json").json["conversations"] == 1
    assert run("conversations", "list", "--json").json == []
    assert "There is no import '99'" in run("transcripts", "undo", "99").sentence
    assert run("transcripts", "import", file, "--json").json["inserted"] == 12


@pytest.mark.parametrize(
    ("rows", "mapping", "layout", "inserted"),
    [
        ("Wer,Was\ncustomer,hallo\nagent,guten Tag\n", ("speaker=Wer", "text=Was"), "messages", 2),
        ("Vorgang,Verlauf\n7,Customer: Are you open? Agent: Yes.\n", ("text=Verlauf",), "conversations", 2),
    ],
)
def test_columns_with_names_of_their_own_are_mapped(
    tmp_path: Path, rows: str, mapping: tuple[str, ...], layout: str, inserted: int
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(rows, encoding="utf-8")
    options = [word for pair in mapping for word in ("--map", pair)]
    shown = run("transcripts", "import", file, "--dry-run", "--json", *options).json
    assert (shown["layout"], shown["inserted"]) == (layout, inserted)
    assert [f"{name}={header}" for name, header in shown["columns"].items()] == list(mapping)
    assert "'nowhere'" in run("transcripts", "import", file, "--map", "text=nowhere").sentence
