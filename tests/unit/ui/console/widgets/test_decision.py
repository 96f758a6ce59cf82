"""The explanation of a decision as the team sees it: complete, escaped, and no poorer for older decisions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot.domain import CommonIntent, Conversation, Message, NearestUtterance, Reason, Role
from chatbot.errors import ArtifactError, InputError
from support.fakes.records import recorded
from support.fakes.ui import fake_services
from ui.console.conversations import actions
from ui.console.widgets import html
from ui.console.widgets.decision import Nearest, decision_html, tried_html
from ui.services import Services
from ui.wording.words import LANGUAGES, Words, sections

EN, ZH = Words("en"), Words("zh")
NEVER = ("question", "smalltalk", "acknowledgement")
"""Common intents that decide nothing."""
HOSTILE = "<img src=x onerror=alert(1)>"
OLDER: dict[str, Any] = {
    "route": "faq",
    "reason": "confident_match",
    "confidence": 0.93,
    "prediction": {"ranked": [["returns", 0.9]], "in_scope": 0.81},
    "hits": [{"id": "ship", "score": 0.93, "dense": 0.8, "lexical": 3.0}],
}
CHECKS = [
    {"name": "in_scope", "value": 0.81, "needed": 0.4, "reached": True},
    {"name": "answer", "value": 0.49996, "needed": 0.5, "reached": False},
]


class Damaged:
    """An assistant whose model cannot be asked."""

    def nearest(self, text: str) -> tuple[NearestUtterance, ...]:
        raise ArtifactError("The model is damaged.")


class Listening:
    """An assistant that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def nearest(self, text: str) -> tuple[NearestUtterance, ...]:
        self.asked.append(text)
        return ()


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return fake_services(tmp_path, pause=0)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_rule_has_a_sentence(reason: Reason, lang: str) -> None:
    sentence = Words(lang).named("rule", reason.value)
    assert sentence.endswith("." if lang == "en" else "。")
    assert f'<p class="rule">{sentence.replace(chr(39), "&#x27;")}</p>' in decision_html(
        recorded(**OLDER | {"reason": reason.value}), {}, Words(lang)
    )


def test_every_check_has_a_name() -> None:
    named = {key.removeprefix("check_") for key in sections("en")["checks"]}
    assert named == {
        *(
            "in_scope",
            "trusted_in_scope",
            "confidence",
            "margin",
            "certain",
            "rival_margin",
            "part",
            "suggest",
            "clarify",
        ),
        *("answer", "answer_unjudged", "answer_out_of_scope"),
        *(f"common_{intent}" for intent in CommonIntent if intent not in NEVER),
    }


def test_thresholds_stand_beside_their_values_and_say_whether_they_were_reached() -> None:
    shown = decision_html(recorded(**OLDER, checks=CHECKS), {}, EN)
    for text in (
        "<td>Probability of being in scope</td><td>81.0 %</td><td>40.0 %</td><td>✓ yes</td>",
        "<td>Best FAQ match, to be answered</td><td>49.996 %</td><td>50.000 %</td><td>✗ no</td>",
    ):
        assert text in shown
    assert "<td>✗ 否</td>" in decision_html(recorded(**OLDER, checks=CHECKS), {}, ZH)


@pytest.mark.parametrize("older", [OLDER, {"route": "faq"}, OLDER | {"policy": None, "hits": None}])
def test_an_older_decision_is_shown_without_what_it_lacks(older: dict[str, Any]) -> None:
    shown = decision_html(recorded(**older), {}, EN)
    assert "Thresholds" not in shown
    assert "Nearest" not in shown
    assert ("81 %" in shown) == bool(older.get("prediction"))


def test_utterances_are_named_with_their_intent_or_as_out_of_scope() -> None:
    near = Nearest(
        (
            NearestUtterance("how do I return it", "returns", 0.91234),
            NearestUtterance("tell me a joke", "oos", 0.5),
            NearestUtterance("", "returns", 0.4, from_conversation=True),
            NearestUtterance("", "returns", 0.3),
        ),
        "v1",
    )
    shown = decision_html(recorded(**OLDER), {}, EN, near)
    assert "<td>how do I return it</td><td>returns</td><td>0.91</td>" in shown
    assert "<td>tell me a joke</td><td>out of scope</td><td>0.50</td>" in shown
    assert "<td>(from a conversation)</td>" in shown
    assert "<td>(this version keeps no texts)</td>" in shown
    assert "with the live intent model v1" in shown


