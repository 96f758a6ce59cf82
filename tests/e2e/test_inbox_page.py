"""Conversations that wait for a person, in a real browser: they appear, are read, settled and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from support.browser.chat_window import ChatWindow
from support.servers.fake_pages import Server, serving

NewVisitor = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


def open_inbox(page: Page, server: Server, *, tab: str = "Conversations") -> None:
    page.goto(f"{server.url}/console/")
    page.locator("input[type=password]").fill(server.password)
    page.locator("form button[type=submit]").click()
    page.get_by_role("tab", name=tab, exact=True).click()


def test_who_asked_for_a_person_waits_until_somebody_settles_it(server: Server, new_visitor: NewVisitor) -> None:
    console = new_visitor()
    open_inbox(console, server)
    expect(console.locator("#inbox-empty")).to_have_text("Nobody waits for a person.")
    for said in ("a person please", "How long does delivery take?"):
        ChatWindow(new_visitor()).open(server.url).ask(said)
    console.get_by_role("tab", name="Review", exact=True).click()
    console.get_by_role("tab", name="Conversations", exact=True).click()
    console.get_by_label("Your name, as customers read it").fill("Anna")
    heading = console.locator("#inbox-heading")
    expect(heading).to_contain_text("Waiting for a person: 1")
    row = console.locator("#inbox").get_by_role("gridcell", name="a person please")
    row.click()
    expect(console.locator("#inbox-conversation .transcript")).to_contain_text("a person please")
    console.locator("#inbox-done").click()
    expect(heading).to_contain_text("Waiting for a person: 0")
    expect(console.locator("#inbox-conversation .transcript")).to_have_count(0)

    console.locator("#inbox-which").get_by_text("Settled").click()
    row.click()
    expect(console.locator("#inbox-standing")).to_have_text("Settled by Anna.")
    expect(console.locator("#inbox-done")).to_have_text("Put back on the list")
    console.locator("#inbox-done").click()
    expect(heading).to_contain_text("Waiting for a person: 1")
    console.locator("#inbox-search textarea, #inbox-search input").first.fill("no such words")
    expect(console.locator("#inbox-empty")).to_be_visible()


def test_the_list_speaks_chinese(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor(locale="zh-CN")
    open_inbox(page, server, tab="对话记录")
    expect(page.locator("#inbox-heading")).to_contain_text("等待人工处理")
