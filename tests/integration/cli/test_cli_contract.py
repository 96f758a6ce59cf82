"""The command line as other tools call it: names, exit codes, JSON keys, and what goes to which stream."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from support.servers.command_line import Outcome, listed, run, run_alone, state_of
from support.shops.sample_data import rows
from support.shops.small_shop import ENTRIES, faq_file, faq_rows, utterances, write_csv

IMPORT_KEYS = {"import_id", "file", "encoding", "read", "inserted", "updated", "skipped", "failed", "problems"}
QUESTION = faq_rows()[0]["question"]
ANSWER = faq_rows()[0]["answer"]


def balanced(report: dict[str, Any]) -> tuple[int, ...]:
    """The counts of an import report (read, inserted, updated, skipped, failed), which add up."""
    assert report.keys() == IMPORT_KEYS
    counts = tuple(report[name] for name in ("read", "inserted", "updated", "skipped", "failed"))
    assert counts[0] == sum(counts[1:])
    assert all(problem.keys() == {"row", "column", "reason"} for problem in report["problems"])
    return counts


# Knowledge


def test_a_faq_import_reports_every_row_it_read(home: Path, tmp_path: Path) -> None:
    file = faq_file(tmp_path)
    with file.open("a", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(
            [["x-1", "No answer?", "", "", "", "", ""], ["", QUESTION, "Other.", "", "", "", ""]]
        )
    report = run("faq", "import", file, "--json").json
    assert balanced(report) == (ENTRIES + 2, ENTRIES, 0, 1, 1)
    assert (report["file"], report["encoding"]) == ("faq.csv", "utf-8")
    assert [problem["row"] for problem in report["problems"]] == [ENTRIES + 1, ENTRIES + 2]
    assert isinstance(report["import_id"], str)
    assert len(listed("faq list")) == ENTRIES


def test_importing_a_faq_again_changes_nothing_and_a_changed_one_updates(home: Path, tmp_path: Path) -> None:
    run("faq", "import", faq_file(tmp_path))
    assert balanced(run("faq", "import", faq_file(tmp_path), "--json").json) == (ENTRIES, 0, 0, ENTRIES, 0)
    changed = faq_file(tmp_path, 3, answer="Ask us.")
    assert balanced(run("faq", "import", changed, "--json").json) == (3, 0, 3, 0, 0)
    assert [entry["answer"] for entry in listed("faq list")].count("Ask us.") == 3


def test_a_dry_run_reports_the_same_and_changes_nothing(shop: Path, tmp_path: Path) -> None:
    before = state_of(shop)
    file = faq_file(tmp_path, 4, answer="Ask us.")
    rehearsed = run("faq", "import", file, "--dry-run", "--json").json
    assert state_of(shop) == before
    real = run("faq", "import", file, "--json").json
    assert rehearsed["import_id"] is None
    assert rehearsed | {"import_id": real["import_id"]} == real


def test_an_undone_import_puts_the_entries_back(shop: Path, tmp_path: Path) -> None:
    before = listed("faq list")
    new = {"id": "new", "question": "Do you sell tea?", "answer": "No.", "lang": "en"}
    file = write_csv(tmp_path / "more.csv", [faq_rows()[0] | {"answer": "Later."}, faq_rows()[1] | new])
    number = run("faq", "import", file, "--json").json["import_id"]
    assert len(listed("faq list")) == ENTRIES + 1
    done = run("faq", "undo", number)
    assert (done.code, "2 entries" in done.out) == (0, True)
    assert undated(listed("faq list")) == undated(before)
    assert "undone already" in run("faq", "undo", number).sentence


def undated(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Listed entries without the moment of their last change."""
    return [entry | {"updated_at": ""} for entry in entries]


def test_an_exported_faq_is_imported_back_unchanged(shop: Path, tmp_path: Path) -> None:
    run("faq", "import", write_csv(tmp_path / "zh.csv", faq_rows("zh")))
    before = listed("faq list")
    assert before[0].keys() >= {"id", "question", "answer", "variants", "intent", "lang", "tags"}
    done = run("faq", "export", tmp_path / "out.csv")
    assert (done.code, done.out) == (0, "")
    again = tmp_path / "again"
    report = run("faq", "import", tmp_path / "out.csv", "--json", home=again).json
    assert balanced(report) == (2 * ENTRIES, 2 * ENTRIES, 0, 0, 0)
    assert undated(run("faq", "list", "--json", home=again).json) == undated(before)
    assert run("faq", "export", "-", home=again).out.encode() == (tmp_path / "out.csv").read_bytes()


def test_utterances_are_imported_relabelled_and_exported(home: Path, tmp_path: Path) -> None:
    known = utterances()
    file = write_csv(tmp_path / "utterances.csv", known)
    first = run("intents", "import", file, "--json").json
    assert balanced(first) == (len(known), len(known), 0, 0, 0)
    assert balanced(run("intents", "import", file, "--json").json) == (len(known), 0, 0, len(known), 0)
    other = write_csv(tmp_path / "other.csv", [known[0] | {"intent": "delivery_cost"}, known[1]])
    assert balanced(run("intents", "import", other, "--json").json) == (2, 0, 1, 1, 0)
    assert run("intents", "export", tmp_path / "out.csv").code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as opened:
        exported = list(csv.DictReader(opened))
    assert exported == [known[0] | {"intent": "delivery_cost"}, *known[1:]]


