"""A customer and colleagues in one conversation, in real browsers: replies appear by themselves, one of them speaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser.chat_window import ChatWindow
from support.servers.fake_pages import Server, serving

NewVisitor = Callable[..., Page]
PERSON, QUESTION = "a person please", "How long does delivery take?"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@dataclass(frozen=True)
class Desk:
    """The console as a colleague sees it."""

    page: Page

    def open(self, server: Server, name: str) -> Desk:
        """Log in, stay on the first tab, and be known by the name that this browser has kept."""
        self.page.add_init_script(f"localStorage.setItem('colleague', {name!r})")
        self.page.goto(f"{server.url}/console/")
        self.page.locator("input[type=password]").fill(server.password)
        self.page.locator("form button[type=submit]").click()
        expect(self.page.locator("#entries")).to_be_visible()
        return self

    @property
    def badge(self) -> Locator:
        return self.page.locator("#waiting-badge")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#inbox-conversation .message")

    @property
    def box(self) -> Locator:
        return self.page.locator("#inbox-reply textarea")

    def read(self, title: str) -> None:
        """Go to the list by the badge, and open the newest conversation with that first message."""
        self.badge.click()
        self.page.locator("#inbox").get_by_role("gridcell", name=title).last.click()
        expect(self.messages.first).to_contain_text(title)

    def press(self, button: str) -> None:
        self.page.locator(f"#inbox-{button}").click()


def test_a_colleague_answers_and_the_assistant_stays_silent_until_it_is_settled(
    server: Server, new_visitor: NewVisitor
) -> None:
    customer = ChatWindow(new_visitor())
    line = customer.page.locator("#person")
    anna = Desk(new_visitor()).open(server, "Anna")
    expect(anna.page).to_have_title("Team console")
    customer.open(server.url).ask(PERSON)
    expect(line).to_contain_text("You are waiting for a colleague")
    expect(customer.ask(QUESTION)).to_contain_text("2 to 4 working days")  # nobody has it yet

    # Whoever is elsewhere in the console notices.
    expect(anna.badge).to_have_text("Waiting for a reply of the team: 1")
    expect(anna.page).to_have_title("(1) Team console")
    anna.read(PERSON)
    expect(anna.messages).to_have_count(4)
    anna.press("take")
    expect(line).to_contain_text("Anna answers you here")

    # A second colleague cannot take it by accident.
    bob = Desk(new_visitor()).open(server, "Bob")
    bob.read(PERSON)
    expect(bob.page.locator("#inbox-standing")).to_have_text("Anna answers here. The assistant is silent.")
    expect(bob.page.locator("#inbox-take")).to_have_text("Take over from Anna")
    expect(bob.box).to_be_hidden()
    expect(bob.page.locator("#inbox-done")).to_be_hidden()

    anna.box.fill("Hello, I am <b>Anna</b>.")
    anna.box.press("Enter")
    expect(customer.answers).to_have_count(3)
    expect(customer.answers.last).to_contain_text("Anna · Colleague")
    expect(customer.answers.last).to_contain_text("Hello, I am <b>Anna</b>.")
    expect(anna.box).to_have_value("")
    expect(anna.page).to_have_title("Team console")

    # What is being typed on either side stays while something comes from the other.
    anna.box.press_sequentially("Two")
    customer.send(QUESTION)
    expect(customer.questions).to_have_count(3)
    expect(anna.messages.last).to_contain_text(QUESTION)
    expect(anna.box).to_have_value("Two")
    anna.box.press_sequentially(" working days.")
    customer.box.press_sequentially("And to ")
    anna.box.press("Enter")
    expect(customer.answers.last).to_contain_text("Two working days.")
    expect(customer.box).to_have_value("And to ")
    customer.box.press_sequentially("Canada?")
    customer.box.press("Enter")
    expect(anna.messages.last).to_contain_text("And to Canada?")
    expect(anna.page).to_have_title("(1) Team console")
    expect(customer.page.locator("#message .submit-button")).to_be_visible()
    expect(customer.answers).to_have_count(4)

    # A second page load has it all; the poll has not drawn anything twice.
    customer.page.reload()
    expect(customer.answers).to_have_count(4)
    expect(line).to_contain_text("Anna answers you here")
    anna.box.fill("Four days.")
    anna.page.locator("#inbox-reply .submit-button").click()
    expect(customer.answers.last).to_contain_text("Four days.")

    anna.press("done")
    expect(anna.page.locator("#inbox-heading")).to_contain_text("Waiting for a person: 0")
    expect(line.locator("p")).to_have_count(0)
    expect(customer.ask(QUESTION)).to_contain_text("2 to 4 working days")


def test_it_goes_from_hand_to_hand_and_back_to_the_assistant(server: Server, new_visitor: NewVisitor) -> None:
    customer = ChatWindow(new_visitor(locale="zh-CN"))
    customer.page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.away === true})")
    customer.open(server.url).ask(PERSON)
    line = customer.page.locator("#person")
    expect(line).to_contain_text("正在等待人工同事")
    anna, bob = (Desk(new_visitor(locale="zh-CN")).open(server, name) for name in ("安娜", "小波"))
    for desk in (anna, bob):
        desk.read(PERSON)
    anna.press("take")
    expect(line).to_contain_text("安娜 正在这里回复您")
    take = bob.page.locator("#inbox-take")
    expect(take).to_have_text("从 安娜 处接手")
    take.click()
    expect(line).to_contain_text("小波 正在这里回复您")
    expect(anna.page.locator("#inbox-standing")).to_contain_text("小波 正在回复")
    customer.page.evaluate("window.away = true")  # looks at another page
    bob.box.fill("您好")
    bob.box.press("Enter")
    expect(customer.page).to_have_title("● 客服对话")
    expect(customer.answers.last).to_contain_text("小波 · 人工客服")
    customer.page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(customer.page).to_have_title("客服对话")
    bob.press("hand-back")
    expect(line).to_contain_text("正在等待人工同事")
    expect(anna.page.locator("#inbox-standing")).to_contain_text("还没有同事接手")
    expect(customer.ask("多久能送到？")).to_contain_text("2 至 4 个工作日")


def test_without_a_name_nobody_answers_and_the_words_stay_in_the_box(server: Server, new_visitor: NewVisitor) -> None:
    ChatWindow(new_visitor()).open(server.url).ask(PERSON)
    desk = Desk(new_visitor()).open(server, "")
    desk.read(PERSON)
    desk.box.fill("Hello!")
    desk.box.press("Enter")
    expect(desk.page.locator("[data-testid=toast-text]")).to_contain_text("Please give your name first")
    expect(desk.box).to_have_value("Hello!")
    # Half a reply is kept while another conversation is looked at.
    rows = desk.page.locator("#inbox").get_by_role("gridcell", name=PERSON)
    desk.page.locator("#inbox-which").get_by_text("Settled").click()
    expect(desk.box).to_be_hidden()
    waiting = desk.page.locator("#inbox", has_text="nobody yet")
    expect(waiting).to_have_count(0)
    desk.page.locator("#inbox-which").get_by_text("Waiting").click()
    expect(waiting).to_be_visible()
    rows.last.click()
    expect(desk.box).to_have_value("Hello!")
    desk.page.get_by_label("Your name, as customers read it").fill("Carla")
    desk.box.press("Enter")
    expect(desk.messages.last).to_contain_text("Carla · Colleague")
    expect(desk.messages.last).to_contain_text("Hello!")


def test_a_page_that_waits_for_nobody_asks_for_nothing(server: Server, new_visitor: NewVisitor) -> None:
    customer = ChatWindow(new_visitor())
    customer.page.clock.install()
    customer.open(server.url).ask(QUESTION)
    asked: list[str] = []
    customer.page.on("request", lambda request: asked.append(request.url))
    customer.page.clock.run_for(60_000)
    assert asked == []
    expect(customer.page.locator("#person p")).to_have_count(0)


def test_who_wants_it_hears_that_somebody_waits(server: Server, new_visitor: NewVisitor) -> None:
    desk = Desk(new_visitor())
    desk.page.add_init_script(
        "const make = AudioContext.prototype.createOscillator; window.tones = 0;"
        "AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };"
    )
    desk.open(server, "Anna").page.get_by_role("tab", name="Conversations", exact=True).click()
    title = re.compile(r"\(\d+\) Team console|Team console")
    expect(desk.page).to_have_title(title)
    desk.page.get_by_label("Sound and notification").check()
    before = desk.badge.text_content() if desk.badge.is_visible() else ""
    ChatWindow(new_visitor()).open(server.url).ask(PERSON)
    expect(desk.badge).not_to_have_text(before or "none")
    desk.page.wait_for_function("window.tones === 2")
