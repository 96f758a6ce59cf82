"""The exported encoder equals its source, and half an export is no export."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from chatbot.encoding import onnx_encoder
from chatbot.encoding.export import export_encoder, is_exported, packaged_minilm
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import SentenceTransformersEncoder
from chatbot.errors import ArtifactError, ConfigError

TEXTS = (
    "Where is my parcel?",
    "I would like to return a cast iron pan that I bought three weeks ago, but the box is already in the recycling.",
    "gift card",
    "How many Nook Points do I get for an order of S$120.00, and when are they credited?",
    "多少天内可以退货？",
    "whats teh usual delivry time in singapore",
    "What is the weight limit of the shelf?",
    "",
)
FILES = ("fp32.onnx", "int8.onnx", "manifest.json", "tokenizer.json")


@pytest.fixture
def exported(exported_minilm: Path) -> Path:
    return exported_minilm


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    """An export of one's own to damage with `put`; its files are links, because 110 MB a test are too much."""
    return Path(shutil.copytree(exported, tmp_path / "minilm", copy_function=os.link))


def put(path: Path, raw: bytes) -> None:
    """Another content under that name, without touching what else the file is linked to."""
    path.unlink(missing_ok=True)
    path.write_bytes(raw)


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    return SentenceTransformersEncoder(str(packaged_minilm())).encode(TEXTS)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.sum(one * other, axis=1))


def test_the_full_precision_graph_gives_the_vectors_of_its_source(exported: Path, original: np.ndarray) -> None:
    assert cosines(OnnxEncoder(exported).encode(TEXTS), original).min() > 1 - 1e-4


def test_the_small_graph_gives_nearly_the_vectors_of_its_source(exported: Path, original: np.ndarray) -> None:
    assert cosines(OnnxEncoder(exported, precision="int8").encode(TEXTS), original).min() > 0.97


def test_the_small_graph_is_a_third_of_the_size_at_most(exported: Path) -> None:
    assert (exported / "int8.onnx").stat().st_size * 3 < (exported / "fp32.onnx").stat().st_size


def test_an_export_is_four_files_and_nothing_beside_it(exported: Path) -> None:
    assert sorted(path.name for path in exported.iterdir()) == sorted(FILES)
    assert [path.name for path in exported.parent.iterdir()] == ["minilm"]
    assert is_exported(exported)


def test_each_precision_has_an_identity_of_its_own(exported: Path) -> None:
    ids = [OnnxEncoder(exported, precision=precision).id for precision in ("fp32", "int8")]
    assert len(set(ids)) == 2
    assert all(found.startswith("minilm-") for found in ids)


def test_the_identity_follows_the_whole_of_the_weights(exported: Path, tmp_path: Path) -> None:
    source = Path(shutil.copytree(packaged_minilm(), tmp_path / "source"))
    weights = source / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(weights.stat().st_size // 2)  # as fine-tuning does: neither the head nor the tail of the file
        file.write(b"\0\0\0\0")
    export_encoder(source, tmp_path / "tuned", name="minilm")
    assert OnnxEncoder(tmp_path / "tuned").id != OnnxEncoder(exported).id


@pytest.mark.parametrize("missing", FILES)
def test_an_export_that_lacks_a_file_cannot_be_loaded(copy: Path, missing: str) -> None:
    (copy / missing).unlink()
    precision = "int8" if missing == "int8.onnx" else "fp32"
    with pytest.raises(ArtifactError, match=r"cannot be loaded .*Delete that directory"):
        OnnxEncoder(copy, precision=precision)


@pytest.mark.parametrize("damaged", ["fp32.onnx", "manifest.json", "tokenizer.json"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_an_export_cut_short_cannot_be_loaded(copy: Path, damaged: str, share: float) -> None:
    raw = (copy / damaged).read_bytes()
    put(copy / damaged, raw[: int(len(raw) * share)])
    with pytest.raises(ArtifactError, match="cannot be loaded"):
        OnnxEncoder(copy)


def test_a_directory_without_its_manifest_does_not_exist_for_readers(copy: Path, tmp_path: Path) -> None:
    (copy / "manifest.json").unlink()
    assert not is_exported(copy)
    assert not is_exported(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 0}', '{"format": "1"}', "{}"])
def test_a_manifest_of_another_kind_is_no_export(copy: Path, text: str) -> None:
    put(copy / "manifest.json", text.encode())
    assert not is_exported(copy)


def test_a_manifest_with_a_field_missing_cannot_be_loaded(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    del manifest["pad_id"]
    put(copy / "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(ArtifactError, match="pad_id"):
        OnnxEncoder(copy)


def test_exporting_again_replaces_what_was_there(copy: Path) -> None:
    (copy / "manifest.json").unlink()
    (copy / "left-over.txt").write_text("from an interrupted run", "utf-8")
    export_encoder(packaged_minilm(), copy, name="renamed")
    assert sorted(path.name for path in copy.iterdir()) == sorted(FILES)
    assert OnnxEncoder(copy).id.startswith("renamed-")


def test_an_export_that_fails_leaves_the_older_one_as_it_was(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    before = (copy / "manifest.json").read_bytes()
    monkeypatch.setattr(onnx_encoder, "quantise", full_disk)
    with pytest.raises(ArtifactError, match="No space left"):
        export_encoder(packaged_minilm(), copy, name="renamed")
    assert (copy / "manifest.json").read_bytes() == before
    assert is_exported(copy)
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith(".")] == []


def test_a_directory_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(ArtifactError, match="cannot be exported"):
            export_encoder(source, tmp_path / "target", name="x")
    assert not (tmp_path / "target").exists()


def pooled_by(mode: str, folder: Path) -> Path:
    """The packaged encoder with another pooling."""
    source = Path(shutil.copytree(packaged_minilm(), folder / "source"))
    config = source / "1_Pooling" / "config.json"
    pooling = json.loads(config.read_text("utf-8"))
    pooling |= {"pooling_mode_mean_tokens": False, f"pooling_mode_{mode}": True}
    config.write_text(json.dumps(pooling), "utf-8")
    return source


def test_a_model_that_pools_by_its_first_token_gives_the_same_vectors(tmp_path: Path) -> None:
    source = pooled_by("cls_token", tmp_path)
    export_encoder(source, tmp_path / "target", name="x")
    texts = ["where is my parcel", "refund"]
    expected = SentenceTransformersEncoder(str(source)).encode(texts)
    assert np.allclose(OnnxEncoder(tmp_path / "target").encode(texts), expected, atol=1e-4)


def test_a_model_that_pools_otherwise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="only mean and cls"):
        export_encoder(pooled_by("max_tokens", tmp_path), tmp_path / "target", name="x")


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory", "utf-8")
    with pytest.raises(ArtifactError, match="CHATBOT_HOME"):
        export_encoder(packaged_minilm(), tmp_path / "file" / "minilm", name="minilm")


def test_an_encoder_that_is_nowhere_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="neither a model directory nor reachable") as caught:
        SentenceTransformersEncoder(str(tmp_path / "nowhere"))
    assert "\n" not in str(caught.value)
