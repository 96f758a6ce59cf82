"""Labelled utterances and intents."""

from __future__ import annotations

import pytest

from chatbot.domain import IntentDefinition, LabelledExample, Route
from chatbot.importing.examples_csv import export_examples, is_intent_list, read_examples, read_intents


def test_utterances_are_read_with_repetitions_and_guessed_languages() -> None:
    examples, report = read_examples(
        "Utterance,Label\nwhere is it,track\n多久到,eta\nwhere is it,track\n".encode("gb18030"), "t.csv"
    )
    assert examples == [
        LabelledExample("where is it", "track", "en"),
        LabelledExample("多久到", "eta", "zh"),
        LabelledExample("where is it", "track", "en"),
    ]
    assert (report.read, report.failed, report.encoding) == (3, 0, "gb18030")


@pytest.mark.parametrize("intent", ["", " ", "oos", "OOS", "out_of_scope", "Out of scope"])
def test_an_empty_intent_and_its_usual_names_mean_out_of_scope(intent: str) -> None:
    examples, _ = read_examples(f"text,intent,lang\nweather,{intent},en\n".encode(), "t.csv")
    assert examples == [LabelledExample("weather", "oos", "en")]


def test_intents_keep_their_case() -> None:
    examples, _ = read_examples(b"text,intent\nx,Refund_not_showing_up\n", "t.csv")
    assert examples[0].intent == "Refund_not_showing_up"


@pytest.mark.parametrize(
    ("row", "column"), [(" ,track,", "text"), ("x" * 2_001 + ",a,", "text"), ("x,a,xx", "lang"), ("x,a,en,b", "")]
)
def test_a_bad_utterance_fails_alone(row: str, column: str) -> None:
    examples, report = read_examples(f"text,intent,lang\ngood,a,\n{row}\n".encode(), "t.csv")
    assert len(examples) == 1
    assert (report.read, report.failed) == (2, 1)
    assert (report.problems[0].row, report.problems[0].column) == (2, column)


def test_exported_utterances_read_back_equal() -> None:
    examples = [LabelledExample("=cmd", "a", "en"), LabelledExample("你好，世界", "oos", "zh")]
    assert read_examples(export_examples(examples), "t.csv")[0] == examples


def test_intents_are_read_with_their_routes() -> None:
    raw = "意图,路由,描述\nrefund,FAQ,money\nhuman,handoff,\nrefund,faq,again\nbad,handof,\n,faq,\noos,faq,\nplain,,\n"
    definitions, report = read_intents(raw.encode(), "intents.csv")
    assert definitions == [
        IntentDefinition("refund", Route.FAQ, "money"),
        IntentDefinition("human", Route.HANDOFF),
        IntentDefinition("plain", Route.FAQ),
    ]
    assert (report.read, report.inserted, report.skipped, report.failed) == (7, 3, 1, 3)
    assert "Did you mean handoff?" in report.problems[0].reason


def test_a_list_of_intents_is_told_from_utterances() -> None:
    assert is_intent_list(b"intent,route,description\na,faq,b\n", "t.csv")
    assert not is_intent_list(b"text,intent,lang\na,b,en\n", "t.csv")
    assert not is_intent_list(b"text,intent,route\na,b,faq\n", "t.csv")
    assert not is_intent_list(b"foo,bar\na,b\n", "t.csv")
