"""Decisions about drafts: what they become, and what cannot be accepted."""

from __future__ import annotations

import dataclasses

import pytest

from chatbot.domain import LabelledExample
from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind, DraftStatus
from chatbot.errors import InputError
from chatbot.knowledge.drafts import Drafts
from chatbot.knowledge.imports import Knowledge
from support.fakes.core import entry
from support.fakes.drafts import FakeDraftStore
from support.fakes.storage import FakeAuditLog, FakeConversationStore, FakeKnowledgeStore

SEEN = DraftEvidence(5, 3, 0.5)


class Desk:
    def __init__(self, *drafts: Draft) -> None:
        self.knowledge = FakeKnowledgeStore([entry("old")])
        self.store, self.audit, self.told = FakeDraftStore(), FakeAuditLog(), 0
        self.store.propose(drafts)
        use = Knowledge(self.knowledge, FakeConversationStore(), self.audit, self._changed)
        self.drafts = Drafts(self.store, use, self.audit)

    def _changed(self) -> None:
        self.told += 1


def faq(**changes: object) -> Draft:
    made = Draft(DraftKind.FAQ, "What is the fee?", SEEN, "It is 7 EUR.", ("fee?",))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def test_an_accepted_draft_is_an_entry_like_any_other() -> None:
    desk = Desk(faq())
    done = desk.drafts.accept(1, actor="ann")
    assert (done.inserted, done.file) == (1, "draft 1")
    made = desk.knowledge.entries()[-1]
    assert (made.question, made.answer, made.variants, made.lang) == (
        "What is the fee?",
        "It is 7 EUR.",
        ("fee?",),
        "en",
    )
    assert (desk.told, desk.store.drafts()) == (1, [])
    assert [line[2] for line in desk.audit.recent()] == ["draft accepted", "faq import"]


def test_accepted_utterances_are_labelled_examples() -> None:
    desk = Desk(Draft(DraftKind.UTTERANCES, "fee", SEEN, variants=("how much?", "the fee?"), intent="fee"))
    assert desk.drafts.accept(1, actor="ann").inserted == 2
    assert desk.knowledge.examples()[-1] == LabelledExample("the fee?", "fee", "en", "draft")


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (faq(answer=""), "has no answer"),
        (faq(answer="Call [phone]."), r"still holds \[phone\]"),
        (Draft(DraftKind.UTTERANCES, "fee", SEEN, variants=("a",)), "has no intent"),
        (Draft(DraftKind.UTTERANCES, "fee", SEEN, intent="fee"), "has no utterances"),
    ],
)
def test_an_unfinished_draft_cannot_be_accepted(draft: Draft, sentence: str) -> None:
    desk = Desk(draft)
    with pytest.raises(InputError, match=sentence):
        desk.drafts.accept(1, actor="ann")
    assert desk.store.draft(1).status is DraftStatus.OPEN


def test_a_draft_never_overwrites_an_entry() -> None:
    old = entry("old")
    desk = Desk(faq(question=old.question, answer="Something else."))
    with pytest.raises(InputError, match="already, with another answer"):
        desk.drafts.accept(1, actor="ann")
    assert desk.knowledge.entries() == [old]


def test_an_edited_draft_is_accepted_as_edited() -> None:
    desk = Desk(faq(answer="Call [phone]."))
    desk.drafts.edit(1, answer=" Call our hotline. ", variants=["  the   fee ", ""], intent="fee")
    desk.drafts.accept(1, actor="ann")
    made = desk.knowledge.entries()[-1]
    assert (made.answer, made.variants, made.intent) == ("Call our hotline.", ("the fee",), "fee")
    with pytest.raises(InputError, match="was accepted already"):
        desk.drafts.accept(1, actor="ann")


def test_a_question_cannot_be_edited_away() -> None:
    with pytest.raises(InputError, match="cannot be empty"):
        Desk(faq()).drafts.edit(1, question=" ")


def test_a_rejected_draft_is_kept_as_rejected() -> None:
    desk = Desk(faq())
    desk.drafts.reject(1, actor="ann")
    assert [found.status for found in desk.store.drafts(status=None)] == [DraftStatus.REJECTED]
    assert len(desk.knowledge.entries()) == 1
