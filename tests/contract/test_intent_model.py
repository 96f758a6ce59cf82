"""The promises of the port IntentModel, kept by the trained linear model and by the fake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chatbot.domain import OUT_OF_SCOPE
from chatbot.intent.linear import load_linear_model
from chatbot.ports import IntentModel
from support.fakes.core import FakeEncoder, FakeIntentModel
from support.fakes.intent import examples
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import train_intent

ENCODER = FakeEncoder()
TEXTS = (
    "please cancel my order",
    "我想退款",
    "",
    "👍",
    "where is my parcel?",
    "word " * 3_000,
    "please cancel my order",
)


@pytest.fixture(scope="session", params=["fake", "linear", "linear, two intents", "linear, with out-of-scope rows"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> IntentModel:
    if request.param == "fake":
        return FakeIntentModel({"please cancel my order": "cancel_order", "where is my parcel?": "track_parcel"})
    given = {
        "linear": examples(),
        "linear, two intents": examples(per_intent=8, intents=2),
        "linear, with out-of-scope rows": examples(oos=32),
    }[request.param]
    directory = tmp_path_factory.mktemp("models")
    trained = train_intent(
        given, EncoderSource(ENCODER.encode, ENCODER.id), models_dir=directory, config=IntentTrainingConfig(mode="fast")
    )
    return load_linear_model(trained.path)


def test_every_intent_is_ranked_once_by_falling_probability(model: IntentModel) -> None:
    for prediction in model.predict_many(TEXTS, ENCODER.encode(TEXTS)):
        assert sorted(score.intent for score in prediction.ranked) == sorted(model.intents)
        probabilities = [score.probability for score in prediction.ranked]
        assert probabilities == sorted(probabilities, reverse=True)


def test_probabilities_are_probabilities(model: IntentModel) -> None:
    for prediction in model.predict_many(TEXTS, ENCODER.encode(TEXTS)):
        assert sum(score.probability for score in prediction.ranked) == pytest.approx(1.0, abs=1e-5)
        assert all(0.0 <= score.probability <= 1.0 for score in prediction.ranked)
        limits = (prediction.min_in_scope, prediction.min_confidence, prediction.min_margin)
        assert all(0.0 <= value <= 1.0 for value in (prediction.in_scope, *limits))


def test_out_of_scope_is_no_intent(model: IntentModel) -> None:
    assert len(model.intents) >= 2
    assert OUT_OF_SCOPE not in model.intents


def test_a_message_means_the_same_alone_and_in_company(model: IntentModel) -> None:
    vectors = ENCODER.encode(TEXTS)
    together = model.predict_many(TEXTS, vectors)
    alone = [model.predict(text, vector) for text, vector in zip(TEXTS, vectors, strict=True)]
    for one, other in [*zip(alone, together, strict=True), (together[0], together[-1])]:
        assert one.best is not None
        assert other.best is not None
        assert one.best.intent == other.best.intent
        assert one.best.probability == pytest.approx(other.best.probability, abs=1e-5)
        assert one.in_scope == pytest.approx(other.in_scope, abs=1e-5)


def test_no_messages_give_no_predictions(model: IntentModel) -> None:
    assert model.predict_many([], np.zeros((0, ENCODER.dimension), np.float32)) == []


def test_a_prediction_names_its_model(model: IntentModel) -> None:
    prediction = model.predict(TEXTS[0], ENCODER.encode_one(TEXTS[0]))
    assert prediction.model_version == model.version
    assert prediction.best is not None
    assert prediction.best.intent == "cancel_order"
    assert model.encoder_id == ENCODER.id


def test_the_nearest_utterances_come_by_falling_similarity(model: IntentModel) -> None:
    for text in TEXTS:
        found = model.nearest(ENCODER.encode_one(text))
        similarities = [one.similarity for one in found]
        assert similarities == sorted(similarities, reverse=True)
        assert all(-1.0 <= value <= 1.0 for value in similarities)
        assert {one.intent for one in found} <= {*model.intents, OUT_OF_SCOPE}
        assert not any(one.from_conversation for one in found)


def test_an_utterance_it_was_trained_on_is_nearest_to_itself(model: IntentModel) -> None:
    nearest = model.nearest(ENCODER.encode_one("please cancel my order"))[0]
    assert (nearest.text, nearest.intent) == ("please cancel my order", "cancel_order")
    assert nearest.similarity == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_no_more_utterances_are_named_than_asked_for(model: IntentModel, limit: int) -> None:
    assert len(model.nearest(ENCODER.encode_one("where is my parcel?"), limit=limit)) == limit


def test_looking_up_utterances_changes_no_prediction(model: IntentModel) -> None:
    vector = ENCODER.encode_one(TEXTS[0])
    before = model.predict(TEXTS[0], vector)
    model.nearest(vector, limit=100)
    assert model.predict(TEXTS[0], vector) == before


def test_threads_may_share_a_model(model: IntentModel) -> None:
    vectors = ENCODER.encode(TEXTS)
    expected = model.predict_many(TEXTS, vectors)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(model.predict_many, TEXTS, vectors) for _ in range(16)]
        assert all(answer.result() == expected for answer in asked)
