"""What the pages show and do while a conversation waits for a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.domain import Conversation, Message, Role
from chatbot.domain.handoffs import Handoff
from support.fakes.ui import fake_services
from ui.catalogue import CatalogueReader
from ui.chat import actions, present
from ui.console.inbox.present import handoff_rows, standing_html, waited
from ui.console.widgets.html import conversation_html
from ui.services import Services
from ui.wording.words import Words

EN, ZH = Words("en"), Words("zh")
VISITOR = "v" * 32
NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
WAITS = Handoff(Conversation("c1", VISITOR, "en", NOW, title="a person please"), NOW - dt.timedelta(minutes=75))


def held(by: str, last: Role = Role.CUSTOMER) -> Handoff:
    return replace(WAITS, conversation=replace(WAITS.conversation, held_by=by), taken_at=NOW, spoke_last=last)


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return fake_services(tmp_path, pause=0.0)


@pytest.mark.parametrize(
    ("minutes", "en", "zh"),
    [
        (-3, "0 min", "0 分钟"),
        (0.9, "0 min", "0 分钟"),
        (59, "59 min", "59 分钟"),
        (60, "1 h 0 min", "1 小时 0 分钟"),
        (1439, "23 h 59 min", "23 小时 59 分钟"),
        (1440 + 125, "1 d 2 h", "1 天 2 小时"),
    ],
)
def test_how_long_somebody_waits_is_said_in_few_words(minutes: float, en: str, zh: str) -> None:
    since = NOW - dt.timedelta(minutes=minutes)
    assert (waited(since, NOW, EN), waited(since, NOW, ZH)) == (en, zh)


def test_the_list_says_who_answers_and_who_owes_a_reply() -> None:
    settled = replace(WAITS, settled_at=NOW - dt.timedelta(minutes=60), settled_by="Anna")
    rows = handoff_rows([WAITS, held("Anna"), held("Anna", Role.AGENT), settled], NOW, EN)
    assert [(row[0], row[2]) for row in rows] == [
        ("1 h 15 min", "nobody yet"),
        ("1 h 15 min", "Anna, needs a reply"),
        ("1 h 15 min", "Anna"),
        ("15 min", "Anna"),
    ]
    assert {row[-1] for row in rows} == {"c1"}


def test_names_are_escaped_wherever_they_are_shown() -> None:
    name = "<b>Anna</b>"
    said = Message(Role.AGENT, "Hello", author=name)
    shown = [
        standing_html(held(name), "Bob", EN),
        standing_html(held(name), name, EN),
        present.person_line(held(name), EN),
        present.bubbles([said], {}, EN)[0]["content"],
        conversation_html(WAITS.conversation, [said], {}, EN),
    ]
    assert [name in html for html in shown] == [False] * 5
    assert ["Anna" in html for html in shown] == [True] * 5


def test_the_customer_reads_whether_somebody_is_there() -> None:
    assert present.person_line(None, EN) == ""
    assert present.person_line(replace(WAITS, settled_at=NOW), EN) == ""
    assert "waiting for a colleague" in present.person_line(WAITS, EN)
    assert "安娜 正在这里回复您" in present.person_line(held("安娜"), ZH)


def test_a_page_looks_for_news_only_while_there_may_be_some() -> None:
    now = dt.datetime.now(dt.UTC)
    assert actions.follow_seconds(None) == 0
    assert actions.follow_seconds(WAITS) == actions.WAITING_SECONDS <= 3
    assert actions.follow_seconds(replace(WAITS, settled_at=now)) == actions.SETTLED_SECONDS
    assert actions.follow_seconds(replace(WAITS, settled_at=now - dt.timedelta(hours=1))) == 0


def test_a_view_has_a_mark_that_changes_with_everything_that_may_appear_by_itself(services: Services) -> None:
    catalogue = CatalogueReader(services.knowledge.store)
    *_, asked = actions.send(services, catalogue, VISITOR, "", "How long does delivery take?", EN)
    assert (asked.handoff, asked.mark) == (None, "")
    *_, waits = actions.send(services, catalogue, VISITOR, asked.conversation_id, "a person please", EN)
    marks = [waits.mark]
    inbox, one = services.inbox, waits.conversation_id
    steps = (
        lambda: inbox.take(one, "Anna"),
        lambda: inbox.reply(one, "Hello", "Anna"),
        lambda: inbox.hand_back(one, "Anna"),
        lambda: inbox.settle(one, "Anna"),
    )
    for step in steps:
        step()
        found = actions.view(services, catalogue, VISITOR, one, EN)
        assert found.mark == actions.mark(actions.standing(services, VISITOR, one))
        marks.append(found.mark)
    assert len(set(marks)) == len(marks)
    assert actions.standing(services, "s" * 32, one) is None


def test_while_a_colleague_has_it_the_page_shows_the_message_and_no_answer(services: Services) -> None:
    catalogue = CatalogueReader(services.knowledge.store)
    *_, waits = actions.send(services, catalogue, VISITOR, "", "a person please", EN)
    services.inbox.reply(waits.conversation_id, "Hello", "Anna")
    views = list(actions.send(services, catalogue, VISITOR, waits.conversation_id, "How long does delivery take?", EN))
    assert [len(view.bubbles) for view in views] == [4, 4]
    assert [bubble["role"] for bubble in views[-1].bubbles] == ["user", "assistant", "assistant", "user"]
    assert "**Anna** · Colleague<br>Hello" in views[-1].bubbles[2]["content"]
