"""Colleagues and the assistant in one conversation: never both at once, and nobody is left without an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.cli import chat
from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.domain import FaqHit, Message, Reason, Role, Route
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.errors import HeldError, InputError, NotFoundError
from chatbot.handoff.inbox import LONGEST_REPLY, Inbox
from support.fakes.handoffs import FakeHandoffStore
from support.fakes.shop import QUESTION, Shop
from support.fakes.storage import FakeAuditLog

PERSON = "i want to complain"


class Desk(Shop):
    """The shop with its inbox, and a conversation that waits."""

    def __init__(self) -> None:
        super().__init__()
        self.intents.answers[PERSON] = "complaint"
        self.handoffs = FakeHandoffStore(self.store)
        self.audit = FakeAuditLog()
        self.inbox = Inbox(self.store, self.handoffs, self.audit)
        self.id = self.conversation().id
        self.say(PERSON)

    def say(self, text: str):
        return self.assistant.reply(self.store.get(self.id), text)

    def audited(self) -> list[tuple[str, str]]:
        return [(actor, action) for _, actor, action, _ in reversed(self.audit.recent())]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_until_somebody_takes_it_the_assistant_answers_and_it_goes_on_waiting(desk: Desk) -> None:
    assert desk.say(QUESTION).route is Route.FAQ
    assert [one.conversation.id for one in desk.handoffs.list()] == [desk.id]


def test_while_a_colleague_has_it_nothing_is_generated_and_the_message_is_kept(desk: Desk) -> None:
    desk.inbox.take(desk.id, "Anna")
    asked, snapshots = list(desk.encoder.asked), desk.snapshots
    reply = desk.say(QUESTION)
    assert (reply.route, reply.reason, reply.text) == (
        Route.HANDOFF,
        Reason.WITH_PERSON,
        PHRASES["with_person"]["en"],
    )
    assert (desk.encoder.asked, desk.snapshots) == (asked, snapshots)
    assert desk.kept()[-1] == (Role.CUSTOMER, QUESTION)
    assert reply.message_id == desk.messages[-1].id
    assert desk.say("锅怎么退").text == PHRASES["with_person"]["zh"]


@pytest.mark.parametrize("act", ["hand_back", "settle"])
def test_the_assistant_answers_again_after_it_was_handed_back_or_settled(desk: Desk, act: str) -> None:
    desk.inbox.take(desk.id, "Anna")
    getattr(desk.inbox, act)(desk.id, "Anna")
    assert desk.say(QUESTION).route is Route.FAQ
    assert desk.handoffs.count() == (1 if act == "hand_back" else 0)


def test_a_reply_that_is_being_written_when_a_colleague_takes_over_is_never_stored(desk: Desk) -> None:
    def taken_meanwhile(history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        yield Piece("Hello ")
        desk.inbox.take(desk.id, "Anna")
        yield Piece("there!")

    desk.generator.stream = taken_meanwhile  # type: ignore[method-assign]
    parts = list(desk.assistant.stream(desk.store.get(desk.id), "hi"))
    assert parts[-1].reply is not None
    assert (parts[-1].reply.reason, parts[-1].text) == (Reason.WITH_PERSON, PHRASES["with_person"]["en"])
    assert desk.kept()[-1] == (Role.CUSTOMER, "hi")


def test_a_reply_that_its_customer_stops_while_a_colleague_takes_over_is_never_stored(desk: Desk) -> None:
    parts = desk.assistant.stream(desk.store.get(desk.id), "hi")
    next(parts)
    desk.inbox.take(desk.id, "Anna")
    parts.close()
    assert desk.kept()[-1] == (Role.CUSTOMER, "hi")


def test_a_reply_is_stored_under_its_author_and_everything_is_audited(desk: Desk) -> None:
    stored = desk.inbox.reply(desk.id, "  Hello,\nI am Anna. ", " Anna  Li ")
    assert (stored.role, stored.text, stored.author) == (Role.AGENT, "Hello,\nI am Anna.", "Anna Li")
    assert desk.messages[-1] == stored
    desk.inbox.hand_back(desk.id, "Anna Li")
    desk.inbox.take(desk.id, "Bob")
    desk.inbox.take(desk.id, "Anna Li", instead_of="Bob")
    desk.inbox.settle(desk.id, "Anna Li")
    desk.inbox.reopen(desk.id, "Carl")
    assert desk.audited() == [
        ("Anna Li", "handoff taken"),
        ("Anna Li", "handoff reply"),
        ("Anna Li", "handoff handed back"),
        ("Bob", "handoff taken"),
        ("Anna Li", "handoff taken"),
        ("Anna Li", "handoff settled"),
        ("Carl", "handoff reopened"),
    ]


@pytest.mark.parametrize(
    ("text", "by", "said"),
    [
        ("", "Anna", "reply is empty"),
        (" \n\u200b", "Anna", "reply is empty"),
        ("x" * (LONGEST_REPLY + 1), "Anna", "limit is 8,000"),
        ("Hello", " ", "Give your name"),
        ("Hello", "x" * 81, "limit is 80"),
    ],
)
def test_a_reply_without_words_or_name_is_refused_and_nothing_happens(
    desk: Desk, text: str, by: str, said: str
) -> None:
    before = desk.kept()
    with pytest.raises(InputError, match=said):
        desk.inbox.reply(desk.id, text, by)
    assert desk.kept() == before
    assert (desk.store.get(desk.id).held_by, desk.audited()) == ("", [])


def test_nobody_answers_in_a_conversation_of_somebody_else_or_in_one_that_does_not_wait(desk: Desk) -> None:
    desk.inbox.take(desk.id, "Anna")
    with pytest.raises(HeldError, match="Anna"):
        desk.inbox.reply(desk.id, "Hello", "Bob")
    desk.inbox.settle(desk.id, "Anna")
    for conversation in (desk.id, "nowhere"):
        with pytest.raises(NotFoundError):
            desk.inbox.reply(conversation, "Hello", "Bob")
    assert [role for role, _ in desk.kept()] == [Role.CUSTOMER, Role.ASSISTANT]


def test_a_colleague_who_stays_silent_loses_the_conversation_and_that_is_audited(desk: Desk) -> None:
    desk.inbox.take(desk.id, "Anna")
    assert desk.inbox.release(dt.timedelta(days=100_000)) == 0
    assert desk.inbox.release(dt.timedelta(0)) == 1
    assert desk.say(QUESTION).route is Route.FAQ
    assert desk.handoffs.count() == 1
    assert desk.audited() == [("Anna", "handoff taken"), ("timeout", "handoff handed back")]


def test_the_terminal_shows_what_colleagues_wrote_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    running: Any = SimpleNamespace(stores=SimpleNamespace(conversations=desk.store))
    heard = chat.print_colleagues(running, desk.id, after=0)
    assert capsys.readouterr().out == ""
    desk.inbox.reply(desk.id, "Hello!", "Anna")
    heard = chat.print_colleagues(running, desk.id, after=heard)
    assert capsys.readouterr().out == "Anna: Hello!\n"
    assert chat.print_colleagues(running, desk.id, after=heard) == heard
    assert capsys.readouterr().out == ""


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "person", "take", "over", "reply", "hand_back", "settle", "reopen"]),
        st.sampled_from(["Anna", "Bob"]),
    ),
    max_size=25,
)


@given(ACTS)
def test_whatever_happens_one_of_them_answers_and_never_two(acts: list[tuple[str, str]]) -> None:
    desk = Desk()
    for act, who in acts:
        holder, before = desk.store.get(desk.id).held_by, len(desk.messages)
        try:
            if act in ("ask", "person"):
                reply = desk.say(QUESTION if act == "ask" else PERSON)
                assert (reply.reason is Reason.WITH_PERSON) == bool(holder)
                new = [(m.role, m.author) for m in desk.messages[before:]]
                assert new == [(Role.CUSTOMER, "")] + ([] if holder else [(Role.ASSISTANT, "")])
            elif act == "reply":
                desk.inbox.reply(desk.id, "Hello", who)
                assert holder in ("", who)
                assert [(m.role, m.author) for m in desk.messages[before:]] == [(Role.AGENT, who)]
            elif act == "over":
                desk.inbox.take(desk.id, who, instead_of="Anna" if who == "Bob" else "Bob")
            else:
                getattr(desk.inbox, act)(desk.id, who)
                assert act == "reopen" or holder in ("", who)
        except (HeldError, NotFoundError):
            assert len(desk.messages) == before
            assert desk.store.get(desk.id).held_by == holder
    # Whoever asks for a person is in the list, whatever was before.
    desk.say(PERSON)
    assert [one.conversation.id for one in desk.handoffs.list()] == [desk.id]
