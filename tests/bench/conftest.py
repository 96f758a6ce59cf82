"""The whole sample shop as a prepared home: what is measured is what a visitor of it gets.

Knows: the files of the sample shop, the command line. Does not know: what is measured.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support.paths import DATA
from support.servers.command_line import run
from support.shops.small_shop import copy_home


@pytest.fixture(scope="session")
def whole_home(exported_minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FAQ, intents and utterances in both languages, the index, and a live intent model. Never change it: copy it."""
    home = tmp_path_factory.mktemp("whole-shop") / "home"
    (home / "models" / "encoder").mkdir(parents=True)
    shutil.copytree(exported_minilm, home / "models" / "encoder" / "minilm", copy_function=os.link)
    files = [("faq", f"faq_{lang}.csv") for lang in ("en", "zh")]
    files += [("intents", name) for name in ("intents.csv", "utterances_en.csv", "utterances_zh.csv")]
    for words in (
        *((what, "import", DATA / name) for what, name in files),
        ("train", "intent", "--mode", "fast"),
        ("doctor",),  # builds the index
    ):
        done = run(*words, home=home)
        assert done.code == 0, done.err
    return home


@pytest.fixture
def shop(home: Path, whole_home: Path) -> Path:
    """CHATBOT_HOME of this measurement, as a copy of the prepared one."""
    return copy_home(whole_home, home)
