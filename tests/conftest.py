"""What every test gets: a home of its own, no setting from outside, and the marker of its folder.

Knows: pytest. Does not know: what is tested.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.servers.databases import postgresql, postgresql_url, sqlite  # noqa: F401  fixtures

_TESTS = Path(__file__).parent
_MARKED_FOLDERS = ("integration", "e2e", "bench")

# Before any library is imported: nothing may look for a model hub, count visitors or open a window.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CHATBOT_HOME of this test; every other CHATBOT_* variable is gone. The directory does not exist yet."""
    for name in list(os.environ):
        if name.startswith("CHATBOT_"):
            monkeypatch.delenv(name)
    directory = tmp_path / "home"
    monkeypatch.setenv("CHATBOT_HOME", str(directory))
    return directory


@pytest.fixture(scope="session")
def exported_minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged encoder, exported once for all tests: read it, copy it, never change it."""
    from chatbot.encoding.export import export_encoder, packaged_minilm

    directory = tmp_path_factory.mktemp("encoder") / "minilm"
    export_encoder(packaged_minilm(), directory, name="minilm")
    return directory


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole sample shop, prepared once as a first start does it: copy it, never change it."""
    directory = tmp_path_factory.mktemp("sample") / "home"
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}
    subprocess.run(
        [sys.executable, "-m", "chatbot", "ask", "hello"],
        env=own | {"CHATBOT_HOME": str(directory)},
        check=True,
        capture_output=True,
    )
    return directory


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder; speed is measured only when asked for with `-m bench`."""
    for item in items:
        inside = item.path.relative_to(_TESTS).parts if item.path.is_relative_to(_TESTS) else ()
        if inside and inside[0] in _MARKED_FOLDERS:
            item.add_marker(inside[0])
    if "bench" in config.getoption("markexpr"):
        return
    measuring = [item for item in items if item.get_closest_marker("bench")]
    if measuring:
        config.hook.pytest_deselected(items=measuring)
        items[:] = [item for item in items if not item.get_closest_marker("bench")]
