"""Imports on the real server in a real browser: cancelled on their way, and what stays of rejected rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from support.browser.console_login import log_in
from support.servers.real_server import Running, home, server

__all__ = ["home", "server"]
NewVisitor = Callable[..., Page]
ROWS = 60_000
TURNS = 40_000
CANCELLED = "The import was cancelled. Nothing was changed."


def counts(home: Path, *tables: str) -> list[int]:
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def interrupted(home: Path) -> list[str]:
    """Marks of imports that have begun and not ended."""
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM state WHERE key LIKE 'importing:%'")]


def test_a_running_import_of_entries_is_cancelled(
    server: Running, home: Path, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    rows = "".join(f"Question number {n}?,Answer {n}.\n" for n in range(ROWS))
    file.write_text(f"question,answer\n{rows}", "utf-8")
    before = counts(home, "faq_entry", "faq_change", "import")
    page = new_visitor()
    log_in(page, server)
    page.set_input_files("#faq-file input[type=file]", file)
    expect(page.locator("#import-report li.new strong")).to_have_text(f"{ROWS:,}")
    page.locator("#import").click()
    page.locator("#import-cancel").click()
    expect(page.locator("[data-testid=toast-text]")).to_contain_text(CANCELLED)
    expect(page.locator("#import-cancel")).to_be_hidden()
    expect(page.locator("#import")).to_be_enabled()
    assert counts(home, "faq_entry", "faq_change", "import") == before
    assert not interrupted(home)


def test_a_running_import_of_past_conversations_is_cancelled(
    server: Running, home: Path, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    file = tmp_path / "past.csv"
    rows = "".join(f"c{n // 4},{('customer', 'agent')[n % 2]},line {n} of my long story\n" for n in range(TURNS))
    file.write_text(f"conversation_id,speaker,text\n{rows}", "utf-8")
    before = counts(home, "conversation", "message", "import")
    page = new_visitor()
    log_in(page, server)
    page.get_by_role("tab", name="Past conversations").click()
    page.set_input_files("#past-file input[type=file]", file)
    expect(page.locator("#past-report li.new strong")).to_have_text(f"{TURNS:,}")
    page.locator("#past-import").click()
    page.locator("#past-cancel").click()
    expect(page.locator("[data-testid=toast-text]")).to_contain_text(CANCELLED)
    expect(page.locator("#past-cancel")).to_be_hidden()
    expect(page.locator("#past-import")).to_be_enabled()
    assert counts(home, "conversation", "message", "import") == before
    assert not interrupted(home)


def test_rejected_rows_are_still_there_after_the_page_was_left(
    server: Running, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text("question,answer\nDo you wrap gifts?,Yes.\nNo answer here?,\n", "utf-8")
    page = new_visitor()
    log_in(page, server)
    page.set_input_files("#faq-file input[type=file]", file)
    page.locator("#import").click()
    expect(page.locator("#import-report")).to_contain_text("Imported")
    page.reload()
    page.locator("#imports-log button").first.click()
    kept = page.locator("#imports-rejects").get_by_role("link", name="mixed.csv (1)")
    with page.expect_download() as download:
        kept.click()
    assert "No answer here?" in download.value.path().read_text("utf-8-sig")
    stranger = new_visitor()
    assert stranger.request.get(f"{server.url}{kept.get_attribute('href')}").status == 401
