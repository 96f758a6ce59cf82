"""The prepared homes and the tiny encoder, for every test of this folder that asks for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.ports import Encoder
from chatbot.settings import Settings
from support.shops.small_shop import prepared_home, shop
from support.shops.tiny_encoder import tiny

__all__ = ["prepared_home", "shop", "tiny"]


@pytest.fixture(scope="module")
def sample_shop(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The running sample shop on a copy of its home."""
    home = tmp_path_factory.mktemp("shop") / "home"
    shutil.copytree(sample_home, home)
    stores = open_stores(Settings(home=home))
    yield build_application(stores)
    stores.close()


@pytest.fixture(scope="module")
def minilm(exported_minilm: Path) -> Encoder:
    """The packaged encoder, as it serves."""
    return OnnxEncoder(exported_minilm)
