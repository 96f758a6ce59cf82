"""Answering, training and measuring through the command line, as other tools call it: states and JSON keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from support.servers.command_line import listed, run, state_of
from support.shops.sample_data import rows
from support.shops.small_shop import INTENTS, UTTERANCES, faq_file, faq_rows, utterances, write_csv, write_shop
from training.generator.loop import GeneratorTrainingConfig
from training.generator.model import Size

ASK_KEYS = {"reply", "stored_reply", "route", "reason", "confidence", "intent", "sources", "timings_ms"}
INTENT_KEYS = {"n", "accuracy", "macro_f1", "ece", "in_scope", "oos", "mcc", "per_intent", "seen_in_training"}
RETRIEVAL_KEYS = {"n", "hit@1", "hit@5", "mrr", "map", "ece", "no_answer", "at_threshold"}
QUESTION = faq_rows()[0]["question"]
ANSWER = faq_rows()[0]["answer"]


def home_with_encoder(home: Path, encoder: Path) -> Path:
    """A home with nothing but the exported encoder."""
    (home / "models" / "encoder").mkdir(parents=True)
    (home / "models" / "encoder" / "minilm").symlink_to(encoder)
    return home


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


def test_knowledge_works_without_a_model_and_a_model_without_knowledge(exported_minilm: Path, tmp_path: Path) -> None:
    bare = home_with_encoder(tmp_path / "bare", exported_minilm)
    run("faq", "import", faq_file(tmp_path), home=bare)
    assert run("ask", QUESTION, "--json", home=bare).json["reply"] == ANSWER
    other = home_with_encoder(tmp_path / "other", exported_minilm)
    file = write_csv(tmp_path / "utterances.csv", utterances())
    assert run("train", "intent", "--mode", "fast", "--data", file, "--json", home=other).json["live"] is True
    asked = run("ask", utterances()[0]["text"], "--json", home=other).json
    assert (asked["route"], asked["sources"]) == ("fallback", [])
    assert run("faq", "list", "--json", home=other).json == []


def test_ask_prepares_an_empty_home_once(
    home: Path, exported_minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_shop(tmp_path / "data")
    monkeypatch.setattr("chatbot.bootstrap.sample_shop.sample_dir", lambda: folder)
    home_with_encoder(home, exported_minilm)
    first = run("ask", QUESTION, "--json")
    assert first.json["reply"] == ANSWER
    assert "sample shop is prepared" in first.err
    assert "sample shop" not in run("ask", QUESTION, "--json").err
    assert len(listed("models list")) == 1


# Learning


def test_the_first_model_goes_live_and_the_next_is_a_candidate_until_promoted(shop: Path, tmp_path: Path) -> None:
    (first,) = listed("models list")
    assert {"kind", "version", "status", "created_at", "metrics", "parent", "data_hash"} <= first.keys()
    assert (first["kind"], first["status"]) == ("intent", "live")
    file = write_csv(tmp_path / "utterances.csv", utterances(UTTERANCES // 2))
    second = run("train", "intent", "--mode", "fast", "--data", file, "--json")
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
    printed = run("models", "report", version)
    assert printed.out == Path(second.json["path"], "report.md").read_text("utf-8")
    assert version in printed.out.splitlines()[0]
    assert "There is no model version 'nothing'" in run("models", "report", "nothing").sentence


def test_a_training_that_asks_for_promotion_is_judged_by_the_gate(shop: Path, tmp_path: Path) -> None:
    (live,) = listed("models list")
    fewer = [row for row in utterances() if row["intent"] in (*INTENTS[:3], "oos")]
    file = write_csv(tmp_path / "fewer.csv", fewer)
    refused = run("train", "intent", "--mode", "fast", "--data", file, "--promote", "--json").json
    assert refused["live"] is False
    assert "Not promoted" in refused["gate"]
    same = run("train", "intent", "--mode", "fast", "--promote", "--json").json
    assert same["live"] is True
    assert {found["version"]: found["status"] for found in listed("models list")} == {
        live["version"]: "retired",
        refused["version"]: "candidate",
        same["version"]: "live",
    }


def test_equal_seeds_give_equal_models(shop: Path) -> None:
    paths = [Path(run("train", "intent", "--mode", "fast", "--seed", "3", "--json").json["path"]) for _ in range(2)]
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


def test_an_intent_model_is_not_measured_on_vectors_of_another_encoder(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATBOT_ENCODER_PRECISION", "int8")
    file = write_csv(tmp_path / "held_out.csv", utterances(UTTERANCES))
    assert "was trained on vectors of encoder" in run("evaluate", "intent", "--data", file).sentence


def test_a_generator_is_trained_and_measured(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = partial(GeneratorTrainingConfig, steps=5, sampled_turns=1, size=Size(400, 96, 32, 1, 2, 0.1))
    monkeypatch.setattr("training.pipelines.generator.GeneratorTrainingConfig", tiny)
    turns = rows("transcripts_en.csv")
    file = write_csv(tmp_path / "transcripts.csv", turns[:100])
    trained = run("train", "generator", "--data", file, "--json").json
    assert trained.keys() == {"version", "path", "live", "metrics", "gate"}
    assert trained["live"] is True
    few = write_csv(tmp_path / "few.csv", turns[:6])
    found = run("evaluate", "generator", "--data", few, "--json").json
    assert {"n", "perplexity", "ungrounded_rate"} <= found.keys()
    assert [record["kind"] for record in listed("models list")] == ["generator"]


def test_importing_training_and_measuring_never_add_the_sample_shop(exported_minilm: Path, tmp_path: Path) -> None:
    own = home_with_encoder(tmp_path / "own", exported_minilm)
    file = write_csv(tmp_path / "utterances.csv", utterances())
    queries = write_csv(tmp_path / "queries.csv", [{"query": QUESTION, "faq": QUESTION}])
    assert run("train", "intent", "--mode", "fast", "--data", file, home=own).code == 0
    assert run("evaluate", "intent", "--data", file, home=own).code == 0
    assert "no FAQ entries" in run("evaluate", "retrieval", "--data", queries, home=own).sentence
    assert run("faq", "list", "--json", home=own).json == []
    assert run("faq", "import", faq_file(tmp_path, 5), home=own).code == 0
    assert run("evaluate", "retrieval", "--data", queries, home=own).code == 0
    assert len(run("faq", "list", "--json", home=own).json) == 5
    assert len(run("models", "list", "--json", home=own).json) == 1
    assert run("intents", "export", "-", home=own).out.count("\n") == 1
