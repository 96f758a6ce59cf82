"""The customer's page in a real browser, with fakes behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.browser.chat_window import ChatWindow
from support.browser.console_login import log_in
from support.servers.fake_pages import SLOW_MS, Server, serving

NewVisitor = Callable[..., Page]
SHIPPING = "How long does delivery take?"


def test_a_question_is_answered_with_its_source(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    answer = chat.ask(SHIPPING)
    expect(answer).to_contain_text("Delivery takes 2 to 4 working days.")
    expect(answer).to_contain_text(f"Source: {SHIPPING} · match 93 %")
    expect(answer.locator("strong")).to_have_text("2 to 4 working days")


def test_the_closest_entry_is_shown_as_such_and_another_is_a_click_away(
    server: Server, new_visitor: NewVisitor
) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    suggested = chat.ask("delivery express")
    expect(suggested).to_contain_text("The closest I have:")
    expect(suggested.locator("strong")).to_have_text("How much is express delivery?")
    expect(suggested).to_contain_text("Express costs S$12.00.")
    chat.page.get_by_role("button", name="How long does delivery take?").click()
    expect(chat.answered(2)).to_contain_text("Delivery takes")
    expect(chat.questions.last).to_have_text("How long does delivery take?")
    expect(chat.page.get_by_role("button", name="None of these")).to_have_count(0)


def test_a_starter_question_is_asked_by_a_click(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    expect(chat.page.locator("#chat .example")).to_have_count(4)
    chat.page.locator("#chat .example", has_text="How do I return an item?").click()
    expect(chat.answered(1)).to_contain_text("Open your order and choose Return.")


def test_a_written_reply_appears_word_by_word_and_can_be_stopped(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.send("tell me a story")
    expect(chat.answers.last).to_contain_text("Thank you for", timeout=SLOW_MS)
    chat.page.locator("#message .stop-button").click()
    expect(chat.page.locator("#message .submit-button")).to_be_visible()
    expect(chat.answers.last).not_to_contain_text("until you stop me")
    expect(chat.history).to_have_count(1)
    expect(chat.ask(SHIPPING)).to_contain_text("Delivery takes")
    expect(chat.answers.first).not_to_contain_text("until you stop me")


def test_a_new_chat_is_not_disturbed_by_the_reply_that_was_left(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.send("tell me a story")
    expect(chat.answers.last).to_contain_text("Thank you for")
    chat.page.get_by_role("button", name="New chat").click()
    expect(chat.questions).to_have_count(0)
    expect(chat.ask(SHIPPING)).to_contain_text("Delivery takes")
    expect(chat.questions).to_have_count(1)
    chat.history.filter(has_text="tell me a story").click()
    expect(chat.answers.last).to_contain_text("Thank you for")


def test_a_refresh_keeps_messages_and_thumbs(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.ask(SHIPPING)
    chat.ask("Which cards do you take?")
    chat.page.get_by_role("button", name="Like", exact=True).first.click()
    expect(chat.toast).to_contain_text("Thank you for your feedback.")
    chat.page.reload()
    expect(chat.answers).to_have_count(2, timeout=SLOW_MS)
    expect(chat.questions.first).to_have_text(SHIPPING)
    expect(chat.page.locator("#chat .message-buttons").first.get_by_role("button", name="Liked")).to_be_visible()
    chat.page.get_by_role("button", name="Dislike", exact=True).last.click()
    chat.page.reload()
    expect(chat.page.locator("#chat").get_by_role("button", name="Disliked")).to_have_count(1, timeout=SLOW_MS)


def test_nobody_sees_the_chats_of_somebody_else(server: Server, new_visitor: NewVisitor) -> None:
    mine = ChatWindow(new_visitor()).open(server.url)
    mine.ask(SHIPPING)
    other = ChatWindow(new_visitor()).open(server.url)
    expect(other.answers).to_have_count(0)
    expect(other.history).to_have_count(0)
    cookie = next(c for c in mine.page.context.cookies() if c["name"] == "visitor")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert mine.page.evaluate("Object.keys(localStorage).length") == 0


def test_new_chat_starts_afresh_and_the_old_one_can_be_opened_again(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.ask(SHIPPING)
    chat.page.get_by_role("button", name="New chat").click()
    expect(chat.answers).to_have_count(0)
    chat.ask("When are you open?")
    expect(chat.history).to_have_count(2)
    chat.history.filter(has_text=SHIPPING).click()
    expect(chat.answers.last).to_contain_text("Delivery takes")
    expect(chat.ask("Which cards do you take?")).to_contain_text("Visa")
    expect(chat.answers).to_have_count(2)


@pytest.mark.parametrize(
    "text",
    [
        "<script>document.title='pwned'</script> <img src=x onerror=alert(1)>",
        "# no *heading*, no **bold**, no [link](http://example.com), no `code`, 5 < 6 & 7 > 2",
        "1. no list, no www.example.com, no ~~strike~~, a@example.com, $$x$$, &lt;b&gt;, <order id>, \\*",
    ],
)
def test_what_a_customer_types_is_shown_letter_by_letter(server: Server, new_visitor: NewVisitor, text: str) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.ask(text)
    expect(chat.questions.last).to_have_text(text)
    assert chat.questions.last.locator("img, a, strong, em, h1, ol, code, script, del").count() == 0
    assert chat.page.title() == "Support chat"
    chat.page.reload()
    expect(chat.questions.last).to_have_text(text, timeout=SLOW_MS)


def test_a_message_over_the_limit_stays_in_the_box(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.send("x" * 501)
    expect(chat.toast).to_contain_text("Your message has 501 characters, the limit is 500. Please shorten it.")
    expect(chat.box).to_have_value("x" * 501)
    expect(chat.questions).to_have_count(0)


@pytest.mark.parametrize("locale", ["zh-CN", "zh-HK", "zh"])
def test_a_chinese_browser_gets_the_chinese_page(server: Server, new_visitor: NewVisitor, locale: str) -> None:
    chat = ChatWindow(new_visitor(locale)).open(server.url)
    expect(chat.box).to_have_attribute("placeholder", "请输入您的问题")
    expect(chat.page.locator("html")).to_have_attribute("lang", "zh-CN")
    answer = chat.ask("多久能送到？")
    expect(answer).to_contain_text("一般 2 至 4 个工作日送达。")
    expect(answer).to_contain_text("来源：多久能送到？ · 匹配度 93%")


def test_the_language_can_be_switched_and_is_remembered(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.ask(SHIPPING)
    chat.page.get_by_role("link", name="中文").click()
    expect(chat.box).to_have_attribute("placeholder", "请输入您的问题")
    expect(chat.answers).to_have_count(1)
    chat.page.goto(f"{server.url}/chat/")
    expect(chat.box).to_have_attribute("placeholder", "请输入您的问题")


def test_no_page_asks_anything_of_another_server(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    outside: list[str] = []
    own = (server.url, "data:", "blob:")
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(own) else None)
    chat = ChatWindow(page).open(server.url)
    chat.ask(SHIPPING)
    log_in(page, server)
    for name in ("Conversations", "Past conversations", "Review", "Training", "Knowledge"):
        page.get_by_role("tab", name=name, exact=True).click()
    expect(page.locator("#entries")).to_be_visible()
    assert outside == []


def test_the_keyboard_alone_is_enough(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    expect(chat.box).to_be_focused()
    chat.page.keyboard.type(SHIPPING)
    chat.page.keyboard.press("Enter")
    chat.answered(1)
    chat.page.keyboard.type("Which cards do you take?")
    chat.page.keyboard.press("Enter")
    expect(chat.answered(2)).to_contain_text("Visa")


def test_a_phone_shows_the_chat_in_full_width_and_the_list_on_demand(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor(width=390, height=780)).open(server.url)
    chat.ask(SHIPPING)
    assert chat.page.evaluate("document.documentElement.scrollWidth") == 390
    box = chat.page.locator("#message").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 780
    expect(chat.history).not_to_be_visible()
    chat.page.get_by_role("button", name="Chats").click()
    expect(chat.history).to_be_visible()
    chat.page.get_by_role("button", name="New chat").click()
    expect(chat.history).not_to_be_visible()
    expect(chat.answers).to_have_count(0)


def test_an_empty_knowledge_base_tells_the_team_what_to_do(new_visitor: NewVisitor) -> None:
    with serving("empty") as empty:
        page = new_visitor()
        page.goto(f"{empty.url}/chat/")
        expect(page.locator("#chat")).to_contain_text("There are no answers here yet")
        with page.expect_popup() as opened:
            page.locator("#chat").get_by_role("link", name="Team console").click()
        expect(opened.value.get_by_label("Password")).to_be_visible()


def test_a_customer_can_say_why_an_answer_did_not_help(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.ask(SHIPPING)
    chat.page.locator("#chat .extra-feedback").first.hover()
    with chat.page.expect_response(lambda answer: "/gradio_api/queue/data" in answer.url):
        chat.page.locator("#chat .extra-feedback-option", has_text="Out of date").first.click()
    chat.page.reload()
    expect(chat.page.locator("#chat").get_by_role("button", name="Disliked")).to_have_count(1, timeout=SLOW_MS)
