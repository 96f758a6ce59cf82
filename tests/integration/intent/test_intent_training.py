"""From labelled examples to a directory, and from the directory to predictions."""

from __future__ import annotations

import csv
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chatbot.domain import OUT_OF_SCOPE, LabelledExample
from chatbot.errors import ArtifactError, StorageError, TrainingError
from chatbot.intent.artifact import load_artifact, write_artifact
from chatbot.intent.linear import LinearIntentModel, load_linear_model
from support.fakes.core import FakeEncoder
from support.fakes.intent import examples
from training.evaluation.intent import evaluate_intent
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import TrainedIntent, train_intent

ENCODER = FakeEncoder()
SOURCE = EncoderSource(ENCODER.encode, ENCODER.id)


def train(given: Sequence[LabelledExample], models_dir: Path, **choices: object) -> TrainedIntent:
    config = IntentTrainingConfig(**choices)  # type: ignore[arg-type]
    return train_intent(given, SOURCE, models_dir=models_dir, config=config)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedIntent:
    return train(examples(per_intent=24, oos=40), tmp_path_factory.mktemp("models"))


@pytest.fixture
def copied(trained: TrainedIntent, tmp_path: Path) -> Path:
    """A copy of the trained directory that a test may damage."""
    copy = tmp_path / trained.version
    copy.mkdir()
    for file in trained.path.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def test_a_trained_model_recognises_what_it_was_not_shown(trained: TrainedIntent) -> None:
    model = load_linear_model(trained.path, encoder_id=ENCODER.id)
    pairs = [
        ("thanks, where is the parcel now", "track_parcel"),
        ("stop my order please", "cancel_order"),
        ("reset password", "reset_password"),
        ("who won the film", OUT_OF_SCOPE),
        ("what is the weather in peru", ""),
    ]
    result = evaluate_intent(pairs, model, ENCODER.encode)
    assert result.accuracy == 1.0
    assert result.oos_auroc == 1.0


