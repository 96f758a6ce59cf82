"""What the pages do: chats of one visitor, imports, versions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from chatbot.domain import FaqEntry, Role
from chatbot.errors import ChatbotError, InputError, NotFoundError, StorageError
from chatbot.knowledge.faq_files import COLUMN_NAMES
from support.fakes.ui import ENTRIES, fake_services
from ui.catalogue import CatalogueReader
from ui.chat import actions
from ui.chat.running_replies import RunningReplies
from ui.console.conversations import actions as console_actions
from ui.console.knowledge import actions as knowledge_actions
from ui.services import Services, TrainedSummary
from ui.training_monitor import Retraining
from ui.wording.words import Words

EN = Words("en")
SHIPPING = "How long does delivery take?"


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return fake_services(tmp_path, pause=0)


@pytest.fixture
def catalogue(services: Services) -> CatalogueReader:
    return CatalogueReader(services.knowledge.store)


def ask(services: Services, catalogue: CatalogueReader, text: str, conversation: str = "", visitor: str = "me"):
    return list(actions.send(services, catalogue, visitor, conversation, text, EN))


def test_a_message_starts_a_conversation_and_ends_with_what_is_stored(services, catalogue) -> None:
    views = ask(services, catalogue, SHIPPING)
    assert views[0].conversation_id == ""
    assert [bubble["role"] for bubble in views[0].bubbles] == ["user"]
    last = views[-1]
    assert last == actions.view(services, catalogue, "me", last.conversation_id, EN)
    assert [bubble["role"] for bubble in last.bubbles] == ["user", "assistant"]


def test_a_second_message_goes_on_with_the_conversation(services, catalogue) -> None:
    first = ask(services, catalogue, SHIPPING)[-1]
    second = ask(services, catalogue, "When are you open?", first.conversation_id)[-1]
    assert second.conversation_id == first.conversation_id
    assert len(second.bubbles) == 4
    assert len(actions.history(services, "me")) == 1


def test_a_reply_grows_and_stops_when_told(services, catalogue) -> None:
    heard: list[int] = []
    views = actions.send(services, catalogue, "me", "", "tell me a story", EN, lambda: len(heard) >= 3)
    for view in views:
        heard.extend(bubble["role"] == "assistant" for bubble in view.bubbles[1:])
        last = view
    stored = services.conversations.messages(last.conversation_id)
    assert [message.role for message in stored] == [Role.CUSTOMER, Role.ASSISTANT]
    assert stored[-1].text == "Thank you for"
    assert last.bubbles[-1]["content"] == "Thank you for"


def test_the_conversation_of_somebody_else_is_neither_shown_nor_continued_nor_rated(services, catalogue) -> None:
    theirs = ask(services, catalogue, SHIPPING, visitor="them")[-1].conversation_id
    assert actions.view(services, catalogue, "me", theirs, EN).bubbles == ()
    assert ask(services, catalogue, SHIPPING, theirs)[-1].conversation_id != theirs
    assert len(services.conversations.messages(theirs)) == 2
    with pytest.raises(NotFoundError):
        actions.rate(services, "me", theirs, 1, True)


def test_a_message_over_the_limit_is_refused_in_the_pages_language(services, catalogue) -> None:
    with pytest.raises(InputError, match="501"):
        ask(services, catalogue, "x" * 501)
    with pytest.raises(InputError, match="最多 500 个字"):
        list(actions.send(services, catalogue, "me", "", "x" * 501, Words("zh")))
    assert services.conversations.count() == 0


def test_a_thumb_belongs_to_the_reply_at_its_place(services, catalogue) -> None:
    shown = ask(services, catalogue, SHIPPING)[-1].conversation_id
    ask(services, catalogue, "When are you open?", shown)
    actions.rate(services, "me", shown, 3, True)
    actions.rate(services, "me", shown, 3, False)
    assert actions.view(services, catalogue, "me", shown, EN).thumbs == (None, "Dislike")
    for place in (-1, 0, 2, 4):
        with pytest.raises(NotFoundError):
            actions.rate(services, "me", shown, place, True)


def test_the_catalogue_is_read_again_only_after_a_change(services, catalogue) -> None:
    before = catalogue.current()
    assert catalogue.current() is before
    services.knowledge.editing.create(FaqEntry("", "New?", "Yes."), actor="test")
    assert len(catalogue.current().entries) == len(ENTRIES) + 1


def test_a_file_is_looked_at_mapped_imported_and_undone_once(services, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("Frage,answer\nNew?,Yes.\nEmpty?,\n", encoding="utf-8")
    none = [None] * len(COLUMN_NAMES)
    bare = knowledge_actions.options_of(services, none, "update", False)
    found = knowledge_actions.look_at(services, str(file), bare, EN)
    assert (found.header, found.found, found.entries) == (("Frage", "answer"), {"answer": "answer"}, ())
    mapped = knowledge_actions.options_of(services, ["Frage", "answer", *none[2:]], "update", False)
    found = knowledge_actions.look_at(services, str(file), mapped, EN)
    assert [entry.question for entry in found.entries] == ["New?"]
    done = knowledge_actions.run_import(services, str(file), mapped, EN)
    assert (done.report.inserted, done.report.failed) == (1, 1)
    assert b"Empty?" in done.rejects
    (left,) = knowledge_actions.undoable(knowledge_actions.imports(services))
    assert knowledge_actions.undo(services, left.id, False, EN).put_back == 1
    assert knowledge_actions.undoable(knowledge_actions.imports(services)) == []
    with pytest.raises(NotFoundError):
        knowledge_actions.undo(services, None, False, EN)


def test_without_a_file_there_is_nothing_to_import(services) -> None:
    options = knowledge_actions.options_of(services, [None] * len(COLUMN_NAMES), "keep", True)
    with pytest.raises(InputError, match="choose a file"):
        knowledge_actions.look_at(services, None, options, EN)


def test_many_entries_are_changed_at_once_and_found_again(services) -> None:
    ids = ["ship", "pay"]
    assert knowledge_actions.bulk(services, "tag_add", ids, "vip，new", "", EN) == 2
    assert knowledge_actions.bulk(services, "disable", ids, "", "", EN) == 2
    assert knowledge_actions.bulk(services, "review_set", ids, "", "2020-01-31", EN) == 2
    wanted = knowledge_actions.entry_filter("", "", "due", "vip")
    assert [kept.entry.id for kept in knowledge_actions.entry_page(services, wanted, "question", 900).entries] == ids
    with pytest.raises(InputError, match="Review by"):
        knowledge_actions.bulk(services, "review_set", ids, "", "soon", EN)
    with pytest.raises(InputError, match="No entry was chosen"):
        knowledge_actions.bulk(services, "delete", [], "", "", EN)


def test_the_form_makes_and_changes_entries(services) -> None:
    made = knowledge_actions.save(services, "", ("New?", "Yes.", "fresh\n\nnovel", "", "", "a, b"), "")
    assert (made.variants, made.tags, made.intent, made.lang) == (("fresh", "novel"), ("a", "b"), None, "en")
    kept = services.knowledge.editing.get(made.id)
    fields = ("New?", "No.", "", "", "en", "")
    knowledge_actions.save(services, made.id, fields, kept.updated_at.isoformat())
    with pytest.raises(StorageError):
        knowledge_actions.save(services, made.id, ("New?", "Maybe.", "", "", "en", ""), kept.updated_at.isoformat())


def test_a_page_outside_the_list_is_the_last_one(services, catalogue) -> None:
    for _ in range(21):
        ask(services, catalogue, SHIPPING)
    page = console_actions.conversation_page(services, "", 999)
    assert (page.first, page.total, len(page.conversations)) == (20, 21, 1)
    assert console_actions.conversation_page(services, "", -20).first == 0
    assert console_actions.conversation_page(services, "nothing", 0).total == 0
    assert console_actions.route_counts(services) == ({"faq": 21}, 21)


def test_a_page_has_one_reply_at_a_time() -> None:
    running = RunningReplies()
    with running.begin("page") as run:
        assert run is not None
        with running.begin("page") as second, running.begin("other") as other:
            assert second is None
            assert other is not None
        running.stop("page")
        assert run.stop.is_set()
        assert not run.left.is_set()
    with running.begin("page") as again:
        assert again is not None
        assert not again.stop.is_set()
    running.stop("nobody")
    running.leave("nobody")


def test_leaving_waits_until_the_reply_has_ended() -> None:
    running = RunningReplies()
    entered, ended = threading.Event(), []

    def reply() -> None:
        with running.begin("page") as run:
            entered.set()
            if run is not None:
                run.left.wait(10)
                ended.append(run.stop.is_set())

    thread = threading.Thread(target=reply)
    thread.start()
    entered.wait(10)
    running.leave("page")
    assert ended == [True]
    thread.join()


def test_training_runs_once_at_a_time_and_tells_how_it_ended() -> None:
    go, outcomes = threading.Event(), [TrainedSummary("v1", True), ChatbotError("Too few examples."), ValueError("bug")]

    def retrain(mode, progress) -> TrainedSummary:
        assert mode == "fast"
        progress("half", 0.5)
        go.wait(10)
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def finish() -> None:
        go.set()
        for thread in threading.enumerate():
            if thread.name == "retraining":
                thread.join(10)

    training = Retraining(retrain)
    assert training.status().number == 0
    assert training.start("fast")
    assert not training.start("fast")
    finish()
    assert training.status().summary == TrainedSummary("v1", True)
    training.start("fast")
    finish()
    assert training.status().failure == "Too few examples."
    training.start("fast")
    finish()
    status = training.status()
    assert (status.broke, status.running, status.number) == (True, False, 3)
