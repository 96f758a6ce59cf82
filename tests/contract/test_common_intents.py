"""The promises of the port CommonIntents, kept by the shipped model and by the fake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chatbot.bootstrap.common_intents import common_intents_dir
from chatbot.domain import CommonIntent
from chatbot.intent.common.model import load_common_intents
from chatbot.ports import CommonIntents
from support.fakes.common_intents import FakeCommonIntents

TEXTS = ("a person please", "我想退款", "", "👍", "where is my parcel?", "word " * 3_000, "\ud800", "轉真人")


@pytest.fixture(scope="session", params=["fake", "shipped"])
def model(request: pytest.FixtureRequest) -> CommonIntents:
    if request.param == "fake":
        return FakeCommonIntents(CommonIntent.PERSON)
    return load_common_intents(common_intents_dir())


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_has_every_intent_with_probabilities_that_add_up_to_one(model: CommonIntents, text: str) -> None:
    reading = model.read(text)
    assert set(reading.probabilities) == set(CommonIntent)
    assert all(0.0 <= share <= 1.0 for share in reading.probabilities.values())
    assert sum(reading.probabilities.values()) == pytest.approx(1.0, abs=1e-4)
    assert all(0.0 < needed <= 1.0 for needed in reading.needed.values())


def test_equal_texts_give_equal_readings_in_any_thread(model: CommonIntents) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(model.read, TEXTS * 4))
    assert found[: len(TEXTS)] == found[-len(TEXTS) :] == [model.read(text) for text in TEXTS]


def test_a_version_has_a_name(model: CommonIntents) -> None:
    assert model.version
