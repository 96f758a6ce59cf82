"""How long a second start takes, in a process of its own; the first one exports, indexes and trains."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from support.paths import ROOT
from support.servers.command_line import PATIENCE, run_alone
from support.shops.small_shop import faq_rows

TRIES = 3


def test_the_first_answer_of_a_new_process(shop: Path) -> None:
    question = faq_rows()[0]["question"]
    run_alone("ask", question)
    taken = []
    for _ in range(TRIES):
        started = time.perf_counter()
        assert run_alone("ask", question, "--json").json["route"] == "faq"
        taken.append(time.perf_counter() - started)
    print(f"\nchatbot ask, second start: {min(taken):.2f} s at best, {max(taken):.2f} s at worst of {TRIES}")


def test_the_server_answers_after_its_start(shop: Path) -> None:
    print(f"\nchatbot serve, second start until it answers: {', '.join(f'{ready():.1f} s' for _ in range(TRIES))}")


def ready() -> float:
    """Seconds from starting the server to its first answer."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "chatbot", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        address = next(line for line in server.stderr if "Ready. Open " in line).split()[2]
        while not answers(f"{address}api/v1/health"):
            assert time.perf_counter() - started < PATIENCE
        taken = time.perf_counter() - started
        server.terminate()
        server.communicate()
    return taken


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False
