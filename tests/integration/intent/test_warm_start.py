"""A candidate that keeps a share of the live version: between both in what it says, honest in what it states."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import LabelledExample
from chatbot.intent.linear import load_linear_model
from support.fakes.core import FakeEncoder
from support.fakes.intent import examples
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.intent.warm_start import HELD_OUT, mixed, read_live_share
from training.pipelines.intent_version import TrainedIntent, train_intent

ENCODER = FakeEncoder()
SOURCE = EncoderSource(ENCODER.encode, ENCODER.id)
ASKED = ["where is the parcel now", "stop my order please", "reset my password", "please hire me a boat"]
BOATS = [
    LabelledExample(f"{begin} {kind} boat", "hire_boat")
    for begin in ("can I hire a", "I want to rent a", "how much is a")
    for kind in ("small", "large", "red", "fast")
]


def train(
    models_dir: Path, given: list[LabelledExample], live: Path | None = None, share: float = 0.5
) -> TrainedIntent:
    config = IntentTrainingConfig(mode="fast", live_share=share)
    return train_intent(given, SOURCE, models_dir=models_dir, config=config, live=live)


def logits(made: TrainedIntent) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What both linear heads say of `ASKED`, less the mean of each row."""
    found = load_linear_model(made.path).evidence(ASKED, ENCODER.encode(ASKED))
    return found.dense, found.lexical


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> TrainedIntent:
    return train(tmp_path_factory.mktemp("models"), examples(per_intent=16, oos=40))


@pytest.fixture(scope="module")
def grown() -> list[LabelledExample]:
    return examples(per_intent=32, oos=40)


@pytest.fixture(scope="module")
def alone(grown: list[LabelledExample], tmp_path_factory: pytest.TempPathFactory) -> TrainedIntent:
    return train(tmp_path_factory.mktemp("alone"), grown)


@pytest.fixture(scope="module")
def both(live: TrainedIntent, grown: list[LabelledExample], tmp_path_factory: pytest.TempPathFactory) -> TrainedIntent:
    return train(tmp_path_factory.mktemp("both"), grown, live.path)


def test_both_linear_heads_are_between_the_live_and_the_new_ones(
    live: TrainedIntent, alone: TrainedIntent, both: TrainedIntent
) -> None:
    for before, new, found in zip(logits(live), logits(alone), logits(both), strict=True):
        assert np.abs(new - before).max() > 0.1
        # n-grams are weighed anew by how rare they are now, which moves the lexical logits a little
        np.testing.assert_allclose(found, (before + new) / 2, atol=0.15)
    assert live.version in both.kept
    assert live.version in (both.path / "report.md").read_text(encoding="utf-8")
    assert load_linear_model(both.path).artifact.manifest["live_share"] == {"version": live.version, "share": 0.5}
    assert alone.kept == ""


def test_a_new_intent_is_learned_whole(live: TrainedIntent, grown: list[LabelledExample], tmp_path: Path) -> None:
    made = train(tmp_path, [*grown, *BOATS], live.path)
    model = load_linear_model(made.path)
    found = model.predict_many(ASKED, ENCODER.encode(ASKED))
    assert [each.ranked[0].intent for each in found][-1] == "hire_boat"
    assert found[0].ranked[0].intent == "track_parcel"


def test_held_out_logits_are_mixed_as_the_heads_are(
    live: TrainedIntent, alone: TrainedIntent, both: TrainedIntent
) -> None:
    kept = [read_live_share(made.path, ENCODER.id, 0.5) for made in (live, alone, both)]
    before, new, found = (each for each in kept if each is not None)
    shared = np.isin(new.hashes, before.hashes)
    assert 0 < shared.sum() < len(shared)
    of_live = np.searchsorted(before.hashes, new.hashes[shared])
    for part in ("dense", "lexical"):
        half = (getattr(before, part)[of_live] + getattr(new, part)[shared]) / 2
        np.testing.assert_allclose(getattr(found, part)[shared], half, atol=0.02)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_nothing_is_kept_of_a_version_that_cannot_be_followed(
    live: TrainedIntent, share: float, tmp_path: Path
) -> None:
    assert (read_live_share(live.path, ENCODER.id, share) is None) == (share == 0.0)
    assert read_live_share(live.path, "another encoder", share) is None
    assert read_live_share(tmp_path / "gone", ENCODER.id, share) is None
    damaged = tmp_path / live.version
    damaged.mkdir()
    for file in live.path.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes()[: 100 if file.name == HELD_OUT else None])
    assert read_live_share(damaged, ENCODER.id, share) is None


def test_only_intents_of_both_are_mixed() -> None:
    new, old = np.array([[3.0, 1.0, -4.0]]), np.array([[5.0, 1.0, 0.0]])
    found = mixed(new, old, np.array([1, 0, -1]), 0.5)
    np.testing.assert_allclose(found, [[(3 + 0) / 2, (1 + 4) / 2, -4.0]])
    np.testing.assert_allclose(mixed(new, old, np.array([1, 0, -1]), 0.0), new)


def test_calibration_stays_honest_over_many_nights(tmp_path: Path) -> None:
    """Each night keeps half of the last; stated confidence and share right must not drift apart."""
    rows = random.Random(13).sample(examples(per_intent=32, oos=40), 200)
    made = None
    for night in range(4):
        made = train(tmp_path, rows[: 120 + 25 * night], made.path if made is not None else None)
    assert made is not None
    assert made.metrics["ece"] < 0.1
    assert made.kept
