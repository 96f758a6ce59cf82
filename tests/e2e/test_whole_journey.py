"""A customer and the team in a real browser, on the real server with the sample shop: nothing is faked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser.chat_window import ChatWindow
from support.browser.console_login import log_in
from support.servers.real_server import Running, home, real_server, server
from support.shops.small_shop import copy_home, prepared_home

__all__ = ["home", "prepared_home", "server"]
NewVisitor = Callable[..., Page]
TRAINING_MS = 300_000


def test_a_paraphrase_gets_the_curated_answer_and_its_source(server: Running, new_visitor: NewVisitor) -> None:
    answer = ChatWindow(new_visitor()).open(server.url).ask("parcel still hasn't come, where is it??")
    expect(answer).to_contain_text("help@hazelnook.example")
    expect(answer).to_contain_text("My parcel is late. What should I do?")


def test_nonsense_is_told_so(server: Running, new_visitor: NewVisitor) -> None:
    answer = ChatWindow(new_visitor()).open(server.url).ask("asdkjh qwoeiu zxmcn")
    expect(answer).to_contain_text("I cannot help with that")


def test_a_chinese_question_gets_a_chinese_answer(server: Running, new_visitor: NewVisitor) -> None:
    answer = ChatWindow(new_visitor(locale="zh-CN")).open(server.url).ask("可以用 GrabPay 结账不")
    expect(answer).to_contain_text("我们支持")
    expect(answer).to_contain_text("支持哪些付款方式")


def test_small_talk_is_written_by_the_generator(server: Running, new_visitor: NewVisitor) -> None:
    answer = ChatWindow(new_visitor()).open(server.url).ask("hello there")
    expect(answer).not_to_contain_text("I am not sure")
    expect(answer).not_to_be_empty()


def test_a_refresh_keeps_the_chat_and_a_second_browser_sees_none_of_it(
    server: Running, new_visitor: NewVisitor
) -> None:
    page = new_visitor()
    chat = ChatWindow(page).open(server.url)
    chat.ask("which days is the showroom shut")
    page.reload()
    expect(chat.questions).to_have_count(1)
    expect(chat.answers.last).to_contain_text("Tuesday")
    other = ChatWindow(new_visitor()).open(server.url)
    expect(other.questions).to_have_count(0)
    expect(other.history).to_have_count(0)


def test_the_chat_is_still_there_after_the_server_was_restarted(
    sample_home: Path, tmp_path: Path, new_visitor: NewVisitor
) -> None:
    own = tmp_path / "restarted"
    shutil.copytree(sample_home, own)
    page = new_visitor()
    with real_server(own) as first:
        ChatWindow(page).open(first.url).ask("which days is the showroom shut")
    with real_server(own) as second:
        chat = ChatWindow(page).open(second.url)
        expect(chat.answers.last).to_contain_text("Tuesday")


@pytest.fixture
def small_server(prepared_home: Path, tmp_path: Path) -> Iterator[Running]:
    """The real server with a small part of the sample shop, which is trained in seconds."""
    with real_server(copy_home(prepared_home, tmp_path / "small")) as started:
        yield started


def test_the_team_imports_a_file_and_customers_get_its_answer_then_retrains(
    small_server: Running, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    server = small_server
    file = tmp_path / "faq.csv"
    file.write_text(
        "question,answer,variants\nDo you repair old lamps?,Our workshop rewires lamps for free on Fridays.,"
        "can you fix my broken lamp|lamp repair service\n",
        encoding="utf-8",
    )
    page = new_visitor()
    log_in(page, server)
    page.set_input_files("#faq-file input[type=file]", file)
    expect(page.locator("#import-report li.new strong")).to_have_text("1")
    page.locator("#import").click()
    expect(page.locator("#import-report")).to_contain_text("Imported")
    answer = ChatWindow(new_visitor()).open(server.url).ask("do you repair lamps that are old?")
    expect(answer).to_contain_text("rewires lamps for free on Fridays")

    page.get_by_role("tab", name="Training").click()
    page.locator("#retrain").click()
    expect(page.locator("#training-progress")).to_be_visible()
    expect(page.locator("#training-result")).to_contain_text("was trained", timeout=TRAINING_MS)
    again = ChatWindow(new_visitor()).open(server.url).ask("do you repair lamps that are old?")
    expect(again).to_contain_text("rewires lamps for free on Fridays")


def test_conversations_show_the_decision_behind_an_answer(server: Running, new_visitor: NewVisitor) -> None:
    ChatWindow(new_visitor()).open(server.url).ask("may the plates go in the dishwasher")
    page = new_visitor()
    log_in(page, server)
    page.get_by_role("tab", name="Conversations", exact=True).click()
    expect(page.get_by_role("gridcell", name="may the plates go in the dishwasher").first).to_be_visible()
