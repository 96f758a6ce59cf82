"""Intents with a single utterance are learned, named, and measured by nothing."""

from __future__ import annotations

import csv
import json
import logging
from pathlib import Path

import numpy as np
import pytest

from chatbot.domain import OUT_OF_SCOPE, LabelledExample
from chatbot.intent.artifact import load_artifact
from chatbot.intent.linear import load_linear_model
from support.fakes.core import FakeEncoder
from support.fakes.intent import examples
from training.datasets.prepared import OOS, prepare_examples
from training.intent.config import IntentTrainingConfig
from training.intent.folds import SINGLE, plan_folds
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import TrainedIntent, train_intent

ENCODER = FakeEncoder()
SINGLES = {
    "gift_cards": "do you sell gift cards",
    "promo": "my promo code is refused",
    "shops": "which shops are near me",
}
ALONE = [LabelledExample(text, intent) for intent, text in SINGLES.items()]
FAST = IntentTrainingConfig(mode="fast")


def train(given: list[LabelledExample], folder: Path) -> TrainedIntent:
    return train_intent(given, EncoderSource(ENCODER.encode, ENCODER.id), models_dir=folder, config=FAST)


def best(trained: TrainedIntent, text: str) -> str:
    found = load_linear_model(trained.path).predict(text, ENCODER.encode_one(text)).best
    return found.intent if found is not None else ""


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainedIntent, str]:
    """A model of eight intents, three of them with one utterance, and the warnings of its training."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("training")
    logger.addHandler(handler)
    try:
        trained = train([*examples(per_intent=16), *ALONE], tmp_path_factory.mktemp("models"))
    finally:
        logger.removeHandler(handler)
    return trained, "\n".join(said)


def test_eight_intents_of_which_three_have_one_utterance_are_all_learned(logged: tuple[TrainedIntent, str]) -> None:
    trained, _ = logged
    assert len(trained.metrics["intents"]) == 8
    for intent, text in SINGLES.items():
        assert best(trained, f"{text} please") == intent
    assert best(trained, "where is the parcel now") == "track_parcel"


def test_the_warning_names_them_and_says_what_to_add(logged: tuple[TrainedIntent, str]) -> None:
    _, warned = logged
    assert "3 of 8 intents have a single utterance each ('gift_cards', 'promo', 'shops')" in warned
    assert "Add 9 other ways to ask each" in warned
    assert "gift cards" not in warned


def test_no_figure_is_made_up_for_them(logged: tuple[TrainedIntent, str]) -> None:
    trained, _ = logged
    assert trained.metrics["unmeasured"] == sorted(SINGLES)
    assert trained.metrics["validated"] == 5 * 16
    report = (trained.path / "report.md").read_text(encoding="utf-8")
    assert "Not measured: 3 of 8 intents" in report
    for intent in SINGLES:
        assert f"| {intent} | 0 | – | – | – |" in report
    with (trained.path / "per_intent.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["intent"]: row for row in csv.DictReader(file)}
    assert {rows[intent]["f1"] + rows[intent]["precision"] for intent in SINGLES} == {""}
    assert rows["refund"]["f1"] != ""


@pytest.mark.parametrize("tuned", [False, True])
def test_an_only_utterance_is_in_every_fold_and_held_out_in_none(tuned: bool) -> None:
    data = prepare_examples([*examples(per_intent=8, oos=20), *ALONE])
    plan = plan_folds(data, seed=1, tuned=tuned)
    single = np.flatnonzero(plan.folds == SINGLE)
    assert {data.intents[label] for label in plan.labels[single]} == set(SINGLES) == set(data.single)
    for fold, absent in plan.runs():
        assert not np.isin(single, plan.held_out(fold)).any()
        unseen = np.isin(plan.labels[single], absent) if tuned else np.zeros(len(single), dtype=bool)
        assert np.isin(single, plan.tuned_on(fold)).tolist() == (~unseen).tolist()
    assert (plan.folds[plan.labels == OOS] >= 0).all()


@pytest.mark.parametrize("outside", [0, 30])
def test_where_nothing_can_be_held_out_there_are_no_figures_and_caution(outside: int, tmp_path: Path) -> None:
    trained = train([*ALONE, *(e for e in examples(oos=outside) if e.intent == OUT_OF_SCOPE)], tmp_path)
    figures = ("accuracy", "macro_f1", "ece", "coverage", "wrong_share", "oos_auroc", "unknown_intent_auroc")
    assert [trained.metrics[name] for name in figures] == [None] * len(figures)
    assert trained.metrics["guarantee"] == "calibration"
    (limits,) = load_artifact(trained.path).thresholds
    assert limits.min_confidence == 1.0 - FAST.tolerated_wrong
    report = (trained.path / "report.md").read_text(encoding="utf-8")
    assert "There are no figures" in report
    assert "Thresholds" not in report
    json.loads((trained.path / "manifest.json").read_text(encoding="utf-8"))
    assert best(trained, "do you sell gift cards") == "gift_cards"


def test_one_intent_beside_a_single_one_is_measured_alone(tmp_path: Path) -> None:
    trained = train([ALONE[0], *examples(per_intent=2, intents=1)], tmp_path)
    assert trained.metrics["validated"] == 2
    assert trained.metrics["unmeasured"] == ["gift_cards"]


def test_repeats_of_one_utterance_count_once(tmp_path: Path) -> None:
    given = [LabelledExample("one", "a"), LabelledExample("two", "a"), *[LabelledExample("Same!", "b")] * 4]
    assert train(given, tmp_path).metrics["unmeasured"] == ["b"]
