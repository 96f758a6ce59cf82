"""From labelled conversations to a promoted model, on a real home with a real model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chatbot.bootstrap.stores import open_stores
from chatbot.domain import LabelAction, Role
from chatbot.settings import Settings
from support.fakes.records import recorded
from support.servers.command_line import run
from support.shops.small_shop import write_csv

SAID = (
    "can I rent a {} boat for saturday",
    "do you hire out {} boats",
    "renting a {} boat, how does it work",
    "is there a {} boat to rent near the lake",
    "boat hire {} price please",
    "I would like to hire a {} boat",
)


def listed(home: Path, *words: object) -> Any:
    return run(*words, "--json", home=home).json


def talk(home: Path, said: Iterable[str], intent: str, action: LabelAction = LabelAction.CORRECT) -> None:
    """Conversations with one message each, labelled by a person."""
    stores = open_stores(Settings(home=home))
    review = stores.review
    for text in said:
        begun = stores.conversations.start("somebody-unknown", "en")
        message = stores.conversations.add_message(begun.id, Role.CUSTOMER, text)
        stores.conversations.add_message(begun.id, Role.ASSISTANT, "Hm.", decision=recorded("fallback"))
        review.label([message.id], intent, action, "ann")
    stores.close()


def boats() -> list[str]:
    """Enough that some fall into the fifth of conversations held out: none of 60 is one run in a million."""
    kinds = ("small", "large", "red", "electric", "blue", "wooden", "rowing", "sailing", "paddle", "fishing")
    return [pattern.format(kind) for pattern in SAID for kind in kinds]


def train(home: Path, *words: object) -> Any:
    return listed(home, "train", "intent", "--mode", "fast", *words)


def test_labels_become_a_better_model_that_the_gate_lets_pass(shop: Path) -> None:
    (first,) = listed(shop, "models", "list")
    talk(shop, boats(), "boats")
    assert listed(shop, "train", "freeze")["n"] == 0
    done = train(shop, "--from-conversations", "--promote")
    assert done["live"], done["gate"]
    assert done["verdict"]["allowed"]
    assert any(f"those of the live version {first['version']}" in note for note in done["notes"])
    shown = listed(shop, "models", "show", done["version"])
    assert (shown["parent"], shown["status"]) == (first["version"], "live")
    assert shown["data_hash"] != first["data_hash"] != ""
    assert shown["promoted_by"]
    frozen = listed(shop, "train", "freeze")
    assert frozen["from_conversations"] > 0
    assert "boats" in run("ask", "could we rent a boat", "--json", home=shop).json["intent"]
    job = listed(shop, "train", "jobs")[0]
    assert (job["status"], job["result"]["version"]) == ("done", done["version"])

    diff = listed(shop, "models", "diff", first["version"])
    assert "boats" in diff["intents"]["removed"]
    assert diff["allowed"] is False
    assert diff["changes"]
    refused = run("models", "promote", first["version"], home=shop)
    assert refused.code == 1
    assert "boats" in refused.err
    assert "--override" in refused.err
    assert run("models", "promote", first["version"], "--override", "demo", "--by", "ann", home=shop).code == 0
    stores = open_stores(Settings(home=shop))
    _, actor, action, detail = stores.audit.recent(1)[0]
    stores.close()
    assert (actor, action, detail["override"]) == ("ann", "promote", "demo")
    assert done["version"] in run("models", "rollback", home=shop).out
    assert run("models", "delete", done["version"], home=shop).code == 1
    assert run("models", "delete", first["version"], home=shop).code == 0
    assert [record["version"] for record in listed(shop, "models", "list")] == [done["version"]]
    assert not (shop / "models" / "intent" / first["version"]).exists()


def test_nothing_is_learned_from_a_thumb_alone_and_a_lost_intent_stops_the_run(shop: Path) -> None:
    assert run("ask", "when will it come to Norway", home=shop).code == 0
    before = listed(shop, "models", "list")[0]
    talk(shop, ["hire a lone boat"], "boats")
    refused = run("train", "intent", "--mode", "fast", "--from-conversations", home=shop)
    assert refused.code == 1
    assert "'boats' (1)" in refused.err
    job = listed(shop, "train", "jobs")[0]
    assert (job["status"], "boats" in job["message"]) == ("failed", True)
    assert listed(shop, "models", "list") == [before]


def test_labels_that_are_wrong_do_not_go_live(shop: Path) -> None:
    cities = ("Rome", "Oslo", "Kyiv", "Lima", "Bonn")
    asked = ("how many days until a parcel reaches {}", "delivery time for {} please", "when does it arrive in {}")
    rows = [{"text": each.format(city), "intent": "delivery_time"} for each in asked for city in cities]
    held = write_csv(shop.parent / "frozen.csv", rows)
    assert listed(shop, "train", "freeze", "--data", held)["n"] == len(rows)
    wrong = ("how long does shipping take to {}", "days of delivery to {}?", "how soon can I have it here in {}")
    talk(shop, [each.format(city) for each in wrong for city in ("Paris", "Wien", "Bern", *cities)], "order_status")
    done = train(shop, "--from-conversations", "--promote")
    assert not done["live"]
    assert done["gate"].startswith("Not promoted")
    assert listed(shop, "models", "list")[0]["verdict"]["allowed"] is False
