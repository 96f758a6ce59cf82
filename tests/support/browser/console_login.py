"""Logs a test into the console."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Page, expect


class Served(Protocol):
    """A server with a console."""

    @property
    def url(self) -> str: ...

    @property
    def password(self) -> str: ...


def log_in(page: Page, server: Served) -> None:
    """Log in and wait for the first tab."""
    page.goto(f"{server.url}/console/")
    page.get_by_label("Password").fill(server.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#entries")).to_be_visible()
