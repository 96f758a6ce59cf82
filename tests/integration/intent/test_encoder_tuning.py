"""Tuning an encoder: equal runs give equal weights, a killed run goes on, and the result is a model like any other.

A BERT of a few thousand random weights is made on the spot.
"""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbot.encoding.export import export_encoder
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import SentenceTransformersEncoder
from chatbot.errors import TrainingError
from training.encoder.fine_tuning import EncoderTuningConfig, tune_encoder

EXAMPLES = [
    ("where is my parcel", "parcel"),
    ("my order please", "parcel"),
    ("where is my order", "parcel"),
    ("refund please", "refund_request"),
    ("money back", "refund_request"),
    ("my money back please", "refund_request"),
    ("card lost", "lost_card"),
    ("my card is stolen", "lost_card"),
    ("help my card is lost", "lost_card"),
    ("", "lost_card"),
    ("is it help", "oos"),
]
CONFIG = EncoderTuningConfig(
    epochs=3, batch_size=8, learning_rate=1e-3, augmentation=("words", "typos"), mixed_precision=False, threads=1
)


def weights_hash(directory: Path) -> str:
    return hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest()


class _Killed(BaseException):
    """Stands for a signal: nothing in the code may catch it."""


class _KillAfter:
    """A progress callback that ends the run in the given epoch."""

    def __init__(self, epoch: int) -> None:
        self._mark = f"epoch {epoch} of"

    def __call__(self, line: str, share: float) -> None:
        if self._mark in line:
            raise _Killed