def test_the_directory_holds_all_that_the_manifest_promises(trained: TrainedIntent) -> None:
    manifest = json.loads((trained.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == trained.version == trained.path.name
    assert manifest["encoder_id"] == ENCODER.id
    assert manifest["mode"] == "fast"
    assert manifest["seed"] == 13
    assert manifest["metrics"] == trained.metrics
    assert manifest["data"]["per_intent"]["refund"] == 24
    assert manifest["data"]["oos"] == 40
    assert set(manifest["thresholds"]["any"]) == {"min_in_scope", "min_confidence", "min_margin", "out_of_scope_below"}
    assert "numpy" in manifest["libraries"]
    names = {file.name for file in trained.path.iterdir()}
    assert names == {
        "manifest.json", "model.safetensors", "utterances.json", "report.md", "reliability.png", "in_scope.png",
        "budgets.png", "oos_curves.png", "misclassified.csv", "per_intent.csv", "seen.safetensors",
        "held_out.safetensors",
    }  # fmt: skip
    assert [path.name for path in trained.path.parent.iterdir()] == [trained.version]


def test_the_report_can_be_read(trained: TrainedIntent) -> None:
    report = (trained.path / "report.md").read_text(encoding="utf-8")
    for part in ("## Quality", "## Thresholds", "## The price of fewer mistakes", "## Intents", "## Data", "## Time"):
        assert part in report
    assert trained.version in report
    for name in ("reliability.png", "in_scope.png", "budgets.png", "oos_curves.png"):
        assert name in report
        assert (trained.path / name).read_bytes().startswith(b"\x89PNG")
    with (trained.path / "misclassified.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["text", "intent", "predicted", "confidence", "in_scope"]


def test_two_runs_with_one_seed_are_equal(tmp_path: Path) -> None:
    given = examples(per_intent=10)
    first, second = train(given, tmp_path / "a", seed=5), train(given, tmp_path / "b", seed=5)
    assert first.metrics == second.metrics
    assert (first.path / "model.safetensors").read_bytes() == (second.path / "model.safetensors").read_bytes()
    assert load_artifact(first.path).thresholds == load_artifact(second.path).thresholds


def test_versions_of_one_second_do_not_collide(tmp_path: Path) -> None:
    given = examples(per_intent=4, intents=2)
    versions = {train(given, tmp_path).version for _ in range(3)}
    assert len(versions) == 3


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    train_intent(
        examples(per_intent=4),
        SOURCE,
        models_dir=tmp_path,
        progress=lambda step, share: told.append((step, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[0] == ("encoding", 0.0)
    assert told[-1] == ("done", 1.0)


def test_chinese_is_recognised_by_its_characters(tmp_path: Path) -> None:
    said = {
        "退款": ("我想退款", "退款多久到账", "请退款给我", "怎么申请退款", "退款还没收到", "帮我退款吧"),
        "物流": ("我的快递到哪了", "快递还没到", "查一下快递", "快递几天能到", "快递丢了怎么办", "帮我催快递"),
    }
    given = [LabelledExample(text, intent, "zh") for intent, texts in said.items() for text in texts]
    blind = np.ones((1, 8), np.float32) / np.sqrt(8)  # an encoder that tells no two Chinese texts apart
    trained = train_intent(
        given, EncoderSource(lambda texts: np.repeat(blind, len(texts), axis=0), "blind"), models_dir=tmp_path
    )
    model = load_linear_model(trained.path)
    for text, intent in (("可以退款吗", "退款"), ("快递怎么这么慢", "物流")):
        best = model.predict(text, blind[0]).best
        assert best is not None
        assert best.intent == intent


def test_two_intents_with_two_utterances_are_enough(tmp_path: Path) -> None:
    given = [
        LabelledExample(text, intent)
        for text, intent in (("cancel order", "a"), ("stop order", "a"), ("my refund", "b"), ("money back", "b"))
    ]
    model = load_linear_model(train(given, tmp_path).path)
    assert model.predict("cancel my order", ENCODER.encode_one("cancel my order")).ranked[0].intent == "a"


def test_texts_without_letters_and_with_equal_vectors_do_not_stop_training(tmp_path: Path) -> None:
    given = [LabelledExample(sign * n, intent) for intent, sign in (("a", "👍"), ("b", "👎")) for n in range(1, 7)]
    assert load_linear_model(train(given, tmp_path).path).intents == ("a", "b")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "nothing to train on"),
        ([LabelledExample(" ", "a"), LabelledExample("", "b")], "2 of them had no text"),
        ([LabelledExample(f"text {n}", "refund") for n in range(5)], "the one intent 'refund'"),
        ([LabelledExample("what is love", OUT_OF_SCOPE)] * 3, "labelled 'oos'"),
    ],
)
def test_data_that_cannot_be_trained_on_is_named(given: list[LabelledExample], said: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=said):
        train(given, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_dropped_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    given = [
        *examples(per_intent=6, intents=2),
        LabelledExample("   ", "refund"),
        *[LabelledExample("Please cancel my order!", "track_parcel")] * 2,
        *[LabelledExample("please cancel my order", "cancel_order")] * 2,
        LabelledExample("is it raining", OUT_OF_SCOPE),
    ]
    with caplog.at_level(logging.WARNING):
        trained = train(given, tmp_path)
    data = json.loads((trained.path / "manifest.json").read_text(encoding="utf-8"))["data"]
    assert (data["read"], data["used"], data["dropped_empty"]) == (18, 12, 1)
    assert (data["dropped_repeats"], data["conflicts"], data["ignored_oos"]) == (4, 1, 1)
    report = (trained.path / "report.md").read_text(encoding="utf-8")
    assert "| please cancel my order | cancel_order, track_parcel | cancel_order |" in report
    assert "cancel my order" not in caplog.text


def test_an_unknown_mode_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"'quick'. Choose from: auto, fast, full"):
        train(examples(per_intent=4), tmp_path, mode="quick")


def test_an_encoder_that_gives_nonsense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not finite"):
        train_intent(
            examples(per_intent=4),
            EncoderSource(lambda texts: np.full((len(texts), 8), np.nan, np.float32), "broken"),
            models_dir=tmp_path,
        )


def test_a_missing_directory_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="There is no intent model in"):
        load_linear_model(tmp_path / "nothing")


def test_a_directory_without_manifest_is_half_written(copied: Path) -> None:
    (copied / "manifest.json").unlink()
    with pytest.raises(ArtifactError, match=r"half-written \(no manifest.json\)"):
        load_linear_model(copied)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "generator"}, "does not describe an intent model"),
        ({"format": 99}, "has format"),
        ({"features": "other"}, "has format"),
        ({"intents": ["a", "b"]}, "dense has shape"),
        ({"thresholds": {"any": {"min_in_scope": 0.5}}}, "is damaged"),
        (
            {
                "thresholds": {
                    "any": {"min_in_scope": 0.5, "min_confidence": 7, "min_margin": 0, "out_of_scope_below": 0}
                }
            },
            "outside 0 to 1",
        ),
        ({"thresholds": {}}, "no intent or language"),
        ({"thresholds": [0.5]}, "is damaged"),
        ({"unseen_idf": "high"}, "is damaged"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(copied: Path, change: dict[str, object], said: str) -> None:
    path = copied / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(ArtifactError, match=said):
        load_linear_model(copied)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_manifest_is_refused(copied: Path, content: bytes) -> None:
    (copied / "manifest.json").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        load_linear_model(copied)


def test_truncated_weights_are_refused(copied: Path) -> None:
    weights = copied / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ArtifactError, match=r"model\.safetensors cannot be read"):
        load_linear_model(copied)


def test_missing_weights_are_refused(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_linear_model(copied)


def test_vectors_of_another_encoder_are_refused(trained: TrainedIntent) -> None:
    with pytest.raises(ArtifactError, match="trained on vectors of encoder 'fake-64', but 'other' is set"):
        load_linear_model(trained.path, encoder_id="other")
    model = load_linear_model(trained.path)
    with pytest.raises(ArtifactError, match=r"needs vectors of shape \(1, 64\), not \(1, 32\)"):
        model.predict("hello", np.ones(32, np.float32))


def test_writing_never_leaves_half_a_model(trained: TrainedIntent, tmp_path: Path) -> None:
    artifact = load_artifact(trained.path)

    def fail(folder: Path) -> None:
        assert not (folder / "manifest.json").exists()
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        write_artifact(tmp_path / "models" / "v1", artifact, write_report=fail)
    assert list((tmp_path / "models").iterdir()) == []


def test_an_existing_version_is_not_overwritten(trained: TrainedIntent) -> None:
    with pytest.raises(StorageError, match="exists already"):
        write_artifact(trained.path, load_artifact(trained.path))


def test_reading_gives_back_what_was_written(trained: TrainedIntent, tmp_path: Path) -> None:
    first = load_artifact(trained.path)
    write_artifact(tmp_path / "again", first)
    texts = [example.text for example in examples()]
    vectors = ENCODER.encode(texts)
    again = LinearIntentModel(load_artifact(tmp_path / "again"))
    assert again.predict_many(texts, vectors) == LinearIntentModel(first).predict_many(texts, vectors)
