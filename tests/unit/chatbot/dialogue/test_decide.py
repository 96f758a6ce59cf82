"""A follow-up is read by itself and with its topic, for the price of one encoding where the topic was just encoded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import FaqHit
from chatbot.vectors.caches import RecentVectors
from support.fakes.core import FakeEncoder, FakeIntentModel, FakeRetriever, entry
from support.fakes.shop import Shop, record_of

TOPIC, FOLLOW_UP = "How much is delivery in Singapore?", "and to Malaysia?"


class Counting(FakeEncoder):
    """Says how often it was asked for each text."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_one(self, text: str) -> NDArray[Any]:
        self.asked.append(text)
        return FakeEncoder().encode_one(text)


class LeaningRetriever(FakeRetriever):
    """Finds the follow-up's entry only with a vector that was moved away from the follow-up's own."""

    def search(self, text: str, vector: NDArray[Any], *, limit: int = 5) -> tuple[FaqHit, ...]:
        if text != FOLLOW_UP:
            return (FaqHit(entry("delivery"), 0.9, text),)
        alone = bool(np.allclose(vector, FakeEncoder().encode_one(text), atol=1e-5))
        return (FaqHit(entry("price-match"), 0.3, text),) if alone else (FaqHit(entry("abroad"), 0.8, text),)


@pytest.fixture
def shop() -> Shop:
    in_scope = FakeIntentModel({TOPIC: "delivery", FOLLOW_UP: "delivery", f"{FOLLOW_UP} {TOPIC}": "delivery"})
    return Shop(encoder=Counting(), retriever=LeaningRetriever(), intents=in_scope)


def test_the_surer_reading_wins_and_is_recorded(shop: Shop) -> None:
    conversation, assistant = shop.conversation(), shop.assistant
    assistant.reply(conversation, TOPIC)
    reply = assistant.reply(conversation, FOLLOW_UP)
    assert reply.candidates[0].entry.id == "abroad"
    assert record_of(shop).topic == TOPIC


def test_without_a_conversation_the_words_stand_alone(shop: Shop) -> None:
    reply = shop.assistant.reply(shop.conversation(), FOLLOW_UP)
    assert reply.candidates[0].entry.id == "price-match"
    assert record_of(shop).topic == ""


def test_the_topic_is_not_encoded_again(shop: Shop) -> None:
    conversation, assistant = shop.conversation(), shop.assistant
    for text in (TOPIC, FOLLOW_UP):
        assistant.reply(conversation, text)
    assert isinstance(shop.encoder, Counting)
    assert shop.encoder.asked == [TOPIC, FOLLOW_UP]


def test_only_the_newest_vectors_are_kept() -> None:
    encoder, recent = Counting(), RecentVectors(most=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        recent.of([text], lambda texts: encoder.encode_one(texts[0])[None], encoder.id)
    assert encoder.asked == ["a", "b", "c", "b"]
