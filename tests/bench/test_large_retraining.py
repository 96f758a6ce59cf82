"""Retraining on 50,000 labelled messages: seconds after encoding, and memory, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.paths import PYTHONPATH, WORKERS

MESSAGES = 50_000
SECONDS, GIGABYTES = 60.0, 2.5
WORKER = WORKERS / "large_retraining_worker.py"


@pytest.mark.timeout(1_200)
def test_fifty_thousand_labelled_messages(home: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(WORKER), str(MESSAGES)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    peak = found["peak"] / 1e6  # kB on Linux
    print(f"\n{found['note']}")
    taken = f"{found['seconds']:.0f} s ({found['cpu']:.0f} s of CPU)"
    print(f"{found['examples']:,} utterances learned in {taken}, peak {peak:.2f} GB")
    assert peak < GIGABYTES
    assert found["seconds"] < SECONDS
