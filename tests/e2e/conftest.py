"""A browser, and the pages served with fakes behind them.

An installed Chromium is used, else Playwright's own. Without either these tests are skipped with a loud line; where
CI=true that is a failure instead.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

_INSTALLED = ("chromium", "chromium-browser", "google-chrome")
_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SERVER = Path(__file__).parent / "fake_server.py"
SLOW_MS = 30_000
"""How long a page may take on a busy machine before a test calls it broken."""
expect.set_options(timeout=SLOW_MS)


@dataclass(frozen=True)
class Server:
    """Address without a slash at its end, and the console's password."""

    url: str
    password: str


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


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    """The fake server in a process of its own, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(_SERVER), str(port), *options], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        password = ""
        for line in process.stdout:
            found = re.match(r"password (\S+)", line)
            password = found[1] if found else password
            if line.startswith("ready"):
                break
        else:
            raise RuntimeError(f"the server left with {process.wait()}")
        yield Server(f"http://127.0.0.1:{port}", password)
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


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