def test_nothing_that_comes_from_outside_is_markup() -> None:
    near = Nearest((NearestUtterance(HOSTILE, HOSTILE, 0.5),), HOSTILE)
    hostile = {
        "route": "faq",
        "intent": HOSTILE,
        "topic": HOSTILE,
        "prediction": {"ranked": [[HOSTILE, 0.9]], "in_scope": 0.5},
        "checks": [{"name": HOSTILE, "value": 0.1, "needed": 0.2, "reached": False}],
        "hits": [{"id": HOSTILE, "score": 0.9, "dense": 0.1, "lexical": 0.1}],
        "choices": [HOSTILE],
        "versions": {HOSTILE: HOSTILE},
        "timings_ms": {HOSTILE: 1.0},
    }
    for questions in ({}, {HOSTILE: HOSTILE}):
        assert "<img" not in decision_html(recorded(**hostile), questions, EN, near)


def test_a_conversation_shows_the_utterances_of_the_answers_they_were_looked_up_for() -> None:
    said = [
        Message(Role.CUSTOMER, "q", 1),
        Message(Role.ASSISTANT, "a", 2, decision=recorded(**OLDER)),
        Message(Role.ASSISTANT, "b", 3, decision=recorded(**OLDER)),
    ]
    near = {2: Nearest((NearestUtterance("the only one", "returns", 0.9),), "v1")}
    conversation = Conversation("c", "v", "en", dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    assert html.conversation_html(conversation, said, {}, EN, near).count("the only one") == 1


def test_a_tried_message_is_explained_and_not_stored(services: Services) -> None:
    text = "How do I return an item?"
    explanation = actions.explain(services, text, EN)
    shown = tried_html("send it back <b>", explanation, {"return": "How do I <i>return</i> an item?"}, EN)
    assert EN("rule_confident_match") in shown
    assert "How do I &lt;i&gt;return&lt;/i&gt; an item?" in shown
    assert "fake-intent-1" in shown
    assert "a person please" in shown  # an utterance of the model
    assert services.conversations.count() == 0


def test_a_message_without_its_answer_names_the_phrasing_that_an_entry_lacks(services: Services) -> None:
    text = "an <b>item</b> return"
    shown = tried_html(text, actions.explain(services, text, EN), {}, EN)
    assert "add “an &lt;b&gt;item&lt;/b&gt; return” to its further phrasings" in shown


def test_the_share_of_each_leg_is_shown_where_it_was_recorded() -> None:
    hit = {"id": "ship", "score": 0.9, "dense": 0.8, "lexical": 0.5, "dense_part": 6.0, "lexical_part": 2.0}
    shown = decision_html(recorded(**OLDER | {"hits": [hit]}), {}, EN)
    assert "<td>0.80 (75 %)</td><td>0.50 (25 %)</td>" in shown


@pytest.mark.parametrize(("text", "key"), [("  ", "empty"), ("x" * 501, "too_long")])
def test_a_message_that_cannot_be_tried_is_refused_in_the_language_of_the_page(
    services: Services, text: str, key: str
) -> None:
    with pytest.raises(InputError, match=ZH(key, length=501, limit=500)[:8]):
        actions.explain(services, text, ZH)


def test_utterances_are_looked_up_for_the_words_that_were_answered(services: Services) -> None:
    begun = services.assistant.start("me", "en")
    for text in ("tell me a story", "a person please"):
        services.assistant.reply(begun, text)
    messages = services.conversations.messages(begun.id)
    services.models.registry.add("intent", "intent-1", {})
    found = actions.nearest_utterances(services, messages)
    assert list(found) == [messages[1].id, messages[3].id]
    assert [near.utterances[0].text for near in found.values()] == ["tell me a story", "a person please"]
    explained = services.assistant.explain("tell me a story")
    assert found[messages[1].id].utterances == explained.nearest
    assert {near.version for near in found.values()} == {services.models.registry.live("intent")}


def test_a_conversation_opens_though_nothing_can_be_looked_up(services: Services) -> None:
    begun = services.assistant.start("me", "en")
    services.assistant.reply(begun, "tell me a story")
    messages = services.conversations.messages(begun.id)
    assert actions.nearest_utterances(replace(services, assistant=Damaged()), messages) == {}


def test_a_long_conversation_is_looked_up_at_its_end_only(services: Services) -> None:
    messages = []
    for number in range(60):
        messages.append(Message(Role.CUSTOMER, f"question {number}", 2 * number + 1))
        messages.append(Message(Role.ASSISTANT, "a", 2 * number + 2, decision=recorded(**OLDER)))

    listening = Listening()
    actions.nearest_utterances(replace(services, assistant=listening), messages)
    assert listening.asked == [f"question {number}" for number in range(40, 60)]


def test_messages_that_were_never_understood_are_not_looked_up(services: Services) -> None:
    imported = [
        Message(Role.CUSTOMER, "old question", 1),
        Message(Role.AGENT, "old answer", 2),
        Message(Role.ASSISTANT, "sorry", 3, decision=recorded("fallback", prediction=None)),
    ]
    assert actions.nearest_utterances(services, imported) == {}
