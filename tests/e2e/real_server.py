"""The real `chatbot serve` in a process of its own. Knows: how to start and stop it. Does not know: what is tested."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Running:
    """Address without a slash at its end, and the console's password when it was printed."""

    url: str
    password: str


@contextmanager
def real_server(home: Path) -> Iterator[Running]:
    """Serve that home on a free port until the block ends."""
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
