"""The command line as other tools call it: names, exit codes, JSON keys, and what goes to which stream."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, run, run_alone, state_of
from sample_data import rows
from small_shop import ENTRIES, INTENTS, UTTERANCES, faq_rows, utterances, write_csv, write_shop

IMPORT_KEYS = {"import_id", "file", "encoding", "read", "inserted", "updated", "skipped", "failed", "problems"}
ASK_KEYS = {"reply", "route", "reason", "confidence", "intent", "sources", "timings_ms"}
INTENT_KEYS = {"n", "accuracy", "macro_f1", "ece", "in_scope", "oos", "mcc", "per_intent"}
RETRIEVAL_KEYS = {"n", "hit@1", "hit@5", "mrr", "map", "ece", "no_answer", "at_threshold"}
QUESTION = faq_rows()[0]["question"]
ANSWER = faq_rows()[0]["answer"]


def balanced(report: dict[str, Any]) -> tuple[int, ...]:
    """The counts of an import report (read, inserted, updated, skipped, failed), which add up."""
    assert report.keys() == IMPORT_KEYS
    counts = tuple(report[name] for name in ("read", "inserted", "updated", "skipped", "failed"))
    assert counts[0] == sum(counts[1:])
    assert all(problem.keys() == {"row", "column", "reason"} for problem in report["problems"])
    return counts


def faq_file(folder: Path, count: int = ENTRIES, **changed: str) -> Path:
    return write_csv(folder / "faq.csv", [row | changed for row in faq_rows()[:count]])


def listed(what: str) -> Any:
    return run(*what.split(), "--json").json


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
    assert listed("faq list") == before
    assert "undone already" in run("faq", "undo", number).sentence


def test_an_exported_faq_is_imported_back_unchanged(shop: Path, tmp_path: Path) -> None:
    run("faq", "import", write_csv(tmp_path / "zh.csv", faq_rows("zh")))
    before = listed("faq list")
    assert before[0].keys() == {"id", "question", "answer", "variants", "intent", "lang", "tags"}
    done = run("faq", "export", tmp_path / "out.csv")
    assert (done.code, done.out) == (0, "")
    again = tmp_path / "again"
    report = run("faq", "import", tmp_path / "out.csv", "--json", home=again).json
    assert balanced(report) == (2 * ENTRIES, 2 * ENTRIES, 0, 0, 0)
    assert run("faq", "list", "--json", home=again).json == before
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


# Answering


def test_ask_answers_word_for_word_with_the_keys_of_the_contract(shop: Path) -> None:
    found = run("ask", QUESTION, "--json").json
    assert found.keys() == ASK_KEYS
    assert (found["reply"], found["route"]) == (ANSWER, "faq")
    assert 0 <= found["confidence"] <= 1
    assert [source.keys() for source in found["sources"]] == [{"id", "question", "score"}]
    assert found["sources"][0]["question"] == QUESTION
    assert all(milliseconds >= 0 for milliseconds in found["timings_ms"].values())


def test_ask_without_json_prints_the_answer_and_its_source(shop: Path) -> None:
    done = run("ask", QUESTION)
    assert done.out.splitlines()[0] == ANSWER
    assert QUESTION in done.out
    explained = run("ask", QUESTION, "--explain").out
    assert all(word in explained for word in ("because", "in scope", "dense", "lexical"))


def test_every_message_to_ask_begins_a_conversation_of_its_own(shop: Path) -> None:
    for _ in range(2):
        run("ask", QUESTION)
    found = listed("conversations list")
    assert [(one["messages"], one["title"], one["origin"]) for one in found] == [(2, QUESTION, "chat")] * 2


def test_chat_stays_in_one_conversation_and_survives_a_message_that_is_too_long(shop: Path) -> None:
    done = run("chat", stdin=f"{QUESTION}\n{'x' * 10_000}\n{QUESTION}\n\nnever read\n")
    assert done.code == 0
    assert done.out.count(ANSWER) == 2
    assert done.err.count("Error: ") == 1
    assert [one["messages"] for one in listed("conversations list")] == [4]


def test_knowledge_works_without_a_model_and_a_model_without_knowledge(home: Path, tmp_path: Path, shop: Path) -> None:
    bare = tmp_path / "bare"
    (bare / "models").mkdir(parents=True)
    (bare / "models" / "encoder").symlink_to(shop / "models" / "encoder")
    run("faq", "import", faq_file(tmp_path), home=bare)
    assert run("ask", QUESTION, "--json", home=bare).json["reply"] == ANSWER
    other = tmp_path / "other"
    (other / "models").mkdir(parents=True)
    (other / "models" / "encoder").symlink_to(shop / "models" / "encoder")
    file = write_csv(tmp_path / "utterances.csv", utterances())
    assert run("train", "intent", "--data", file, "--json", home=other).json["live"] is True
    asked = run("ask", utterances()[0]["text"], "--json", home=other).json
    assert (asked["route"], asked["sources"]) == ("fallback", [])
    assert run("faq", "list", "--json", home=other).json == []


def test_ask_prepares_an_empty_home_once(
    home: Path, exported_minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_shop(tmp_path / "data")
    monkeypatch.setattr("chatbot.sample_shop.sample_dir", lambda: folder)
    (home / "models" / "encoder").mkdir(parents=True)
    (home / "models" / "encoder" / "minilm").symlink_to(exported_minilm)
    first = run("ask", QUESTION, "--json")
    assert first.json["reply"] == ANSWER
    assert "sample shop is prepared" in first.err
    assert "sample shop" not in run("ask", QUESTION, "--json").err
    assert len(listed("models list")) == 1


# Learning


def test_the_first_model_goes_live_and_the_next_is_a_candidate_until_promoted(shop: Path, tmp_path: Path) -> None:
    (first,) = listed("models list")
    assert first.keys() == {"kind", "version", "status", "created_at", "metrics"}
    assert (first["kind"], first["status"]) == ("intent", "live")
    file = write_csv(tmp_path / "utterances.csv", utterances(UTTERANCES // 2))
    second = run("train", "intent", "--data", file, "--json")
    assert second.json["live"] is False
    assert Path(second.json["path"], "manifest.json").is_file()
    version = second.json["version"]

    def statuses() -> dict[str, str]:
        return {found["version"]: found["status"] for found in listed("models list")}

    assert statuses() == {first["version"]: "live", version: "candidate"}
    assert version in run("models", "promote", version).out
    assert statuses() == {first["version"]: "retired", version: "live"}
    assert first["version"] in run("models", "rollback").out
    assert statuses() == {first["version"]: "live", version: "candidate"}
    assert "nothing to go back to" in run("models", "rollback").sentence


def test_a_training_that_asks_for_promotion_is_judged_by_the_gate(shop: Path, tmp_path: Path) -> None:
    (live,) = listed("models list")
    fewer = [row for row in utterances() if row["intent"] in (*INTENTS[:3], "oos")]
    file = write_csv(tmp_path / "fewer.csv", fewer)
    refused = run("train", "intent", "--data", file, "--promote", "--json").json
    assert refused["live"] is False
    assert "Not promoted" in refused["gate"]
    same = run("train", "intent", "--promote", "--json").json
    assert same["live"] is True
    assert {found["version"]: found["status"] for found in listed("models list")} == {
        live["version"]: "retired",
        refused["version"]: "candidate",
        same["version"]: "live",
    }


def test_equal_seeds_give_equal_models(shop: Path) -> None:
    paths = [Path(run("train", "intent", "--seed", "3", "--json").json["path"]) for _ in range(2)]
    first, second = ((path / "model.safetensors").read_bytes() for path in paths)
    assert paths[0] != paths[1]
    assert first == second


def test_an_intent_evaluation_has_the_keys_of_the_contract(shop: Path, tmp_path: Path) -> None:
    held_out = utterances(UTTERANCES)
    outside = sum(row["intent"] == "oos" for row in held_out)
    held_out[-1] = held_out[-1] | {"intent": ""}
    file = write_csv(tmp_path / "held_out.csv", held_out)
    before = state_of(shop)
    found = run("evaluate", "intent", "--data", file, "--json").json
    assert found.keys() == INTENT_KEYS
    assert found["in_scope"].keys() == {"n", "accuracy", "coverage"}
    assert found["oos"].keys() == {"n", "auroc", "fpr95", "recall", "precision"}
    assert (found["n"], found["oos"]["n"]) == (len(held_out), outside)
    assert found["in_scope"]["n"] == len(held_out) - outside
    assert {row["intent"] for row in found["per_intent"]} == set(INTENTS)
    assert found["accuracy"] == found["in_scope"]["accuracy"] > 1 / len(INTENTS)
    assert state_of(shop) == before
    version = listed("models list")[0]["version"]
    assert run("evaluate", "intent", "--data", file, "--model", version, "--json").json == found


def test_a_retrieval_evaluation_has_the_keys_of_the_contract(shop: Path, tmp_path: Path) -> None:
    asked = [{"query": row["question"], "faq": row["question"]} for row in faq_rows()[:10]]
    nothing = [{"query": row["text"], "faq": ""} for row in utterances() if row["intent"] == "oos"]
    file = write_csv(tmp_path / "queries.csv", [*asked, *nothing])
    before = state_of(shop)
    found = run("evaluate", "retrieval", "--data", file, "--json").json
    assert found.keys() == RETRIEVAL_KEYS
    assert found["no_answer"].keys() == {"n", "auroc"}
    assert found["at_threshold"].keys() == {"answered", "wrong_rate"}
    assert (found["n"], found["no_answer"]["n"]) == (len(asked), len(nothing))
    assert found["hit@1"] == found["hit@5"] == found["mrr"] == found["map"] == 1.0
    assert state_of(shop) == before


def test_a_generator_is_trained_and_measured(home: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "transcripts.csv", rows("transcripts_en.csv")[:200])
    trained = run("train", "generator", "--data", file, "--minutes", "0.05", "--json").json
    assert trained.keys() == {"version", "path", "live", "metrics", "gate"}
    assert trained["live"] is True
    found = run("evaluate", "generator", "--data", file, "--json").json
    assert {"n", "perplexity", "ungrounded_rate"} <= found.keys()
    assert [record["kind"] for record in listed("models list")] == ["generator"]


def test_importing_training_and_measuring_never_add_the_sample_shop(home: Path, tmp_path: Path, shop: Path) -> None:
    own = tmp_path / "own"
    (own / "models").mkdir(parents=True)
    (own / "models" / "encoder").symlink_to(shop / "models" / "encoder")
    file = write_csv(tmp_path / "utterances.csv", utterances())
    queries = write_csv(tmp_path / "queries.csv", [{"query": QUESTION, "faq": QUESTION}])
    assert run("train", "intent", "--data", file, home=own).code == 0
    assert run("evaluate", "intent", "--data", file, home=own).code == 0
    assert "no FAQ entries" in run("evaluate", "retrieval", "--data", queries, home=own).sentence
    assert run("faq", "list", "--json", home=own).json == []
    assert run("faq", "import", faq_file(tmp_path, 5), home=own).code == 0
    assert run("evaluate", "retrieval", "--data", queries, home=own).code == 0
    assert len(run("faq", "list", "--json", home=own).json) == 5
    assert len(run("models", "list", "--json", home=own).json) == 1
    assert run("intents", "export", "-", home=own).out.count("\n") == 1


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
    done = run_alone("train", "intent", "--data", file, "--json")
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