def test_a_list_of_intents_is_told_from_utterances(home: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "intents.csv", rows("intents.csv")[:5])
    assert balanced(run("intents", "import", file, "--json").json) == (5, 5, 0, 0, 0)


def test_transcripts_are_imported_once(home: Path, tmp_path: Path) -> None:
    turns = rows("transcripts_en.csv")[:40]
    last = turns[-1]["conversation_id"]
    turns = tuple(turn for turn in turns if turn["conversation_id"] != last)
    file = write_csv(tmp_path / "transcripts.csv", turns)
    assert balanced(run("transcripts", "import", file, "--json").json) == (len(turns), len(turns), 0, 0, 0)
    assert balanced(run("transcripts", "import", file, "--json").json) == (len(turns), 0, 0, len(turns), 0)
    assert {found["origin"] for found in listed("conversations list")} == {"import"}


# Conversations and the home


def test_conversations_are_listed_shown_exported_and_erased(shop: Path, tmp_path: Path) -> None:
    run("ask", QUESTION)
    (found,) = listed("conversations list")
    assert found.keys() == {"id", "visitor_id", "lang", "origin", "started_at", "messages", "title"}
    shown = listed(f"conversations show {found['id']}")
    assert [message.keys() for message in shown] == [{"role", "text", "created_at", "helpful", "decision"}] * 2
    assert [(message["role"], message["text"]) for message in shown] == [("customer", QUESTION), ("assistant", ANSWER)]
    assert shown[1]["decision"]["route"] == "faq"
    assert ANSWER in run("conversations", "show", found["id"]).out
    exported = list(csv.DictReader(io.StringIO(run("conversations", "export").out.removeprefix("\ufeff"))))
    assert [(row["conversation_id"], row["speaker"], row["text"]) for row in exported] == [
        (found["id"], "customer", QUESTION),
        (found["id"], "agent", ANSWER),
    ]
    assert list(exported[0]) == ["conversation_id", "turn", "speaker", "text", "timestamp"]
    file = tmp_path / "out.csv"
    run("conversations", "export", file)
    assert balanced(run("transcripts", "import", file, "--json", home=tmp_path / "other").json) == (2, 2, 0, 0, 0)
    assert "1 conversations" in run("conversations", "erase", found["visitor_id"]).out
    assert listed("conversations list") == []
    assert "no conversation" in run("conversations", "show", found["id"]).sentence


def test_conversations_are_searched_and_limited(shop: Path) -> None:
    for text in (QUESTION, "unicorns, please"):
        run("ask", text)
    assert [one["title"] for one in listed("conversations list --search unicorns")] == ["unicorns, please"]
    assert [one["title"] for one in listed("conversations list --limit 1")] == ["unicorns, please"]


def test_doctor_finds_a_prepared_home_sound_and_changes_nothing(shop: Path) -> None:
    before = state_of(shop)
    checks = listed("doctor")
    assert all(check.keys() == {"check", "ok", "detail"} for check in checks)
    assert [check for check in checks if not check["ok"]] == []
    assert {"database is sound", "index equals database", "intent model loads"} <= {check["check"] for check in checks}
    assert state_of(shop) == before


@pytest.mark.parametrize(
    "words", ["faq list", "models list", "conversations list"], ids=lambda words: words.partition(" ")[0]
)
def test_an_empty_home_gives_empty_lists_and_says_what_to_do(words: str, home: Path) -> None:
    assert listed(words) == []
    done = run(*words.split())
    assert (done.code, "chatbot" in done.out) == (0, True)


# A process of its own


def test_a_process_prints_one_document_on_stdout_and_progress_on_stderr(shop: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "utterances.csv", utterances())
    done = run_alone("train", "intent", "--mode", "fast", "--data", file, "--json")
    assert (done.code, json.loads(done.out)["live"]) == (0, False), done.err
    asked = run_alone("ask", QUESTION, "--json")
    assert (asked.json["reply"], asked.err) == (ANSWER, "")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("ask",),
        ("ask", "hello", "--loud"),
        ("faq", "import"),
        ("faq", "import", "a.csv", "b.csv"),
        ("train", "intent", "--mode", "slow"),
        ("train", "intent", "--seed", "many"),
        ("evaluate", "intent"),
        ("conversations", "list", "--limit", "0"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_exit_code_2_and_touches_nothing(words: tuple[str, ...], home: Path) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert not home.exists()


def test_help_is_exit_code_0_at_every_level() -> None:
    def helped(*words: str) -> Outcome:
        done = run(*words, "--help")
        assert (done.code, done.err) == (0, ""), words
        return done

    assert "serve" in helped().out
    for words in ("faq", "intents", "transcripts", "train", "evaluate", "models", "conversations"):
        assert "Usage" in helped(words).out
    for words in ("serve", "ask", "chat", "doctor"):
        assert "Usage" in helped(words).out


@pytest.mark.parametrize("option", ["--adversarial", "--label-smoothing", "--learned-share"])
def test_options_of_version_0_1_without_effect_are_accepted_with_a_note(option: str, tmp_path: Path) -> None:
    done = run("train", "intent", option, "0.1", "--data", tmp_path / "missing.csv")
    assert done.code == 1, "a usage error would be 2"
    assert f"{option} has no effect" in done.err
    assert "missing.csv cannot be read" in done.err
