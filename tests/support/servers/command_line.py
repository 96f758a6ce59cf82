"""Runs the real command line, in this process or a separate one, and reads the contents of a home."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.paths import ROOT

PATIENCE = 300
"""Seconds after which a command counts as hung; the machine may be busy."""
OF_THE_DATABASE = ("chatbot.db", "chatbot.db-wal", "chatbot.db-shm", "chatbot.db.lock")


@dataclass(frozen=True)
class Outcome:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one-line error on standard error; standard output must be empty, and there must be no traceback."""
        assert (self.code, self.out) == (1, ""), (self.code, self.out, self.err)
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("Error: "), self.err
        return lines[0]


def run(*words: object, home: Path | None = None, stdin: str = "") -> Outcome:
    """Run `chatbot WORDS` in this process through the real entry point; exceptions except SystemExit propagate."""
    from chatbot.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["chatbot", *map(str, words)])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        if home is not None:
            patch.setenv("CHATBOT_HOME", str(home))
        code = 0
        try:
            main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
    return Outcome(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))  # type: ignore[attr-defined]


def listed(words: str) -> Any:
    """The output of `chatbot WORDS --json`."""
    return run(*words.split(), "--json").json


def run_alone(
    *words: object,
    environment: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    before: Callable[[], None] | None = None,
    stdin: str = "",
) -> Outcome:
    """Run `python -m chatbot WORDS` in a separate process; `before` is executed in it first."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        [sys.executable, "-m", "chatbot", *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def state_of(home: Path) -> dict[str, Any]:
    """All contents of a home, for comparison: the database as SQL, and every other file by its digest."""
    files = {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "directory"
        for path in sorted(home.rglob("*"))
        if path.name not in OF_THE_DATABASE
    }
    return {"files": files, "database": list(dump(home))}


def dump(home: Path) -> list[str]:
    """The database as SQL statements."""
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        return list(connection.iterdump())
