"""Small talk with the shipped generator behind its guard: three times 50 lines that stand in no file it learned from.

Kinds and wordings were widened with the first two lists known, in general terms; the last list was written afterwards,
and nothing was changed for it.

The rubric, the same for every line. A reply is right when all of this holds:
1. It is in the customer's language.
2. It answers what was said: it has a word of the line's own list (`right` in the file), such as an apology for anger,
   and none of the words that would turn it down (`wrong`).
3. It is short: at most 200 characters, and it ends.
4. It states no fact that stands in no source, and promises nothing.
5. It does not pass for a human.
"""

from __future__ import annotations

import csv
import re

import pytest

from chatbot.domain import Message, Role
from chatbot.generation.guard.guarded_generator import GuardedGenerator
from chatbot.generation.small_talk import kinds
from chatbot.ports import Encoder
from chatbot.text import language, normalise
from support.corpora import generated_replies as replies
from support.paths import DATA, QUESTIONS

GOAL = 45
NEVER_UNDER = {"small_talk.csv": 45, "small_talk_later.csv": 45, "small_talk_last.csv": 45}
LONGEST = 200


def rows(name: str) -> list[dict[str, str]]:
    with (QUESTIONS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=list(NEVER_UNDER))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def outcomes(name: str, minilm: Encoder) -> list[tuple[dict[str, str], str, list[str]]]:
    """Each line with its reply and what is wrong with it."""
    generator = GuardedGenerator(replies.shipped(), replies.guard(encode=minilm.encode))
    check = replies.checker()
    found = []
    for row in rows(name):
        situation = replies.Situation((Message(Role.CUSTOMER, row["text"]),), (), row["lang"], replies.NAMES)
        text, _ = replies.say(generator, situation)
        faults = [] if language(text) == row["lang"] else ["language"]
        faults += [] if re.search(row["right"], text, re.I) else ["beside the point"]
        faults += ["declined"] if row["wrong"] and re.search(row["wrong"], text, re.I) else []
        faults += [] if 0 < len(text) <= LONGEST else ["length"]
        faults += check.invented(replies.without_small_talk(text), (), (row["text"], *replies.NAMES))
        faults += check.leaks(text)
        found.append((row, text, faults))
    return found


def test_the_lines_are_unseen(name: str) -> None:
    known = {normalise(line) for lang in ("en", "zh") for kind in kinds(lang) for line in kind.lines}
    for learned in ("utterances_en.csv", "utterances_zh.csv", "transcripts_en.csv", "transcripts_zh.csv"):
        with (DATA / learned).open(encoding="utf-8-sig", newline="") as file:
            known |= {normalise(row["text"]) for row in csv.DictReader(file)}
    assert [row["text"] for row in rows(name) if normalise(row["text"]) in known] == []
    assert [sum(row["lang"] == lang for row in rows(name)) for lang in ("en", "zh")] == [25, 25]


def test_most_replies_are_right(name: str, outcomes: list[tuple[dict[str, str], str, list[str]]]) -> None:
    wrong = [(row["text"], text, faults) for row, text, faults in outcomes if faults]
    for one in wrong:
        print(*one, sep=" | ")
    print(f"{len(outcomes) - len(wrong)} of {len(outcomes)} right; the goal is {GOAL}")
    assert len(outcomes) - len(wrong) >= NEVER_UNDER[name]


def test_nobody_passes_for_a_human(outcomes: list[tuple[dict[str, str], str, list[str]]]) -> None:
    asked = [(text, faults) for row, text, faults in outcomes if row["kind"] == "identity"]
    assert all(re.search(r"assistant|program|智能客服|程序", text) for text, _ in asked), asked