def test_two_runs_with_equal_seeds_give_equal_weights(tiny: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        tune_encoder(tiny, EXAMPLES, config=CONFIG, target=tmp_path / name)
    assert weights_hash(tmp_path / "one") == weights_hash(tmp_path / "two")
    tune_encoder(tiny, EXAMPLES, config=dataclasses.replace(CONFIG, seed=14), target=tmp_path / "other")
    assert weights_hash(tmp_path / "one") != weights_hash(tmp_path / "other")


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_happened(tiny: Path, tmp_path: Path) -> None:
    whole = tune_encoder(tiny, EXAMPLES, config=CONFIG, target=tmp_path / "whole")
    with pytest.raises(_Killed):
        tune_encoder(tiny, EXAMPLES, config=CONFIG, target=tmp_path / "cut", progress=_KillAfter(3))
    assert not (tmp_path / "cut").exists()
    resumed = tune_encoder(tiny, EXAMPLES, config=CONFIG, target=tmp_path / "cut")
    assert (whole.resumed_at, resumed.resumed_at) == (0, 2)
    assert resumed.losses == whole.losses
    assert weights_hash(tmp_path / "cut") == weights_hash(tmp_path / "whole")


def test_the_checkpoint_of_other_examples_or_a_damaged_one_is_passed_over(tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "tuned"
    with pytest.raises(_Killed):
        tune_encoder(tiny, EXAMPLES[:6], config=CONFIG, target=target, progress=_KillAfter(3))
    assert tune_encoder(tiny, EXAMPLES, config=CONFIG, target=target).resumed_at == 0
    checkpoint = tmp_path / ".tuned.tuning" / "checkpoint.safetensors"
    checkpoint.parent.mkdir()
    checkpoint.write_bytes(b"half a file")
    assert tune_encoder(tiny, EXAMPLES, config=CONFIG, target=target).resumed_at == 0


def test_the_result_replaces_an_older_one_and_leaves_nothing_beside_it(tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "tuned"
    target.mkdir(parents=True)
    (target / "old.txt").write_text("old", "utf-8")
    result = tune_encoder(tiny, EXAMPLES, config=CONFIG, target=target)
    assert result.path == target
    assert not (target / "old.txt").exists()
    assert [path.name for path in target.parent.iterdir()] == ["tuned"]


def test_the_result_can_be_loaded_and_exported_with_equal_vectors(tiny: Path, tmp_path: Path) -> None:
    texts = [text for text, _ in EXAMPLES[:9]]
    tune_encoder(tiny, EXAMPLES, config=CONFIG, target=tmp_path / "tuned")
    tuned = SentenceTransformersEncoder(str(tmp_path / "tuned")).encode(texts)
    export_encoder(tmp_path / "tuned", tmp_path / "export", name="tuned")
    assert np.allclose(OnnxEncoder(tmp_path / "export").encode(texts), tuned, atol=1e-4)
    assert not np.allclose(SentenceTransformersEncoder(str(tiny)).encode(texts), tuned, atol=1e-3)


def test_tuning_brings_utterances_of_an_intent_together(tiny: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(
        CONFIG, epochs=15, augmentation=(), learned_share=1.0, frozen_embeddings=False, frozen_layers=0
    )
    result = tune_encoder(tiny, EXAMPLES, config=config, target=tmp_path / "tuned")
    assert result.losses[-1] < result.losses[0]
    texts, labels = zip(*EXAMPLES[:9], strict=True)
    same = np.array([[one == other for one in labels] for other in labels])

    def gap(model: Path) -> float:
        vectors = SentenceTransformersEncoder(str(model)).encode(texts)
        similar = vectors @ vectors.T
        return float(similar[same].mean() - similar[~same].mean())

    assert gap(tmp_path / "tuned") > gap(tiny) + 0.1


def test_frozen_layers_and_word_embeddings_stay_as_they_are(tiny: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    config = dataclasses.replace(CONFIG, frozen_layers=1)
    tune_encoder(tiny, EXAMPLES, config=config, target=tmp_path / "tuned")
    before, after = load_file(tiny / "model.safetensors"), load_file(tmp_path / "tuned" / "model.safetensors")
    changed = {name for name, value in before.items() if not np.array_equal(value, after[name])}
    assert changed
    assert not [name for name in changed if "embeddings" in name or "layer.0." in name]
    with pytest.raises(TrainingError, match=r"frozen_layers = 2 .* has 2 layers. Choose 1 or fewer"):
        tune_encoder(tiny, EXAMPLES, config=dataclasses.replace(CONFIG, frozen_layers=2), target=tmp_path / "none")


def test_training_stops_early_and_keeps_the_best_epoch(tiny: Path, tmp_path: Path) -> None:
    copies = [(f"{text} {word}", label) for text, label in EXAMPLES[:9] for word in ("please", "help", "back")]
    config = dataclasses.replace(CONFIG, epochs=40, held_out_from=4, held_out_share=0.3, patience=2)
    result = tune_encoder(tiny, copies, config=config, target=tmp_path / "tuned")
    assert result.held_out > 0
    assert result.held_out_accuracy is not None
    assert result.best_epoch + 2 == result.epochs < 40


def test_lora_leaves_a_plain_model_behind(tiny: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(CONFIG, lora_rank=2, learning_rate=1e-2)
    result = tune_encoder(tiny, EXAMPLES, config=config, target=tmp_path / "tuned")
    texts = [text for text, _ in EXAMPLES[:9]]
    tuned = SentenceTransformersEncoder(str(tmp_path / "tuned")).encode(texts)
    assert 0 < result.trained_parameters < 2_000
    assert not np.allclose(SentenceTransformersEncoder(str(tiny)).encode(texts), tuned, atol=1e-3)
    assert (tmp_path / "tuned" / "model.safetensors").stat().st_size == (tiny / "model.safetensors").stat().st_size


def test_logs_hold_the_loss_of_every_epoch(tiny: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tune_encoder(tiny, EXAMPLES, config=CONFIG, target=tmp_path / "tuned", log_dir=tmp_path / "logs")
    logged = EventAccumulator(str(tmp_path / "logs"))
    logged.Reload()
    assert [event.step for event in logged.Scalars("loss")] == [1, 2, 3]


def test_lora_without_peft_says_how_to_get_it(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(TrainingError, match=r"pip install 'chatbot\[lora\]'"):
        tune_encoder(tiny, EXAMPLES, config=dataclasses.replace(CONFIG, lora_rank=4), target=tmp_path / "tuned")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epochs": 0}, "epochs = 0"),
        ({"learning_rate": -1.0}, "learning_rate = -1.0"),
        ({"dropout": 1.5}, "dropout = 1.5"),
        ({"learned_share": 0.0}, "learned_share = 0.0"),
        ({"augmentation": ("synonyms",)}, "no augmentation 'synonyms'"),
    ],
)
def test_a_choice_that_cannot_be_used_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        EncoderTuningConfig(**changes)


def test_one_intent_is_too_few(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"name 1 intent"):
        tune_encoder(tiny, EXAMPLES[:3], config=CONFIG, target=tmp_path / "tuned")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"nowhere.*no sentence-transformers model"):
        tune_encoder(tmp_path / "nowhere", EXAMPLES, config=CONFIG, target=tmp_path / "tuned")
