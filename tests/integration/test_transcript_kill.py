"""An import of transcripts that is killed at any moment stored all or nothing, and the next start says which."""

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
CONVERSATIONS = 100
TURNS = 4
SEED = 6
WORKER = Path(__file__).parent / "transcript_kill_worker.py"


def edition(folder: Path, number: int) -> Path:
    """A file whose conversations and lines all carry its number."""
    file = folder / f"edition-{number}.csv"
    rows = (
        f"{number}-{n},{turn},{('customer', 'agent')[turn % 2]},line {turn} of edition {number}; call 07911 123456\n"
        for n in range(CONVERSATIONS)
        for turn in range(1, TURNS + 1)
    )
    file.write_text("conversation_id,turn,speaker,text\n" + "".join(rows), "utf-8")
    return file


def stored(home: Path) -> tuple[Counter[str], set[str]]:
    """Messages of each edition, and the files of the log. Raw SQL, so that nothing is hidden."""
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        ask = connection.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("PRAGMA foreign_key_check").fetchall() == []
        said = [text for (text,) in ask("SELECT text FROM message")]
        assert all("[phone]" in text for text in said)
        found = Counter(text.split(";")[0].split()[-1] for text in said)
        whole = ask("SELECT count(*) FROM message GROUP BY conversation_id").fetchall()
        assert set(whole) <= {(TURNS,)}, "a conversation is half stored"
        return found, {file for (file,) in ask("SELECT file FROM import")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the worker forks")
def test_transcripts_killed_at_random_moments_are_stored_whole_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
        span = 0.0
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
            told = set()
            while (word_ := worker.stdout.readline().strip()) != "gone":
                told.add(word_)
            found, files = stored(home)
            done = f"edition-{number}.csv" in files
            assert done or "stored" not in told, "an import that was reported is lost"
            assert found[str(number)] == (CONVERSATIONS * TURNS if done else 0)
            said = run("faq", "imports").err
            # Killed in its very first moment an import has not begun, and nothing is said.
            told_of = f"The import of edition-{number}.csv" in said
            assert not (done and told_of), said
            outcomes["stored" if done else "nothing, and said so" if told_of else "not begun"] += 1
            # The next moment is looked for where both may happen, however busy the machine is.
            span = span * (0.75 if done else 1.33) if number else 1.6 * (time.monotonic() - started)
        worker.stdin.close()
        worker.wait(PATIENCE)
    print(f"{KILLS} kills: {dict(outcomes)}")
    assert min(outcomes["stored"], outcomes["nothing, and said so"]) > 1, "the moments were all on one side"
