"""Starts and stops the real `chatbot serve` in a separate process.

A test module that imports the fixtures `home` and `server` gets one with the sample shop.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Running:
    """Address without a trailing slash, and the console's password if it was printed."""

    url: str
    password: str


@contextmanager
def real_server(home: Path) -> Iterator[Running]:
    """Serve that home on a free port for the duration of the block."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "chatbot", "serve", "--port", "0"],
        env=own | {"CHATBOT_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    if process.stderr is None:
        raise RuntimeError("the server has no output")
    try:
        password, said = "", []
        for line in process.stderr:
            said.append(line)
            found = re.search(r"keep it\): (\S+)", line)
            password = found[1] if found else password
            ready = re.search(r"Ready\. Open (http://\S+?)/ ", line)
            if ready:
                break
        else:
            raise RuntimeError(f"the server left with {process.wait()}: {''.join(said)}")
        yield Running(ready[1], password)
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(sample_home, copied)
    return copied


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Running]:
    with real_server(home) as started:
        yield started
