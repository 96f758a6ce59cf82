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
from support.sharing import once

_TESTS = Path(__file__).parent
_MARKED_FOLDERS = ("integration", "e2e", "bench")
_TRAINING_FOLDERS = frozenset({"dialogue", "encoding", "generation", "intent", "learning", "retrieval"})
_SLOW_FIXTURES = frozenset({"browser", "prepared_home", "sample_home"})
"""Who asks for one of these, directly or not, is left out of `make test-fast`."""
_LONGEST_FIRST = ("e2e", "integration", "contract")
"""Workers take whole files in this order, and the short ones at the end, so that they finish together."""

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

    return once(
        tmp_path_factory, "minilm", lambda directory: export_encoder(packaged_minilm(), directory, name="minilm")
    )


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole sample shop, prepared once as a first start does it: copy it, never change it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}

    def prepare(directory: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "chatbot", "ask", "hello"],
            env=own | {"CHATBOT_HOME": str(directory)},
            check=True,
            capture_output=True,
        )

    return once(tmp_path_factory, "sample-home", prepare)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder and by what they wait for; speed is measured only when asked for with `-m bench`."""
    for item in items:
        if (folder := _folder(item)) in _MARKED_FOLDERS:
            item.add_marker(folder)
        slow = folder == "e2e" or (folder == "integration" and item.path.parent.name in _TRAINING_FOLDERS)
        if slow or not _SLOW_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: (*_LONGEST_FIRST, _folder(item)).index(_folder(item)))
    if "bench" in config.getoption("markexpr"):
        return
    measuring = [item for item in items if item.get_closest_marker("bench")]
    if measuring:
        config.hook.pytest_deselected(items=measuring)
        items[:] = [item for item in items if not item.get_closest_marker("bench")]


def _folder(item: pytest.Item) -> str:
    """The folder of `tests/` that it lies in."""
    return item.path.relative_to(_TESTS).parts[0] if item.path.is_relative_to(_TESTS) else ""
