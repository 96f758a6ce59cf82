"""What a message costs the database: two writes and at most four reads, over HTTP and on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from chatbot.api.routes import build_router
from chatbot.bootstrap.application import Application
from chatbot.bootstrap.progress import ProgressRelay
from chatbot.types import no_progress
from ui.catalogue import CatalogueReader
from ui.chat.actions import send
from ui.wiring import console_services
from ui.wording.words import Words

MESSAGES = (
    "How long does standard delivery take in Singapore?",
    "How does express delivery work and what does it cost?",
    "and to Malaysia?",
    "yes",
    "something is wrong with my gift card or voucher",
    "1",
    "thank you so much",
    "床单能机洗吗",
)
MOST_READS, WRITES = 4, 2
VISITOR = "visitor-who-counts-statements"
Say = Callable[[str], object]


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """Statements of all engines, those of a follower in the background included."""
    counts = {"reads": 0, "writes": 0}

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        word = statement.split(maxsplit=1)[0].upper()
        counts["reads"] += word in {"SELECT", "WITH"}
        counts["writes"] += word in {"INSERT", "UPDATE", "DELETE"}

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", count)


@pytest.fixture(scope="module")
def followed(sample_shop: Application) -> Iterator[Application]:
    """As it is served: a thread of its own looks for new revisions, here too seldom to be counted."""
    stop = sample_shop.live.follow(3_600.0)
    yield sample_shop
    stop.set()


def over_http(running: Application) -> Say:
    web = FastAPI()
    web.include_router(build_router(running.assistant, running.stores.conversations))
    client, known = TestClient(web), dict[str, str]()

    def say(text: str) -> object:
        answer = client.post("/api/v1/chat", json={"message": text, "visitor_id": VISITOR, **known})
        known["conversation_id"] = answer.json()["conversation_id"]
        return answer.status_code

    return say


def on_the_page(running: Application) -> Say:
    services = console_services(running, ProgressRelay(no_progress))
    catalogue, known = CatalogueReader(running.stores.knowledge, every=3_600.0), [""]

    def say(text: str) -> object:
        *_, last = send(services, catalogue, VISITOR, known[0], text, Words("en"))
        known[0] = last.conversation_id
        return last

    return say


@pytest.mark.parametrize("way", [over_http, on_the_page])
def test_a_message_costs_two_writes_and_at_most_four_reads(
    followed: Application, way: Callable[[Application], Say]
) -> None:
    say = way(followed)
    say("hello")  # begins the conversation, and loads what the first message loads
    cost = {}
    for text in MESSAGES:
        with counted() as counts:
            say(text)
        cost[text] = counts
    assert {text: counts for text, counts in cost.items() if counts["writes"] != WRITES} == {}
    assert {text: counts for text, counts in cost.items() if counts["reads"] > MOST_READS} == {}


@pytest.mark.parametrize("way", [over_http, on_the_page])
def test_the_first_message_also_writes_its_conversation_and_a_handoff_its_place_in_the_inbox(
    followed: Application, way: Callable[[Application], Say]
) -> None:
    way(followed)("hello")
    say = way(followed)
    with counted() as first:
        say("How long does standard delivery take in Singapore?")
    with counted() as passed_on:
        say("I want to talk to a real person")
    assert (first["writes"], passed_on["writes"]) == (WRITES + 1, WRITES + 1)
    assert first["reads"] <= MOST_READS
