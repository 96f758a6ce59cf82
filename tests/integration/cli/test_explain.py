"""`ask --explain` on a small prepared home: what was understood, found, compared and decided."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from chatbot.intent.utterances import UTTERANCES
from support.servers.command_line import listed, run
from support.shops.small_shop import INTENTS, faq_rows, utterances
from training.datasets.label_names import label_words

ASK_KEYS = {"reply", "stored_reply", "route", "reason", "confidence", "intent", "sources", "timings_ms"}
QUESTION = faq_rows()[0]["question"]
LABELLED = {row["text"]: row["intent"] for row in utterances()}
OUTSIDE = next(text for text, intent in LABELLED.items() if intent == "oos")


def explained(text: str) -> dict[str, Any]:
    asked = run("ask", text, "--json", "--explain").json
    assert asked.keys() == ASK_KEYS | {"explanation"}
    found: dict[str, Any] = asked["explanation"]
    assert found.keys() == {"model_version", "rule", "ranked", "nearest", "checks"}
    assert found["rule"]["reason"] == asked["reason"]
    return found


def test_explaining_as_json_adds_one_key(shop: Path) -> None:
    assert run("ask", QUESTION, "--json").json.keys() == ASK_KEYS
    found = explained(QUESTION)
    assert found["model_version"] == listed("models list")[0]["version"]
    assert "fits well enough" in found["rule"]["sentence"]
    assert [one.keys() for one in found["ranked"]] == [{"intent", "probability"}] * 5
    assert {one["intent"] for one in found["ranked"]} <= set(INTENTS)
    assert all(one.keys() == {"name", "value", "needed", "reached"} for one in found["checks"])
    assert {"in_scope", "confidence", "margin"} <= {one["name"] for one in found["checks"]}


@pytest.mark.parametrize("text", [next(iter(LABELLED)), OUTSIDE], ids=["in scope", "out of scope"])
def test_the_nearest_utterances_are_those_of_the_training_data(shop: Path, text: str) -> None:
    nearest = explained(text)["nearest"]
    assert [one.keys() for one in nearest] == [{"text", "intent", "similarity", "from_conversation"}] * 5
    assert (nearest[0]["text"], nearest[0]["intent"]) == (text, LABELLED[text])
    assert nearest[0]["similarity"] > 0.99
    known = {label_words(intent): intent for intent in LABELLED.values()} | LABELLED  # names are learned from, too
    assert all(known[one["text"]] == one["intent"] for one in nearest)


def test_the_stored_decision_holds_the_checks_that_were_printed(shop: Path) -> None:
    found = explained(QUESTION)
    (conversation,) = listed("conversations list")
    stored = listed(f"conversations show {conversation['id']}")[1]["decision"]
    assert stored["checks"] == found["checks"]


def test_explaining_prints_the_rule_the_thresholds_and_the_utterances(shop: Path) -> None:
    done = run("ask", OUTSIDE, "--explain")
    assert done.code == 0, done.err
    for text in ("because", "intent model", "threshold", "Probability of being in scope", "probability", "similarity"):
        assert text in done.out
    assert "out of scope" in done.out
    assert "nearest utterance" not in run("ask", OUTSIDE).out


def test_a_model_of_before_is_explained_without_its_texts(shop: Path) -> None:
    (directory,) = (path for path in (shop / "models" / "intent").iterdir() if path.is_dir())
    (directory / UTTERANCES).unlink()
    assert {one["text"] for one in explained(QUESTION)["nearest"]} == {None}
    assert "keeps no texts" in " ".join(run("ask", QUESTION, "--explain").out.split())


def test_a_home_without_an_intent_model_is_explained_by_what_was_found(shop: Path) -> None:
    shutil.rmtree(shop / "models" / "intent")
    for file in shop.glob("chatbot.db*"):
        file.unlink()
    (shop.parent / "faq.csv").write_text("question,answer\nDo you sell tea?,No.\n", encoding="utf-8")
    assert run("faq", "import", shop.parent / "faq.csv").code == 0
    found = explained("Do you sell tea?")
    assert (found["model_version"], found["ranked"], found["nearest"]) == (None, [], [])
    assert [check["name"] for check in found["checks"]] == ["answer"]
    assert "No threshold" not in run("ask", "Do you sell tea?", "--explain").out
