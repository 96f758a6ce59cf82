"""The team's console in a real browser, with fakes behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.browser.chat_window import ChatWindow
from support.browser.column_choices import choose_columns
from support.browser.console_login import log_in
from support.servers.fake_pages import Server, serving

NewVisitor = Callable[..., Page]
CSV = "question,answer\nDo you sell gift cards?,Yes.\nNo answer here?,\n<b>Bold?</b>,<img src=x onerror=alert(1)>\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own: these tests change its knowledge base and its models."""
    with serving() as started:
        yield started


def test_a_stranger_is_sent_to_the_login_and_gets_nothing_else(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    page.goto(f"{server.url}/console/")
    assert page.url == f"{server.url}/console/login"
    for path in ("config", "en/config", "en/gradio_api/info", "export/faq.csv", "zh/gradio_api/queue/join"):
        assert page.request.get(f"{server.url}/console/{path}").status == 401, path
    run = page.request.post(f"{server.url}/console/en/gradio_api/run/predict", data={"data": [], "fn_index": 0})
    assert run.status == 401


def test_a_wrong_password_is_refused_and_the_sixth_try_must_wait(new_visitor: NewVisitor) -> None:
    with serving() as own:
        page = new_visitor()
        page.goto(f"{own.url}/console/")
        for _ in range(4):
            page.get_by_label("Password").fill("wrong")
            page.get_by_role("button", name="Log in").click()
            expect(page.get_by_role("alert")).to_have_text("That password is not right. Please try again.")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("Too many wrong passwords.")
        page.get_by_label("Password").fill(own.password)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("Too many wrong passwords.")


def test_a_login_without_its_form_is_refused(server: Server, new_visitor: NewVisitor) -> None:
    answer = new_visitor().request.post(f"{server.url}/console/login", form={"password": server.password})
    assert answer.status == 400


def test_logging_out_ends_the_session(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    log_in(page, server)
    cookie = next(c for c in page.context.cookies() if c["name"] == "console")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.context.add_cookies([cookie])
    assert page.request.get(f"{server.url}/console/en/config").status == 401


def test_a_file_is_previewed_imported_used_and_undone(server: Server, new_visitor: NewVisitor, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text(CSV, encoding="utf-8-sig")
    page = new_visitor()
    log_in(page, server)
    expect(page.locator("#import")).to_be_disabled()
    page.set_input_files("#faq-file input[type=file]", file)
    expect(page.locator("#import-report")).to_contain_text("This is what Import would do")
    expect(page.locator("#import-report li.read strong")).to_have_text("3")
    expect(page.locator("#import-report li.new strong")).to_have_text("2")
    expect(page.locator("#import-report li.failed strong")).to_have_text("1")
    expect(page.locator("#import-report")).to_contain_text("encoding: utf-8")
    preview = page.locator("#import-preview")
    expect(preview.get_by_role("gridcell", name="<img src=x onerror=alert(1)>", exact=True)).to_be_visible()
    expect(page.locator("#import-problems").get_by_role("gridcell", name="The answer is empty.")).to_be_visible()
    expect(page.locator("#entries-shown")).to_contain_text("7 of 7 entries")

    page.locator("#import").click()
    expect(page.locator("#entries-shown")).to_contain_text("9 of 9 entries")
    expect(page.locator("#import-report")).to_contain_text("Imported")
    chat = ChatWindow(new_visitor()).open(server.url)
    expect(chat.ask("Do you sell gift cards?")).to_contain_text("Yes.")

    with page.expect_download() as download:
        page.locator("#rejects").click()
    rejected = download.value.path().read_text("utf-8-sig")
    assert rejected.splitlines()[1].startswith("No answer here?,") and "The answer is empty." in rejected

    page.locator("#undo").click()
    expect(page.locator("#entries-shown")).to_contain_text("7 of 7 entries")
    expect(page.locator("#undo")).to_be_disabled()


def test_a_file_with_other_names_is_mapped_and_one_that_cannot_be_read_is_refused(
    server: Server, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes("客户问,我们答\n怎么开发票？,在订单页面申请。\n".encode("gbk"))
    page = new_visitor()
    log_in(page, server)
    page.set_input_files("#faq-file input[type=file]", file)
    expect(page.locator("#import-columns")).to_contain_text("no column that is known as Question, Answer")
    expect(page.locator("#import")).to_be_disabled()
    choose_columns(page, "map-", {"question": "客户问", "answer": "我们答"})
    expect(page.locator("#import-report li.new strong")).to_have_text("1")
    expect(page.locator("#import-report")).to_contain_text("encoding: gb18030")
    expect(page.locator("#import")).to_be_enabled()
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b'question,answer\na,"b\nc,d\n')
    again = new_visitor()
    log_in(again, server)
    again.set_input_files("#faq-file input[type=file]", broken)
    expect(again.locator("[data-testid=toast-text]").first).to_contain_text("row 1, column 'answer'")
    expect(again.locator("#import")).to_be_disabled()


def test_an_entry_is_edited_tried_switched_off_deleted_and_restored(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    log_in(page, server)
    page.locator("#entries").get_by_role("gridcell", name="Which cards do you take?").click()
    answer = page.locator("#entry-answer textarea")
    expect(answer).to_have_value("Visa and Mastercard.")
    answer.fill("Visa, Mastercard and GrabPay.")
    page.locator("#entry-replay").click()
    expect(page.locator("#entry-replay-line")).to_contain_text("1 of the 2 latest logged questions")
    page.locator("#entry-save").click()
    expect(page.locator("#entries").get_by_role("gridcell", name="Visa, Mastercard and GrabPay.")).to_be_visible()
    page.locator("#bulk-disable").click()
    expect(page.locator("#entries").get_by_role("gridcell", name="off", exact=True)).to_be_visible()
    page.locator("#bulk-delete").click()
    expect(page.locator("#entries-shown")).to_contain_text("6 of 6 entries")
    page.get_by_role("button", name="Deleted entries").click()
    expect(page.locator("#deleted-which input")).to_have_value(re.compile("Which cards"))
    page.locator("#bring-back").click()
    expect(page.locator("#entries-shown")).to_contain_text("7 of 7 entries")
    page.locator("#lint").click()
    expect(page.locator("#lint-table")).to_contain_text("Near-duplicate")


def test_a_new_entry_has_a_language_from_the_start(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    log_in(page, server)
    lang = page.locator("#entry-lang input")
    expect(lang).to_have_value("English")
    question = page.locator("#entry-question textarea, #entry-question input")
    question.fill("可以开发票吗？")
    page.locator("#entry-answer textarea").fill("可以。")
    expect(lang).to_have_value("中文")
    page.locator("#entry-new").click()
    expect(question).to_have_value("")
    expect(lang).to_have_value("English")


def test_entries_can_be_searched_and_exported(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    log_in(page, server)
    expect(page.locator("#entries-shown")).to_contain_text("7 of 7 entries")
    page.locator("#entries-search textarea, #entries-search input").fill("express")
    expect(page.locator("#entries-shown")).to_contain_text("1 of 7 entries")
    page.locator("#entries-search textarea, #entries-search input").fill("nonsense")
    expect(page.locator("#entries-shown")).to_contain_text("No entry contains these words.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert download.value.path().read_text("utf-8-sig").startswith("question,answer")


def test_a_conversation_shows_why_each_answer_was_given(server: Server, new_visitor: NewVisitor) -> None:
    chat = ChatWindow(new_visitor()).open(server.url)
    chat.ask("<img src=x onerror=alert(1)> zebra")
    chat.ask("How do I return an item?")
    chat.page.get_by_role("button", name="Like", exact=True).last.click()
    expect(chat.toast).to_be_visible()
    page = new_visitor()
    log_in(page, server)
    page.get_by_role("tab", name="Conversations", exact=True).click()
    page.locator("#conversations-search textarea, #conversations-search input").fill("zebra")
    expect(page.locator("#conversations-place")).to_have_text("1 to 1 of 1")
    page.locator("#conversations").get_by_role("gridcell", name="zebra").click()
    shown = page.locator("#conversation")
    expect(shown.locator(".message.customer .text").first).to_have_text("<img src=x onerror=alert(1)> zebra")
    expect(shown.locator("img")).to_have_count(0)
    expect(shown.locator(".message.assistant").last).to_contain_text("Rated helpful")
    shown.locator("summary").last.click()
    why = shown.locator("details").last
    for text in ("confident_match", "93 %", "How do I return an item?", "intent fake-intent-1"):
        expect(why).to_contain_text(text)
    for text in ("An FAQ entry fits well enough", "Thresholds", "Nearest training utterances", "tell me a story"):
        expect(why).to_contain_text(text)
    expect(page.locator("#routes")).to_contain_text("FAQ answer")


def test_a_message_can_be_tried_without_becoming_a_conversation(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor()
    log_in(page, server)
    page.get_by_role("tab", name="Conversations", exact=True).click()
    box = page.locator("#try-message textarea, #try-message input")
    box.fill("<img src=x onerror=alert(1)> walrus")
    page.locator("#try-explain").click()
    tried = page.locator("#tried")
    expect(tried.locator(".rule")).to_contain_text("no FAQ entry fits well enough")
    expect(tried.locator("table.checks")).to_contain_text("Probability of being in scope")
    expect(tried.locator("table.nearest caption")).to_contain_text("fake-intent-1")
    expect(tried.locator("img")).to_have_count(0)
    box.fill("How do I return an item?")
    box.press("Enter")
    expect(tried.locator(".rule")).to_contain_text("word for word")
    expect(tried.locator("table.hits")).to_contain_text("How do I return an item?")
    box.fill(" ")
    page.locator("#try-explain").click()
    expect(page.locator("[data-testid=toast-text]")).to_have_text("Your message is empty. Please type a question.")
    page.locator("#conversations-search textarea, #conversations-search input").fill("walrus")
    expect(page.locator("#conversations-empty")).to_contain_text("No conversation contains these words.")


def test_training_shows_its_progress_and_versions_are_promoted_and_rolled_back(
    server: Server, new_visitor: NewVisitor
) -> None:
    page = new_visitor()
    log_in(page, server)
    page.get_by_role("tab", name="Training").click()
    expect(page.locator("#versions-heading")).to_contain_text("No intent model has been trained yet.")
    expect(page.locator("#show-report")).to_be_hidden()
    page.locator("#retrain").click()
    expect(page.locator("#training-progress")).to_contain_text("of 10")
    expect(page.locator("#retrain")).to_be_disabled()
    page.reload()
    page.get_by_role("tab", name="Training").click()
    expect(page.locator("#training-result")).to_contain_text("Version intent-1 was trained and is live now.")
    expect(page.locator("#training-result")).to_contain_text("93.4 %")
    report = page.locator("#model-report")
    expect(report).to_contain_text("Report of version intent-1")
    expect(report.get_by_role("img", name="A dot")).to_have_js_property("naturalWidth", 1)
    expect(report.get_by_role("cell", name="a <b> | c <i>d</i>")).to_be_visible()
    expect(report.locator("img")).to_have_count(1)
    page.locator("#retrain").click()
    expect(page.locator("#training-result")).to_contain_text("Version intent-2 was trained. It is a candidate")
    expect(report).to_contain_text("Report of version intent-2")
    page.locator("#report-version input").click()
    page.get_by_role("option", name="intent-1").click()
    page.locator("#show-report").click()
    expect(report).to_contain_text("Report of version intent-1")
    live = page.locator("#versions").get_by_role("row").filter(has_text="live")
    expect(live).to_contain_text("intent-1")
    page.get_by_role("button", name="Promote", exact=True).click()
    expect(live).to_contain_text("intent-2")
    expect(page.locator("#report-version input")).to_have_value("intent-1")
    page.get_by_role("button", name="Roll back").click()
    expect(live).to_contain_text("intent-1")


def test_the_console_speaks_chinese_too(server: Server, new_visitor: NewVisitor) -> None:
    page = new_visitor("zh-CN")
    page.goto(f"{server.url}/console/")
    page.get_by_label("密码").fill(server.password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("tab", name="知识库")).to_be_visible()
    expect(page.locator("#entries-shown")).to_contain_text("显示 7 条")
