"""Checking labelled utterances through the command line and while training, and rows that a model was trained on."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from chatbot.domain import LabelledExample
from support.fakes.core import FakeEncoder
from support.fakes.intent import examples
from support.servers.command_line import listed, run, state_of
from support.shops.small_shop import INTENTS, UTTERANCES, utterances, write_csv
from training.datasets.seen_texts import SEEN
from training.evaluation.findings import RunFacts
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import train_intent
from training.pipelines.lint import LintResult, lint_examples

ENCODER = FakeEncoder()


def checked(given: list[LabelledExample]) -> LintResult:
    return lint_examples(given, ENCODER.encode)


def kinds(result: LintResult) -> list[str]:
    return [finding.kind for finding in result.findings]


def test_the_stored_utterances_of_a_home_are_checked_and_nothing_changes(shop: Path) -> None:
    before = state_of(shop)
    found = run("intents", "lint", "--json").json
    assert found.keys() == {"n", "findings", "suspects"}
    assert found["n"] >= UTTERANCES * len(INTENTS)
    assert all(one.keys() == {"kind", "sentence", "texts"} for one in found["findings"])
    assert all(one.keys() == {"text", "label", "suggested", "quality"} for one in found["suspects"])
    assert state_of(shop) == before


def test_wrong_labels_in_a_file_are_suspected_first(shop: Path, tmp_path: Path) -> None:
    given = [{"text": e.text, "intent": e.intent} for e in examples(24)]
    wrong = [0, 30, 50]
    for row in wrong:
        given[row] = given[row] | {"intent": "invoice"}
    file = write_csv(tmp_path / "given.csv", [*given, {"text": "only one of these", "intent": "lonely"}])
    found = run("intents", "lint", "--data", file, "--json").json
    assert {one["text"] for one in found["suspects"][:3]} == {given[row]["text"] for row in wrong}
    assert {one["label"] for one in found["suspects"][:3]} == {"invoice"}
    shown = run("intents", "lint", "--data", file)
    assert shown.code == 0
    assert "1 of 6 intents has a single utterance ('lonely')" in shown.out
    assert "suspect" in shown.out


def test_nothing_to_check_is_said_in_a_sentence(home: Path) -> None:
    assert "no labelled utterances to check" in run("intents", "lint").out
    assert run("intents", "lint", "--json").json == {"n": 0, "findings": [], "suspects": []}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([("red", "a"), ("blue", "a")], ["cannot train"]),
        ([("red apple", "a"), ("red pear", "a"), ("big car", "b"), ("big bike", "b")], ["too few"] * 2),
        ([("same", "a")] * 4, ["cannot train"]),
        ([("same", "a"), ("same", "b")], ["cannot train", "conflict"]),
        ([("red", "oos"), ("blue", "")], ["cannot train"]),
        ([(" ", "a")], ["cannot train"]),
    ],
    ids=["one intent", "two by two", "one text", "one text of two intents", "out of scope alone", "no text"],
)
def test_data_that_cannot_be_trained_on_are_a_finding(given: list[tuple[str, str]], found: list[str]) -> None:
    assert kinds(checked([LabelledExample(*one) for one in given])) == found


def test_an_intent_with_one_utterance_does_not_keep_the_others_from_being_checked() -> None:
    result = checked([*examples(24), LabelledExample("how deep is the lake", "lonely")])
    assert result.findings[0].sentence.startswith("1 of 6 intents has a single utterance ('lonely')")
    assert result.n == 24 * 5 + 1


def test_training_warns_in_a_few_lines_and_hands_on_everything(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[RunFacts] = []
    monkeypatch.setattr("training.pipelines.intent_version.write_report", lambda *given: handed.append(given[-1]))
    few = [LabelledExample(f"{word} {n}", word) for word in ("ant", "bee", "cat", "dog", "elk") for n in ("one", "two")]
    given = [*examples(24), *few, LabelledExample("ant bee", "ant"), LabelledExample("ant bee", "bee")]
    with caplog.at_level(logging.WARNING):
        trained = train_intent(
            given,
            EncoderSource(ENCODER.encode, ENCODER.id),
            models_dir=tmp_path,
            config=IntentTrainingConfig(mode="fast"),
        )
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 6
    assert all("fewer than 10" in line for line in lines[:5])
    assert lines[5] == "and 2 more, see report.md"
    (facts,) = handed
    assert {"too few", "conflict"} <= {finding.kind for finding in facts.findings}
    assert "ant bee" not in caplog.text
    assert (trained.path / SEEN).is_file()


def test_an_evaluation_says_how_many_rows_the_model_was_trained_on(shop: Path, tmp_path: Path) -> None:
    held_out = utterances(UTTERANCES)
    clean = run("evaluate", "intent", "--data", write_csv(tmp_path / "clean.csv", held_out), "--json")
    assert clean.json["seen_in_training"] == 0
    assert "trained on" not in clean.err
    mixed = write_csv(tmp_path / "mixed.csv", [*held_out, *(r | {"text": r["text"].upper()} for r in utterances()[:3])])
    done = run("evaluate", "intent", "--data", mixed, "--json")
    assert done.json["seen_in_training"] == 3
    assert f"trained on 3 of these {len(held_out) + 3} utterances: figures on them flatter" in done.err
    (version,) = (record["version"] for record in listed("models list"))
    (shop / "models" / "intent" / version / SEEN).unlink()
    old = run("evaluate", "intent", "--data", mixed, "--json")
    assert old.json["seen_in_training"] is None
    assert "trained on" not in old.err
