"""How many commands are recognised and how many innocent sentences are told off, on sentences nothing was made with."""

from __future__ import annotations

import csv

import pytest

from chatbot.dialogue.prompt_injection import commands
from support.paths import DATA

RECALL = {"en": 0.247, "zh": 0.126}
"""What the wordings alone recognised of the same attacks."""
FALSE_ALARMS = 0.015
EVERYDAY = 0.001


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / "commands" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rate(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_fewer_unseen_attacks_are_recognised_than_by_their_wording_alone(lang: str) -> None:
    told = [commands(row["text"]) for row in rows("held_out") if (row["lang"], row["label"]) == (lang, "attack")]
    assert rate(told) >= RECALL[lang]


def test_hardly_an_unseen_innocent_sentence_is_told_off() -> None:
    told = [commands(row["text"]) for row in rows("held_out") if row["label"] == "innocent"]
    assert rate(told) <= FALSE_ALARMS


def test_more_of_all_unseen_attacks_are_recognised() -> None:
    assert rate([commands(row["text"]) for row in rows("held_out") if row["label"] == "attack"]) >= 0.25


def test_hardly_an_everyday_sentence_is_told_off() -> None:
    said = [
        row["text"]
        for lang in ("en", "zh")
        for row in csv.DictReader((DATA / "common_intents" / f"{lang}.csv").read_text(encoding="utf-8").splitlines())
    ]
    assert rate([commands(text) for text in said]) <= EVERYDAY


def test_the_halves_share_no_sentence() -> None:
    halves = [{row["text"].strip().casefold() for row in rows(name)} for name in ("train", "held_out")]
    assert not halves[0] & halves[1]
