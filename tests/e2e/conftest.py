"""A browser, and the pages served with fakes behind them.

An installed Chromium is used, else Playwright's own; the headless shell comes first, because a page costs it a
third less than the whole browser. Without any of them these tests are skipped with a loud line; where CI=true that
is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from support.servers.fake_pages import SLOW_MS, Server, serving

_INSTALLED = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=SLOW_MS)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = next((path for name in _INSTALLED if (path := shutil.which(name))), None)
    try:
        launched = playwright.chromium.launch(executable_path=found, args=list(_ARGS))
    except Error as error:
        line = f"NO BROWSER: install chromium or run `playwright install chromium` ({str(error).splitlines()[0]})"
        if os.environ.get("CI") == "true":
            pytest.fail(line)
        pytest.skip(line)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody new: own cookies, `locale`, and the size of a screen."""
    contexts: list[BrowserContext] = []

    def open_page(locale: str = "en-US", width: int = 1200, height: int = 850) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
        context.set_default_timeout(SLOW_MS)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
