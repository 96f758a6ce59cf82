"""A conversation in a colleague's hands, over HTTP, on a real database with fakes in the place of models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.api.reading import build_reading_router
from chatbot.api.routes import build_router
from chatbot.dialogue.assistant import Assistant
from chatbot.handoff.inbox import Inbox
from chatbot.storage.conversations.handoffs import SqlHandoffStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.audit import SqlAuditLog
from chatbot.storage.database.engine import Database
from support.fakes.shop import QUESTION, Shop

VISITOR = "visitor-0123456789abcdef"
PERSON = "i want to complain"


@pytest.fixture
def inbox(sqlite: Database) -> Inbox:
    return Inbox(SqlConversationStore(sqlite), SqlHandoffStore(sqlite), SqlAuditLog(sqlite))


@pytest.fixture
def client(inbox: Inbox) -> Iterator[TestClient]:
    shop = Shop()
    shop.intents.answers[PERSON] = "complaint"
    web = FastAPI()
    web.include_router(build_router(Assistant(inbox.conversations, shop.snapshot), inbox.conversations))
    web.include_router(build_reading_router(inbox.conversations, inbox.handoffs))
    with TestClient(web) as opened:
        yield opened


def say(client: TestClient, text: str, conversation_id: str | None = None) -> dict:
    body = {"message": text, "visitor_id": VISITOR, "conversation_id": conversation_id}
    return client.post("/api/v1/chat", json=body).json()


def read(client: TestClient, conversation_id: str, **wanted: int) -> dict:
    address = f"/api/v1/conversations/{conversation_id}/messages"
    return client.get(address, params=wanted, headers={"x-visitor-id": VISITOR}).json()


def test_a_customer_reads_what_a_colleague_wrote_and_the_assistant_stays_silent(
    client: TestClient, inbox: Inbox
) -> None:
    begun = say(client, PERSON)
    one = begun["conversation_id"]
    assert begun["route"] == "handoff"
    assert (read(client, one)["waiting"], read(client, one)["taken_by"]) == (True, None)
    inbox.reply(one, "Hello, I am Anna.", "Anna")
    silent = say(client, QUESTION, one)
    assert (silent["route"], silent["reason"], silent["intent"], silent["sources"]) == (
        "handoff",
        "with_person",
        None,
        [],
    )
    found = read(client, one)
    assert (found["conversation_id"], found["waiting"], found["taken_by"]) == (one, True, "Anna")
    said = [(m["role"], m["author"], m["route"], m["text"]) for m in found["messages"]]
    assert said[0] == ("customer", None, None, PERSON)
    assert said[1][:3] == ("assistant", None, "handoff")
    assert said[2:] == [("agent", "Anna", None, "Hello, I am Anna."), ("customer", None, None, QUESTION)]
    after = found["messages"][2]["id"]
    assert [m["text"] for m in read(client, one, after=after)["messages"]] == [QUESTION]
    inbox.settle(one, "Anna")
    assert say(client, QUESTION, one)["route"] == "faq"
    assert (read(client, one)["waiting"], read(client, one)["taken_by"]) == (False, None)


def test_a_conversation_is_read_by_its_visitor_alone(client: TestClient) -> None:
    one = say(client, PERSON)["conversation_id"]
    address = f"/api/v1/conversations/{one}/messages"
    stranger = client.get(address, headers={"x-visitor-id": "another-visitor-of-the-shop"})
    assert (stranger.status_code, stranger.json().keys()) == (404, {"detail"})
    assert client.get("/api/v1/conversations/nowhere/messages", headers={"x-visitor-id": VISITOR}).status_code == 404
    for wrong in ({}, {"x-visitor-id": "short"}):
        refused = client.get(address, headers=wrong)
        assert (refused.status_code, refused.json().keys()) == (422, {"detail"})
    assert client.get(address, params={"after": -1}, headers={"x-visitor-id": VISITOR}).status_code == 422
