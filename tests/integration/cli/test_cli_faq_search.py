"""`faq search` shows what the chat would find, and what an entry lacks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from support.servers.command_line import run
from support.shops.small_shop import faq_rows

QUESTION = faq_rows()[0]["question"]
UNANSWERED = "gibberish flurbs about the courier thingy"


def test_the_hits_and_the_decision_are_those_of_the_chat(shop: Path) -> None:
    found, asked = run("faq", "search", QUESTION, "--json").json, run("ask", QUESTION, "--json").json
    assert (found["route"], found["reason"]) == (asked["route"], asked["reason"]) == ("faq", found["reason"])
    assert {k: found["hits"][0][k] for k in ("id", "question", "score")} == asked["sources"][0]
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert 0.0 < found["threshold"] <= scores[0]
    assert found["missing_phrasing"] is None


def test_searching_stores_nothing(shop: Path) -> None:
    before = run("conversations", "list", "--json").json
    assert run("faq", "search", QUESTION).code == 0
    assert run("conversations", "list", "--json").json == before


def test_the_named_phrasing_answers_once_it_is_added(shop: Path, tmp_path: Path) -> None:
    found = run("faq", "search", UNANSWERED, "--json").json
    assert found["route"] != "faq"
    missing = found["missing_phrasing"]
    assert missing == {"id": found["hits"][0]["id"], "phrasing": UNANSWERED}
    file = tmp_path / "faq.csv"
    assert run("faq", "export", file).code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    for row in rows:
        if row["id"] == missing["id"]:
            row["variants"] = "|".join(filter(None, [row["variants"], missing["phrasing"]]))
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert run("faq", "import", file).code == 0
    again = run("faq", "search", UNANSWERED, "--json").json
    assert (again["route"], again["hits"][0]["id"]) == ("faq", missing["id"])


@pytest.mark.parametrize(("text", "said"), [(" ", "The message is empty"), ("x" * 3000, "the limit is 2,000")])
def test_bad_messages_are_one_sentence(shop: Path, text: str, said: str) -> None:
    outcome = run("faq", "search", text)
    assert (outcome.code, outcome.out) == (1, "")
    assert said in outcome.err


def test_people_see_the_ranks_the_threshold_and_what_is_missing(shop: Path) -> None:
    shown = run("faq", "search", UNANSWERED).out
    for part in ("rank", "phrasing", "an answer takes a score of", "add this message to its variants"):
        assert part in shown
