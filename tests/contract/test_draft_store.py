"""What every DraftStore does."""

from __future__ import annotations

import dataclasses

import pytest

from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind, DraftStatus
from chatbot.errors import InputError, NotFoundError
from chatbot.ports.drafts import DraftStore
from chatbot.storage.faq.drafts import SqlDraftStore
from support.fakes.drafts import FakeDraftStore


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def store(request: pytest.FixtureRequest) -> DraftStore:
    return FakeDraftStore() if request.param == "fake" else SqlDraftStore(request.getfixturevalue(request.param))


def draft(question: str, *, conversations: int = 3, kind: DraftKind = DraftKind.FAQ) -> Draft:
    seen = DraftEvidence(5, conversations, 0.5, ("运费", "fee"), (("c1", "how much?"), ("c2", "多少钱")))
    return Draft(kind, question, seen, "7 EUR", ("fee?", "运费？"), "shipping", "zh")


def test_a_draft_reads_back_equal(store: DraftStore) -> None:
    given = draft("运费多少")
    assert store.propose([given]) == 1
    (found,) = store.drafts()
    assert found.id > 0
    assert found.created_at is not None
    assert dataclasses.replace(found, id=0, created_at=None) == given
    assert store.draft(found.id) == found


def test_the_best_supported_come_first_and_kinds_can_be_asked_for(store: DraftStore) -> None:
    store.propose([draft("a"), draft("b", conversations=9), draft("c", kind=DraftKind.UTTERANCES)])
    assert [found.question for found in store.drafts()] == ["b", "a", "c"]
    assert [found.question for found in store.drafts(kind=DraftKind.UTTERANCES)] == ["c"]


def test_new_proposals_replace_what_nobody_touched(store: DraftStore) -> None:
    store.propose([draft("kept"), draft("gone"), draft("done"), draft("no")])
    kept, _, done, no = sorted(store.drafts(), key=lambda found: found.id)
    store.edit(dataclasses.replace(kept, answer="8 EUR"))
    store.decide(done.id, DraftStatus.ACCEPTED, "ann")
    store.decide(no.id, DraftStatus.REJECTED, "ann")
    store.propose([draft("new")])
    assert {(found.question, found.answer, found.edited) for found in store.drafts()} == {
        ("kept", "8 EUR", True),
        ("new", "7 EUR", False),
    }
    assert [found.question for found in store.drafts(status=DraftStatus.REJECTED)] == ["no"]
    assert len(store.drafts(status=None)) == 4


def test_what_a_person_keeps_stays_beside_new_proposals(store: DraftStore) -> None:
    kept = store.keep(draft("kept"))
    assert (kept.question, kept.edited, kept.status) == ("kept", True, DraftStatus.OPEN)
    assert store.draft(kept.id) == kept
    store.propose([draft("new")])
    assert {found.question for found in store.drafts()} == {"kept", "new"}


def test_a_draft_is_decided_once(store: DraftStore) -> None:
    store.propose([draft("a")])
    (found,) = store.drafts()
    store.decide(found.id, DraftStatus.REJECTED, "ann")
    with pytest.raises(InputError, match=f"Draft {found.id} was rejected already"):
        store.decide(found.id, DraftStatus.ACCEPTED, "bob")
    with pytest.raises(InputError):
        store.edit(found)
    with pytest.raises(NotFoundError, match="no draft 99"):
        store.decide(99, DraftStatus.ACCEPTED, "bob")
    with pytest.raises(NotFoundError):
        store.draft(99)
