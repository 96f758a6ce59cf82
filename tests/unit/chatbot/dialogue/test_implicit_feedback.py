"""What customers do after an answer, read as signs."""

from __future__ import annotations

import datetime as dt

import pytest

from chatbot.dialogue.implicit_feedback import (
    confirmed_answers,
    conversation_signals,
    evidence,
    is_a_click,
    says_again,
    updated,
)
from chatbot.domain import DecisionRecord, LoggedMessage, Message, Role, Signal, SignalKind
from support.fakes.records import recorded

OFFER = {"route": "clarify", "choices": ["Late parcel?", "Lost parcel?", "None of these"], "intent": "late"}


def talk(*said: tuple[str, dict | None, bool | None]) -> list[Message]:
    """Customer messages with the decision of each reply and its thumb; ids 1, 2, 3, ... with replies in between."""
    found = []
    for text, decision, helpful in said:
        found.append(Message(Role.CUSTOMER, text, id=len(found) + 1))
        if decision is not None:
            found.append(
                Message(
                    Role.ASSISTANT,
                    "reply",
                    id=len(found) + 1,
                    decision=DecisionRecord.from_json(decision),
                    helpful=helpful,
                )
            )
    return found


def kinds(messages: list[Message]) -> list[tuple[int, str, str | None]]:
    return [(s.message_id, s.kind.value, s.intent) for s in conversation_signals(messages)]


FAQ = {"route": "faq", "intent": "delivery"}


def test_a_thumb_is_about_the_message_that_was_answered_and_keeps_its_reason() -> None:
    messages = talk(("how long", FAQ, False))
    assert conversation_signals(messages, {2: "outdated"}) == [Signal(1, SignalKind.THUMB_DOWN, "delivery", "outdated")]
    assert kinds(talk(("how long", FAQ, True))) == [(1, "thumb_up", "delivery")]


@pytest.mark.parametrize("said", ["Lost parcel?", "2"])
def test_a_choice_speaks_for_the_chosen_answer_to_the_message_before_the_offer(said: str) -> None:
    lost = {"route": "faq", "intent": "lost"}
    found = kinds(talk(("my thing", OFFER, None), (said, lost, True)))
    assert found == [(1, "chosen", "lost"), (1, "thumb_up", "lost")]


def test_none_of_these_speaks_against_the_offer() -> None:
    assert kinds(talk(("my thing", OFFER, None), ("None of these", {"route": "fallback"}, None))) == [
        (1, "none_of_these", "late")
    ]


@pytest.mark.parametrize(
    ("second", "decision", "kind"),
    [
        ("how long does delivery take to Spain", FAQ, "rephrased"),
        ("多久能送到西班牙", FAQ, None),
        ("thanks!", {"route": "generate"}, "thanks"),
        ("let me talk to somebody", {"route": "handoff"}, "asked_person"),
        ("can I pay by card", FAQ, None),
    ],
)
def test_the_next_message_tells_about_the_answer_before(second: str, decision: dict, kind: str | None) -> None:
    found = kinds(talk(("delivery to Spain how long", FAQ, None), (second, decision, None)))
    assert found == ([(1, kind, "delivery")] if kind else [])


def test_chinese_is_read_as_well() -> None:
    assert says_again("怎么退货退款", "我想退货退款")
    said = talk(("怎么退货", FAQ, None), ("好的谢谢", {"route": "generate"}, None))
    assert kinds(said) == [(1, "thanks", "delivery")]


def test_signs_move_a_probability_and_never_settle_it() -> None:
    up, down = Signal(1, SignalKind.THUMB_UP), Signal(1, SignalKind.THUMB_DOWN)
    assert evidence([up, down]) < 0
    assert 0.5 < updated(0.5, [up]) < 0.9
    assert 0.9 < updated(0.999, [down]) < 0.999
    assert updated(1.0, []) < 1.0


def test_clicks_on_an_offer_are_told_from_messages() -> None:
    offer = Message(Role.ASSISTANT, "Which?", decision=recorded(**OFFER))
    assert is_a_click("2", offer)
    assert is_a_click("None of these", offer)
    assert not is_a_click("my parcel was stolen", offer)
    assert not is_a_click("2", Message(Role.ASSISTANT, "Fine.", decision=recorded(**FAQ)))


def test_a_thumb_up_confirms_the_entry_and_none_of_these_that_no_entry_answers() -> None:
    def logged(kind: SignalKind, route: str = "faq", sources: tuple[str, ...] = ("ship",)) -> LoggedMessage:
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        sign = (Signal(1, kind),)
        return LoggedMessage(1, "c", "v", "when?", "en", at, route=route, sources=sources, signals=sign)

    assert confirmed_answers([logged(SignalKind.THUMB_UP)]) == [("when?", "ship")]
    assert confirmed_answers([logged(SignalKind.THUMB_UP, "suggest")]) == [("when?", "ship")]
    assert confirmed_answers([logged(SignalKind.THUMB_UP, sources=("ship", "cost"))]) == []
    assert confirmed_answers([logged(SignalKind.NONE_OF_THESE, "clarify", ())]) == [("when?", "")]
    assert confirmed_answers([logged(SignalKind.THUMB_UP, "generate"), logged(SignalKind.THANKS)]) == []


def test_what_is_said_after_a_colleague_has_written_is_about_the_colleagues_words() -> None:
    answered = talk(("how long does delivery take", FAQ, None))
    colleague = Message(Role.AGENT, "It is on its way.", id=3, author="Anna")
    later = Message(Role.CUSTOMER, "thanks!", id=4)
    assert kinds([*answered, later]) == [(1, "thanks", "delivery")]
    assert kinds([*answered, colleague, later]) == []
    rated = talk(("how long", FAQ, True))
    assert kinds([*rated, colleague, later]) == [(1, "thumb_up", "delivery")]
