"""What every EvaluationSetStore does."""

from __future__ import annotations

import pytest

from chatbot.domain import LabelledExample
from chatbot.ports.learning import EvaluationSetStore
from chatbot.storage.learning.evaluation_set import SqlEvaluationSetStore
from support.fakes.learning import FakeEvaluationSetStore


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def frozen(request: pytest.FixtureRequest) -> EvaluationSetStore:
    return (
        FakeEvaluationSetStore()
        if request.param == "fake"
        else SqlEvaluationSetStore(request.getfixturevalue(request.param))
    )


def test_the_same_words_are_frozen_once_and_follow_a_correction(frozen: EvaluationSetStore) -> None:
    assert frozen.add([LabelledExample("How long?", "a"), LabelledExample("how LONG", "b")]) == 1
    assert [(e.text, e.intent) for e in frozen.examples()] == [("How long?", "b")]
    assert frozen.clear() == 1
    assert frozen.count() == 0


def test_a_frozen_message_follows_its_label(frozen: EvaluationSetStore) -> None:
    frozen.add([LabelledExample("how long", "a", "en"), LabelledExample("多久", "b", "zh")])
    assert frozen.messages() == set()
    assert [(e.text, e.intent, e.lang) for e in frozen.examples()] == [("how long", "a", "en"), ("多久", "b", "zh")]
    frozen.relabel({7: "c", 8: None})
    assert frozen.count() == 2
