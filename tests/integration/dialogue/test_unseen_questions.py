"""The sample shop on questions that stand nowhere in its data: paraphrases are answered, unrelated ones are not."""

from __future__ import annotations

import csv

from chatbot.bootstrap.application import Application
from chatbot.bootstrap.sample_shop import sample_dir
from chatbot.domain import Reply, Route
from chatbot.text import normalise
from support.shops.sample_data import question_rows

MOST_MISSED = 0.05
"""Of the short and odd messages: keywords of two characters, Traditional, full width, typing errors."""
LEAST_ANSWERED = 0.75
"""Of the paraphrases; the others are asked back, which is not wrong. It was 0.81 when this was written."""


def replies(sample_shop: Application, name: str) -> list[tuple[dict[str, str], Reply]]:
    return [
        (row, sample_shop.assistant.reply(sample_shop.assistant.start("visitor", "en"), row["text"]))
        for row in question_rows(name)
    ]


def test_the_questions_stand_nowhere_in_the_sample_data() -> None:
    known: set[str] = set()
    for path in sample_dir().glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                texts = [row.get("text") or "", row.get("question") or "", *(row.get("variants") or "").split("|")]
                known.update(normalise(text) for text in texts)
    asked = [
        row["text"] for name in ("paraphrases.csv", "unrelated.csv", "keywords.csv") for row in question_rows(name)
    ]
    assert [text for text in asked if normalise(text) in known] == []


def test_paraphrases_are_answered_from_the_right_entry(sample_shop: Application) -> None:
    answered = [(row, reply) for row, reply in replies(sample_shop, "paraphrases.csv") if reply.route is Route.FAQ]
    sources = [(row, reply.sources[0].entry.id) for row, reply in answered]
    wrong = [(row["text"], source) for row, source in sources if source != row["entry"]]
    total = len(question_rows("paraphrases.csv"))
    print(f"\nparaphrases: {len(answered) - len(wrong)} of {total} answered from the right entry, {len(wrong)} wrong")
    assert len(wrong) <= 1, wrong
    assert len(answered) - len(wrong) >= LEAST_ANSWERED * total


def test_unrelated_questions_get_no_faq_answer(sample_shop: Application) -> None:
    answered = [row["text"] for row, reply in replies(sample_shop, "unrelated.csv") if reply.route is Route.FAQ]
    print(f"\nunrelated: {len(answered)} of {len(question_rows('unrelated.csv'))} got an FAQ answer")
    assert answered == []


def test_keywords_other_characters_and_typing_errors_are_among_the_first_three(sample_shop: Application) -> None:
    missed = [
        row["text"]
        for row, reply in replies(sample_shop, "keywords.csv")
        if row["entry"] not in [hit.entry.id for hit in reply.candidates[:3]]
    ]
    total = len(question_rows("keywords.csv"))
    print(f"\nkeywords: {total - len(missed)} of {total} among the first three; missed: {', '.join(missed)}")
    assert len(missed) <= MOST_MISSED * total


def test_the_late_parcel_is_answered_with_its_source(sample_shop: Application) -> None:
    reply = sample_shop.assistant.reply(
        sample_shop.assistant.start("visitor", "en"), "parcel still hasn't come, where is it??"
    )
    assert reply.route is Route.FAQ
    assert [hit.entry.id for hit in reply.sources] == ["en-parcel-late"]


def test_small_talk_comes_from_the_generator_in_the_customers_language(sample_shop: Application) -> None:
    for text, lang in (("hello", "en"), ("你好", "zh")):
        reply = sample_shop.assistant.reply(sample_shop.assistant.start("visitor", "en"), text)
        assert reply.route is Route.GENERATE, reply
        assert any("\u4e00" <= sign <= "\u9fff" for sign in reply.text) == (lang == "zh")


def test_a_person_is_always_to_be_had(sample_shop: Application) -> None:
    for text in ("I want to talk to a real person", "转人工"):
        assert sample_shop.assistant.reply(sample_shop.assistant.start("visitor", "en"), text).route is Route.HANDOFF
