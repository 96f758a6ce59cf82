"""The review queue from the command line, on a real home with a real model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.servers.command_line import run


def review(home: Path, *words: object) -> Any:
    return run("review", *words, "--json", home=home).json


def ask(home: Path, *texts: str) -> None:
    for text in texts:
        assert run("ask", text, home=home).code == 0


def test_messages_are_taken_labelled_and_given_back(shop: Path) -> None:
    assert review(shop, "list") == []
    ask(shop, "when will it come to Norway", "WHEN will it come to norway?", "asdf qwer", "my parcel is lost")
    items = review(shop, "list")
    assert {"id", "text", "guesses", "alike", "value", "uncertainty", "frequency", "signals"} <= set(items[0])
    assert len(items) == 3
    twice = next(item for item in items if "orway" in item["text"])
    assert len(twice["alike"]) == twice["frequency"] == 2

    (mine,) = review(shop, "next", "--by", "ann")
    assert mine["conversation"][0] == ["customer", mine["text"]]
    assert mine["nearest"]
    others = review(shop, "next", "--by", "bob", "--count", 9)
    assert not {mine["id"]} & {other["id"] for other in others}
    assert len(others) == 2

    labelled = review(shop, "label", *twice["alike"], "--intent", "delivery_time", "--by", "ann")
    review(shop, "label", next(i["id"] for i in items if i["text"] == "asdf qwer"), "--ignore", "--by", "bob")
    assert len(review(shop, "list", "--by", "cid")) <= 1
    history = review(shop, "history")
    assert {(h["by"], h["intent"], h["action"]) for h in history} == {
        ("ann", "delivery_time", "correct"),
        ("bob", None, "ignore"),
    }
    assert len(review(shop, "undo", "--batch", labelled["batch"])) == 2
    assert sum(h["undone"] for h in review(shop, "history")) == 2


def test_a_label_needs_one_known_intent(shop: Path) -> None:
    ask(shop, "can I rent a boat")
    (item,) = review(shop, "list")
    for words, said in (
        ((), "one thing"),
        (("--intent", "boats"), "no intent 'boats'"),
        (("--intent", "delivery_time", "--ignore"), "one thing"),
        (("--new-intent", "delivery_time"), "exists already"),
        (("--intent", "oos"), "out of scope"),
    ):
        done = run("review", "label", item["id"], *words, home=shop)
        assert (done.code, said in done.err) == (1, True), done.err
    assert run("review", "label", 999, "--ignore", home=shop).code == 1
    review(shop, "label", item["id"], "--new-intent", "boat_rental", "--route", "handoff", "--by", "ann")
    assert review(shop, "history")[0]["intent"] == "boat_rental"
    ask(shop, "boats please")
    review(shop, "label", review(shop, "list")[0]["id"], "--intent", "boat_rental")


def test_the_keyboard_labels_one_after_another(shop: Path) -> None:
    ask(shop, "where is my parcel now", "blah blah blub", "how much is postage to France")
    done = run("review", "start", "--by", "ann", home=shop, stdin="1\nzz\nx\nu\nq\n")
    assert done.code == 0, done.err
    assert "is no key" in done.err
    actions = [(h["action"], h["undone"]) for h in review(shop, "history")]
    assert ("ignore", True) in actions
    assert len(actions) == 2


def test_labels_that_look_wrong_are_named_and_a_larger_factor_doubts_more(shop: Path) -> None:
    ask(shop, "my parcel was not at my door although it says delivered", "how much is postage to France")
    for item in review(shop, "list"):
        wrong = "delivery_cost" if "parcel" in item["text"] else item["guesses"][0][0]
        review(shop, "label", item["id"], "--intent", wrong)
    doubts = review(shop, "doubts")
    assert [d["intent"] for d in doubts if "parcel" in d["text"]] == ["delivery_cost"]
    assert doubts[0]["probability"] < doubts[0]["suggested_probability"]
    assert doubts[0] in review(shop, "doubts", "--factor", "0.5")
    assert review(shop, "doubts", "--factor", "0.01") in ([], doubts)
    assert run("review", "doubts", "--factor", "2", home=shop).code == 2


def test_a_topic_becomes_one_of_the_drafts(shop: Path) -> None:
    ask(shop, "can I rent a boat", "can we rent boats", "rent a boat please")
    (topic,) = [found for found in review(shop, "topics") if "boat" in found["central"]["text"]]
    kept = review(shop, "topics", "--draft", topic["topic"])
    (draft,) = run("drafts", "list", "--json", home=shop).json
    assert (draft["id"], draft["question"]) == (kept["draft"], topic["central"]["text"])
    assert run("drafts", "accept", draft["id"], home=shop).code == 1  # nobody has answered it yet
    assert run("drafts", "edit", draft["id"], "--answer", "Yes, from S$20.", home=shop).code == 0
    assert run("drafts", "accept", draft["id"], home=shop).code == 0
    assert run("review", "topics", "--draft", 99, home=shop).code == 1
