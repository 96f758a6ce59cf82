"""The review tab in a real browser, with a desk in memory behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from support.browser.console_login import log_in
from support.servers.fake_pages import Server, serving

NewVisitor = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own: these tests change its knowledge base and its labels."""
    with serving() as started:
        yield started


def open_review(page: Page, server: Server) -> None:
    log_in(page, server)
    page.get_by_role("tab", name="Review").click()


def test_messages_are_labelled_by_keyboard_and_taken_back(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    open_review(page, server)
    item = page.locator("#review-item h3")
    expect(item).to_have_text("where is <b>it</b>")
    expect(page.locator("#review-confirm")).to_have_text("Confirm: delivery (1)")
    page.keyboard.press("1")
    expect(item).to_have_text("rent a boat")
    page.keyboard.press("s")
    expect(item).to_have_text("boats for rent")
    page.keyboard.press("o")
    expect(page.locator("#review-empty")).to_be_visible()
    page.keyboard.press("u")
    expect(item).to_have_text("boats for rent")
    page.locator("#reviewer textarea, #reviewer input").first.fill("xo1")  # typing a name labels nothing
    expect(item).to_have_text("boats for rent")


def test_two_people_never_get_the_same_message_and_undo_their_own_labels(new_visitor: NewVisitor) -> None:
    with serving() as own:
        people = [new_visitor(), new_visitor()]
        items = [page.locator("#review-item h3") for page in people]
        for page in people:
            open_review(page, own)
        expect(items[0]).to_have_text("where is <b>it</b>")
        expect(items[1]).to_have_text("rent a boat")
        people[1].keyboard.press("x")
        expect(items[1]).to_have_text("boats for rent")
        people[0].keyboard.press("u")  # has labelled nothing: the other's label stays
        expect(people[0].get_by_text("There is no label to undo.")).to_be_visible()
        people[0].keyboard.press("o")
        expect(people[0].locator("#review-empty")).to_be_visible()
        people[1].keyboard.press("u")
        expect(items[1]).to_have_text("rent a boat")
        for page in people:
            page.context.close()


def test_unanswered_questions_become_an_entry_or_an_intent(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    open_review(page, server)
    page.locator("#topics-refresh").click()
    cell = page.locator("#topics").get_by_role("gridcell", name="boat, rent")
    expect(cell).to_be_visible()
    cell.click()
    expect(page.locator("#topic-question textarea")).to_have_value("rent a boat")
    expect(page.locator("#draft-phrasings textarea")).to_have_value("boats for rent")
    page.locator("#draft-add").click()
    expect(page.get_by_text("Please give a question and an answer.")).to_be_visible()
    page.locator("#topic-answer textarea").fill("Yes, from 20 euros.")
    page.locator("#draft-add").click()
    expect(page.get_by_text("Added to the FAQ: rent a boat")).to_be_visible()
    page.locator("#topics").get_by_role("gridcell", name="boat, rent").click()
    page.locator("#topic-keep").click()
    expect(page.get_by_text("Kept among the drafts in “Past conversations”: rent a boat")).to_be_visible()
    page.get_by_role("tab", name="Past conversations", exact=True).click()
    expect(page.get_by_role("gridcell", name="rent a boat").first).to_be_visible()
