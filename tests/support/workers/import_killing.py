"""Kills imports at random moments: the test's loop, and the worker process that forks one child per import."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Set
from contextlib import suppress
from pathlib import Path

from support.paths import ROOT, WORKERS
from support.servers.command_line import PATIENCE

KILLS = 30
SEED = 6
BEGAN, STORED, GONE = "began", "stored", "gone"
WORKER = WORKERS / "import_kill_worker.py"
Judge = Callable[[int, Set[str]], tuple[bool, str]]
"""Gets the number of a child and its output; checks what is stored; returns whether it is complete, and a name."""


def kill_imports(kind: str, edition: Callable[[int], Path], judge: Judge, *, stretch: float) -> Counter[str]:
    """Import KILLS files one after another, each in a process that is killed; returns how often each outcome occurred.

    A first child that is not killed shows how long an import takes; the longest time before a kill starts at `stretch`
    times that.
    """
    dice = random.Random(SEED)
    outcomes: Counter[str] = Counter()
    with subprocess.Popen(
        [sys.executable, str(WORKER), kind],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        span = 0.0
        for number in range(KILLS + 1):
            child = _begin(worker, edition(number))
            started = time.monotonic()
            if number:
                time.sleep(dice.uniform(0.0, span))  # the moment is what is tested
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            done, outcome = judge(number, _said(worker))
            outcomes[outcome] += 1
            # The next moment is looked for where both may happen, however busy the machine is.
            span = span * (0.75 if done else 1.33) if number else stretch * (time.monotonic() - started)
        if worker.stdin is not None:
            worker.stdin.close()
        worker.wait(PATIENCE)
    print(f"{KILLS} kills: {dict(outcomes)}")
    return outcomes


def lives(work: Callable[[Path], None]) -> None:
    """The worker's side: for each file named on standard input, fork a child that imports it, or dies trying."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(Path(line.strip()))
            os._exit(0)
        say(f"child {child}")
        os.waitpid(child, 0)
        say(GONE)


def say(line: str) -> None:
    """Print a line atomically, unbuffered."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def _begin(worker: subprocess.Popen[str], file: Path) -> int:
    """Start a child; returns its process id once it has begun to import."""
    assert worker.stdin is not None
    worker.stdin.write(f"{file}\n")
    worker.stdin.flush()
    child, begun = 0, False
    while not child or not begun:
        word = _line(worker).split()
        child = int(word[1]) if word[0] == "child" else child
        begun = begun or word[0] == BEGAN
    return child


def _said(worker: subprocess.Popen[str]) -> set[str]:
    """The output of the child until it has ended."""
    said = set()
    while (word := _line(worker)) != GONE:
        said.add(word)
    return said


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    line = worker.stdout.readline().strip()
    assert line, "the worker is gone"
    return line
