"""Serves the pages with fakes in a separate process."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from support.paths import SERVERS

_SERVER = SERVERS / "fake_server.py"
SLOW_MS = 30_000
"""How long a page may take on a busy machine before a test fails."""


@dataclass(frozen=True)
class Server:
    """Address without a trailing slash, and the console's password."""

    url: str
    password: str


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    """The fake server in a separate process, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(_SERVER), str(port), *options], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        password = ""
        for line in process.stdout:
            found = re.match(r"password (\S+)", line)
            password = found[1] if found else password
            if line.startswith("ready"):
                break
        else:
            raise RuntimeError(f"the server left with {process.wait()}")
        yield Server(f"http://127.0.0.1:{port}", password)
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
