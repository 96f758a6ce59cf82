"""Messages and figures as people see them."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from chatbot.domain import Conversation, DecisionRecord, FaqEntry, ImportReport, Message, Role, RowProblem
from chatbot.errors import Problem
from support.fakes.records import recorded
from ui.catalogue import starters
from ui.chat import present
from ui.console.widgets import html
from ui.wording.words import Words

EN, ZH = Words("en"), Words("zh")
QUESTIONS = {"ship": "How *long*?"}
FAQ = {"route": "faq", "sources": ["ship"], "hits": [{"id": "ship", "score": 0.934, "dense": 0.8, "lexical": 3.0}]}


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "**x**", "`x`", "[a](b)", "# x", "- x", "1. x", "http://x.y", "www.x.y", "a@b.c"]
)
def test_markup_of_a_customer_is_taken_apart(text: str) -> None:
    shown = present.literal(text)
    assert shown != text
    assert re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), shown) == text


@pytest.mark.parametrize(
    "text", ["How long? 2 to 4 days!", "Order #123 - done", "It's S$12.00 (net): 50%", "几天能到？"]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert present.literal(text) == text


def test_lines_stay_lines() -> None:
    assert present.literal("a\n- b") == "a<br>&#45; b"


def test_a_curated_answer_keeps_its_markdown_and_names_its_source() -> None:
    bubble = present.bubbles([Message(Role.ASSISTANT, "**2** days", decision=recorded(**FAQ))], QUESTIONS, EN)[0]
    assert bubble["content"].startswith("**2** days")
    assert "Source: How &#42;long&#42;? · match 93\u00a0%" in bubble["content"]


def test_a_written_reply_is_shown_letter_by_letter() -> None:
    bubble = present.bubbles([Message(Role.ASSISTANT, "<b>hi</b>", decision=recorded("generate"))], {}, EN)[0]
    assert bubble["content"] == "&#60;b&#62;hi&#60;/b&#62;"


def test_a_source_that_was_deleted_is_left_out() -> None:
    assert present.bubbles([Message(Role.ASSISTANT, "x", decision=recorded(**FAQ))], {}, EN)[0]["content"] == "x"


def test_only_the_last_message_offers_its_choices() -> None:
    asked = Message(
        Role.ASSISTANT,
        "Did you mean",
        decision=recorded("clarify", choices=["A", "None"]),
    )
    options = present.bubbles([asked], {}, EN)[0]["options"]
    assert [(o["value"], o["label"]) for o in options] == [("A", "1. A"), ("None", "2. None")]
    earlier = present.bubbles([asked, Message(Role.CUSTOMER, "A")], {}, EN)[0]
    assert "options" not in earlier
    assert earlier["content"].endswith('<small class="offered">1&#46; A<br>2&#46; None</small>')


def test_what_was_offered_earlier_shows_letter_by_letter() -> None:
    asked = Message(Role.ASSISTANT, "Which?", decision=recorded("clarify", choices=["<b>*A*</b>"]))
    content = present.bubbles([asked, Message(Role.CUSTOMER, "1")], {}, EN)[0]["content"]
    assert "<b>" not in content
    assert "*" not in content


def test_thumbs_stand_in_the_order_of_the_replies() -> None:
    said = [
        Message(Role.CUSTOMER, "q"),
        Message(Role.ASSISTANT, "a", helpful=True),
        Message(Role.AGENT, "b"),
        Message(Role.ASSISTANT, "c", helpful=False),
    ]
    assert present.thumbs(said) == ["Like", None, "Dislike"]


@pytest.mark.parametrize(("share", "shown"), [(0.0, "0"), (0.001, "1"), (0.934, "93"), (0.999, "99"), (1.0, "100")])
def test_a_share_is_never_rounded_to_certainty(share: float, shown: str) -> None:
    assert present.percent(share) == shown


def test_starters_come_from_different_tags_of_the_language() -> None:
    entries = [
        FaqEntry("1", "a1", "", tags=("a",)),
        FaqEntry("2", "a2", "", tags=("a",)),
        FaqEntry("3", "b1", "", tags=("b",)),
        FaqEntry("4", "中", "", lang="zh"),
    ]
    assert starters(entries, "en") == ["a1", "b1", "a2"]
    assert starters(entries, "zh") == ["中"]
    assert starters(entries[:3], "zh") == ["a1", "b1", "a2"]
    assert starters([], "en") == []


def test_a_transcript_escapes_what_people_wrote_and_explains_the_answer() -> None:
    conversation = Conversation("c1", "v", "en", dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC))
    decision = FAQ | {
        "reason": "confident_match",
        "confidence": 0.934,
        "prediction": {"ranked": [["<i>", 0.9]], "in_scope": 1},
    }
    said = [
        Message(Role.CUSTOMER, "<img>"),
        Message(Role.ASSISTANT, "2 days", decision=DecisionRecord.from_json(decision), helpful=True),
    ]
    shown = html.conversation_html(conversation, said, QUESTIONS, EN)
    assert "<img>" not in shown
    assert "<i>" not in shown
    for text in ("&lt;img&gt;", "confident_match", "93 %", "How *long*?", "Rated helpful", "2026-01-02 03:04"):
        assert text in shown


def test_a_report_counts_and_lists_its_problems() -> None:
    report = ImportReport("<f>.csv", "gb18030", 4, 1, 1, 1, 1, (RowProblem(3, "answer", Problem("is empty")),))
    shown = html.report_html(report, "Imported", EN)
    assert "&lt;f&gt;.csv" in shown
    assert "gb18030" in shown
    assert html.problem_rows(report, EN) == [["3", "answer", "is empty"]]


def test_figures_are_shares_counts_or_plain_numbers() -> None:
    metrics = {"accuracy": 0.934, "n": 1800, "mcc": 0.81234, "per_intent": [1], "ok": True}
    assert html.figures_of(metrics, EN) == [("Accuracy", "93.4 %"), ("Examples", "1,800"), ("mcc", "0.812")]


def test_bars_show_every_route_from_zero() -> None:
    shown = html.routes_html({"faq": 3, "handoff": 1}, 2, EN)
    assert "3 · 75 %" in shown
    assert "0 · 0 %" in shown
    assert "width:100.0%" in shown
    assert html.routes_html({}, 0, EN) == ""


def test_a_long_choice_gets_a_short_label_and_keeps_its_value() -> None:
    question = "What should I do when " + "something very long happens and " * 5 + "I do not know?"
    asked = Message(Role.ASSISTANT, "Which?", decision=recorded("clarify", choices=[question, "None"]))
    option = present.bubbles([asked], {}, EN)[0]["options"][0]
    assert option["value"] == question
    assert len(option["label"]) <= 64


def test_what_was_shown_in_another_script_is_one_click_from_what_is_stored() -> None:
    shown = Message(Role.ASSISTANT, "**30** 天", decision=recorded(**FAQ, stored_reply="**三十** <天>"))
    content = present.bubbles([shown], QUESTIONS, ZH)[0]["content"]
    assert content.startswith("**30** 天\n\n")
    stored = '<details class="stored"><summary>查看原文</summary>\n\n**三十** <天>\n\n</details>'
    assert content.endswith(stored)  # an answer may use Markdown, and the page cleans HTML
    asked = recorded("clarify", choices=["退貨", "都不是"], stored_reply="您是问", stored_choices=["退<货>", "都不是"])
    content = present.bubbles([Message(Role.ASSISTANT, "您是問", decision=asked)], {}, EN)[0]["content"]
    assert "<summary>As stored</summary>\n\n您是问\n\n1&#46; 退&#60;货&#62;<br>2&#46; 都不是\n\n</details>" in content


def test_what_was_shown_as_stored_has_nothing_to_unfold() -> None:
    content = present.bubbles([Message(Role.ASSISTANT, "x", decision=recorded(**FAQ))], QUESTIONS, ZH)[0]["content"]
    assert "<details" not in content
