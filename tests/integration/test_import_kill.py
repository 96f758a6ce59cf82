"""An import that is killed at any moment stored all or nothing, and the next start says which."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest
from command_line import PATIENCE, ROOT, run

KILLS = 30
ROWS = 2_000
SEED = 6
WORKER = Path(__file__).parent / "import_kill_worker.py"


def edition(folder: Path, number: int) -> Path:
    """A file whose rows all carry its number, for the same questions as every other edition."""
    file = folder / f"edition-{number}.csv"
    rows = (f"question {n}?,edition {number},variant {n} of {number}\n" for n in range(ROWS))
    file.write_text("question,answer,variants\n" + "".join(rows), "utf-8")
    return file


def stored_edition(home: Path) -> tuple[int, set[str], list[str]]:
    """Entries, editions among answers and phrasings, and the files of the log. Raw SQL, so that nothing is hidden."""
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        ask = connection.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        count = ask("SELECT count(*) FROM faq_entry").fetchone()[0]
        found = {answer.split()[-1] for (answer,) in ask("SELECT DISTINCT answer FROM faq_entry")}
        found |= {said.split()[-1] for (said,) in ask("SELECT text FROM faq_phrasing")}
        changes = dict(ask("SELECT import_id, count(*) FROM faq_change GROUP BY import_id").fetchall())
        assert set(changes.values()) <= {ROWS}, "an import is half in the history"
        return count, found, [file for (file,) in ask("SELECT file FROM import ORDER BY id")]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the worker forks")
def test_an_import_killed_at_random_moments_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("CHATBOT_HOME", str(home))
    dice = random.Random(SEED)
    outcomes: Counter[str] = Counter()
    with subprocess.Popen(
        [sys.executable, str(WORKER)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdin is not None and worker.stdout is not None
        expected, span = "", 0.0
        for number in range(KILLS + 1):
            worker.stdin.write(f"{edition(tmp_path, number)}\n")
            worker.stdin.flush()
            child, begun = 0, False
            while not child or not begun:
                word = worker.stdout.readline().split()
                child = int(word[1]) if word[0] == "child" else child
                begun = begun or word[0] == "began"
            started = time.monotonic()
            if number:
                time.sleep(dice.uniform(0.0, span))  # the moment is what is tested
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            said = {}
            while (word := worker.stdout.readline().strip()) != "gone":
                said[word] = ""
            count, editions, files = stored_edition(home)
            done = f"edition-{number}.csv" in files
            assert done or "stored" not in said, "an import that was reported is lost"
            expected = str(number) if done else expected
            assert (count, editions) == ((ROWS, {expected}) if expected else (0, set()))
            told = run("faq", "imports")
            assert (f"The import of edition-{number}.csv" in told.err) == (not done), told.err
            outcomes["stored" if done else "nothing"] += 1
            # The next moment is looked for where both may happen, however busy the machine is.
            span = span * (0.75 if done else 1.33) if number else 2.5 * (time.monotonic() - started)
        worker.stdin.close()
        worker.wait(PATIENCE)
    print(f"{KILLS} kills: {dict(outcomes)}")
    assert min(outcomes["nothing"], outcomes["stored"]) > 1, "the moments were all on one side"
