"""The customer's chat page as a test operates it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class ChatWindow:
    """One open chat page."""

    page: Page
    timeout: float = 30_000

    def open(self, url: str) -> ChatWindow:
        """Open the page and wait until it is usable."""
        self.page.goto(f"{url}/chat/")
        expect(self.page.locator("#chat .example, #chat [data-testid=bot]").first).to_be_visible(timeout=self.timeout)
        return self

    @property
    def box(self) -> Locator:
        return self.page.locator("#message textarea")

    @property
    def answers(self) -> Locator:
        return self.page.locator('#chat [data-testid="bot"]')

    @property
    def questions(self) -> Locator:
        return self.page.locator('#chat [data-testid="user"]')

    @property
    def history(self) -> Locator:
        return self.page.locator("#history label")

    @property
    def toast(self) -> Locator:
        return self.page.locator("[data-testid=toast-text]")

    def send(self, text: str) -> None:
        """Type and send, without waiting for anything."""
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str) -> Locator:
        """Send, wait until the reply is finished, and return its bubble."""
        before = self.answers.count()
        self.send(text)
        return self.answered(before + 1)

    def answered(self, count: int) -> Locator:
        """Wait for this number of finished replies, and return the last one."""
        expect(self.answers).to_have_count(count, timeout=self.timeout)
        expect(self.page.locator("#message .submit-button")).to_be_visible(timeout=self.timeout)
        return self.answers.last
