"""The tab of past conversations in a real browser: import with a preview of who speaks, and drafts to decide about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser.column_choices import choose_columns
from support.browser.console_login import log_in
from support.servers.fake_pages import Server, serving

NewVisitor = Callable[..., Page]
LOG = (
    "Kim 2024-03-18 10:23:45\nwhere is it? call me on 07911 123456\n\n"
    "Lee 2024-03-18 10:24\nOn its way <img src=x onerror=alert(1)>\n"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own: these tests change its conversations and drafts."""
    with serving() as started:
        yield started


def open_tab(page: Page, server: Server) -> None:
    log_in(page, server)
    page.get_by_role("tab", name="Past conversations").click()
    expect(page.locator("#past-file")).to_be_visible()


def test_a_log_is_previewed_its_roles_are_mended_and_it_is_imported(
    server: Server, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    file = tmp_path / "chat.txt"
    file.write_text(LOG, encoding="utf-8")
    page = new_visitor()
    open_tab(page, server)
    page.set_input_files("#past-file input[type=file]", file)
    expect(page.locator("#past-report")).to_contain_text("This is what Import would do")
    expect(page.locator("#past-report li.new strong")).to_have_text("2")
    expect(page.locator("#past-turns").get_by_role("gridcell", name="call me on [phone]")).to_be_visible()
    expect(page.locator("#past-customers")).to_contain_text("Kim")
    expect(page.locator("#past-agents")).to_contain_text("Lee")
    page.locator("#past-zone input").fill("Mars/Base")
    page.locator("#past-zone input").press("Enter")
    page.locator("#past-check").click()
    expect(page.locator("[data-testid=toast-text]")).to_contain_text("There is no time zone 'Mars/Base'")

    page.locator("#past-zone input").fill("Asia/Shanghai")
    page.locator("#past-zone input").press("Enter")
    page.locator("#past-check").click()
    expect(page.locator("#past-import")).to_be_enabled()
    page.locator("#past-import").click()
    expect(page.locator("#past-report")).to_contain_text("Imported")
    page.get_by_role("tab", name="Conversations", exact=True).click()
    expect(
        page.locator("#conversations").get_by_role("gridcell", name="where is it? call me on [phone]")
    ).to_be_visible()
    expect(page.locator("#conversations").get_by_role("gridcell", name="2024-03-18 02:23")).to_be_visible()


def test_columns_are_mapped_on_the_page_and_the_import_is_undone(
    server: Server, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    file = tmp_path / "german.csv"
    file.write_text("Wer,Was,Wann\nKundin,Wo ist mein Paket?,2024-05-01 10:00\nBerater,Unterwegs.,2024-05-01 10:01\n")
    page = new_visitor()
    open_tab(page, server)
    page.set_input_files("#past-file input[type=file]", file)
    expect(page.locator("#past-columns")).to_contain_text("no column that is known as Speaker, Message")
    expect(page.locator("#past-import")).to_be_disabled()
    choose_columns(page, "past-map-", {"text": "Was", "timestamp": "Wann", "speaker": "Wer"})
    expect(page.locator("#past-speakers").get_by_role("gridcell", name="Kundin")).to_be_visible()
    for name, who in (("customers", "Kundin"), ("agents", "Berater")):
        page.locator(f"#past-{name} input").fill(who)
        page.locator(f"#past-{name} input").press("Enter")
    page.locator("#past-check").click()
    expect(page.locator("#past-report li.new strong")).to_have_text("2")
    page.locator("#past-import").click()
    expect(page.locator("#past-report")).to_contain_text("Imported")
    expect(page.locator("#past-undo-which input")).to_have_value(re.compile("german.csv"))
    page.locator("#past-undo").click()
    expect(page.locator("[data-testid=toast-text]").last).to_contain_text("2 messages were removed")
    page.locator("#past-imports-log button").first.click()
    expect(page.locator("#past-imports").get_by_role("gridcell", name="undone")).to_be_visible()


def test_drafts_are_proposed_changed_accepted_and_rejected(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    open_tab(page, server)
    expect(page.locator("#drafts-heading")).to_contain_text("No drafts yet.")
    page.locator("#drafts-mine").click()
    expect(page.locator("#drafts-heading")).to_contain_text("2 drafts wait for a decision.")
    drafts = page.locator("#drafts")
    drafts.get_by_role("gridcell", name="Can I pay with a gift card?").click()
    expect(page.locator("#draft-evidence")).to_contain_text("Asked 9 times in 7 conversations")
    expect(page.locator("#draft-evidence")).to_contain_text("<b>gift card</b> ok?")
    page.locator("#draft-answer textarea").fill("Yes, at the checkout.")
    page.locator("#draft-accept").click()
    expect(page.locator("[data-testid=toast-text]").last).to_contain_text("accepted: it is in use now")
    expect(page.locator("#drafts-heading")).to_contain_text("1 drafts wait for a decision.")

    drafts.get_by_role("gridcell", name="Where is your shop?").click()
    expect(page.locator("#draft-answer textarea")).to_have_value("At [address], ask for [name].")
    page.locator("#draft-accept").click()
    expect(page.locator("[data-testid=toast-text]").last).to_contain_text("still holds [address]")
    page.locator("#draft-reject").click()
    expect(page.locator("#drafts-heading")).to_contain_text("No drafts yet.")

    page.get_by_role("tab", name="Knowledge").click()
    page.locator("#entries-search textarea, #entries-search input").fill("gift card")
    expect(page.locator("#entries").get_by_role("gridcell", name="Yes, at the checkout.")).to_be_visible()


def test_the_tab_speaks_chinese(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor(locale="zh-CN")
    page.goto(f"{server.url}/console/")
    page.get_by_label("密码").fill(server.password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("tab", name="历史会话").click()
    expect(page.locator("#drafts-mine")).to_have_text("生成草稿")
