"""Paths of the project and of its test data."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
DATA = ROOT / "data"
CORPORA = TESTS / "support" / "corpora"
QUESTIONS = CORPORA / "questions"
SERVERS = TESTS / "support" / "servers"
WORKERS = TESTS / "support" / "workers"
PYTHONPATH = os.pathsep.join((str(ROOT), str(TESTS)))
"""The PYTHONPATH of processes that import the project and these helpers."""
