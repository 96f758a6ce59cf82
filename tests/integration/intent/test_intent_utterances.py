"""The texts of the prototypes in a model directory: what is kept, what is left out, what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chatbot.domain import FROM_CONVERSATION, OUT_OF_SCOPE, LabelledExample
from chatbot.errors import ArtifactError
from chatbot.intent.artifact import load_artifact, write_artifact
from chatbot.intent.linear import load_linear_model
from chatbot.intent.utterances import UTTERANCES
from support.fakes.core import FakeEncoder
from support.fakes.intent import examples
from training.datasets.prepared import prepare_examples
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import train_intent

ENCODER = FakeEncoder()
SAID = LabelledExample("my secret number is 4711, call the order off", "cancel_order", "en", FROM_CONVERSATION)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with out-of-scope rows and one utterance of a logged conversation."""
    return train_intent(
        [*examples(oos=32), SAID],
        EncoderSource(ENCODER.encode, ENCODER.id),
        models_dir=tmp_path_factory.mktemp("models"),
    ).path


@pytest.fixture
def copied(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "model"))


def test_the_texts_stand_in_the_order_of_the_prototypes(trained: Path) -> None:
    artifact = load_artifact(trained)
    kept = json.loads((trained / UTTERANCES).read_text(encoding="utf-8"))
    assert tuple(kept) == artifact.utterances
    rows = [*artifact.weights.prototypes, *artifact.weights.oos_prototypes]
    for text, row in zip(kept, rows, strict=True):
        assert float(ENCODER.encode_one(text or SAID.text) @ row) == pytest.approx(1.0, abs=1e-3)


def test_what_was_said_in_a_conversation_is_not_kept(trained: Path) -> None:
    written = (trained / UTTERANCES).read_text(encoding="utf-8")
    assert json.loads(written).count(None) == 1
    assert "4711" not in written
    nearest = load_linear_model(trained).nearest(ENCODER.encode_one(SAID.text))[0]
    assert (nearest.text, nearest.intent, nearest.from_conversation) == ("", "cancel_order", True)


def test_no_file_of_a_version_holds_what_was_said_in_a_conversation(tmp_path: Path) -> None:
    odd = [
        LabelledExample(f"{word} order 4711", intent, "en", FROM_CONVERSATION)
        for word, intent in (("cancel", "refund"), ("refund", "cancel_order"), ("the weather of", "invoice"))
    ]
    path = train_intent(
        [*examples(oos=32), SAID, *odd],
        EncoderSource(ENCODER.encode, ENCODER.id),
        models_dir=tmp_path,
        config=IntentTrainingConfig(mode="fast"),
    ).path
    assert "(from a conversation)" in (path / "misclassified.csv").read_text("utf-8")
    assert [file.name for file in path.iterdir() if b"4711" in file.read_bytes()] == []


def test_out_of_scope_utterances_are_named_too(trained: Path) -> None:
    nearest = load_linear_model(trained).nearest(ENCODER.encode_one("please tell me a joke"))[0]
    assert (nearest.text, nearest.intent) == ("please tell me a joke", OUT_OF_SCOPE)


def test_a_model_of_before_answers_without_texts(copied: Path, tmp_path: Path) -> None:
    (copied / UTTERANCES).unlink()
    found = load_linear_model(copied).nearest(ENCODER.encode_one("please cancel my order"))
    assert [(one.text, one.from_conversation) for one in found] == [("", False)] * 5
    assert found[0].intent == "cancel_order"
    write_artifact(tmp_path / "again", load_artifact(copied))
    assert not (tmp_path / "again" / UTTERANCES).exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read"),
        (b'["cut off', "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"a": 1}', "no list of texts"),
        (b"[1, 2]", "no list of texts"),
        (b'["one"]', "1 texts for"),
    ],
)
def test_texts_that_do_not_fit_are_refused(copied: Path, content: bytes, said: str) -> None:
    (copied / UTTERANCES).write_bytes(content)
    with pytest.raises(ArtifactError, match=said):
        load_linear_model(copied)


def test_a_text_met_elsewhere_too_is_not_only_a_conversations() -> None:
    given = [
        LabelledExample("Stop it!", "stop", "en", FROM_CONVERSATION),
        LabelledExample("stop it", "stop", "en", "csv"),
        LabelledExample("go on", "go", "en", "faq"),
        LabelledExample("go on!!", "go", "en", FROM_CONVERSATION),
        LabelledExample("halt", "stop", "en", FROM_CONVERSATION),
        LabelledExample("keep going", "go", "en", "csv"),
    ]
    data = prepare_examples(given)
    kept = dict(zip(data.texts, data.origins, strict=True))
    assert kept == {"stop it": "csv", "go on": "faq", "halt": FROM_CONVERSATION, "keep going": "csv"}
    assert data.keepable([2, 0]) == (None, "stop it")
