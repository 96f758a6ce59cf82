"""An import that is killed at any moment stored all or nothing, and the next start says which."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Set
from contextlib import closing
from pathlib import Path

import pytest

from support.servers.command_line import run
from support.workers.import_killing import STORED, kill_imports

ROWS = 2_000
CONVERSATIONS = 100
TURNS = 4

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the worker forks")


def faq_edition(folder: Path, number: int) -> Path:
    """A file whose rows all carry its number, for the same questions as every other edition."""
    file = folder / f"edition-{number}.csv"
    rows = (f"question {n}?,edition {number},variant {n} of {number}\n" for n in range(ROWS))
    file.write_text("question,answer,variants\n" + "".join(rows), "utf-8")
    return file


def stored_entries(home: Path) -> tuple[int, set[str], list[str]]:
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


def test_an_import_killed_at_random_moments_is_all_or_nothing(home: Path, tmp_path: Path) -> None:
    newest = [""]

    def judge(number: int, said: Set[str]) -> tuple[bool, str]:
        count, editions, files = stored_entries(home)
        done = f"edition-{number}.csv" in files
        assert done or STORED not in said, "an import that was reported is lost"
        newest[0] = str(number) if done else newest[0]
        assert (count, editions) == ((ROWS, {newest[0]}) if newest[0] else (0, set()))
        told = run("faq", "imports")
        assert (f"The import of edition-{number}.csv" in told.err) == (not done), told.err
        return done, "stored" if done else "nothing"

    outcomes = kill_imports("entries", lambda number: faq_edition(tmp_path, number), judge, stretch=2.5)
    assert min(outcomes["nothing"], outcomes["stored"]) > 1, "the moments were all on one side"


def transcript_edition(folder: Path, number: int) -> Path:
    """A file whose conversations and lines all carry its number."""
    file = folder / f"edition-{number}.csv"
    rows = (
        f"{number}-{n},{turn},{('customer', 'agent')[turn % 2]},line {turn} of edition {number}; call 07911 123456\n"
        for n in range(CONVERSATIONS)
        for turn in range(1, TURNS + 1)
    )
    file.write_text("conversation_id,turn,speaker,text\n" + "".join(rows), "utf-8")
    return file


def stored_messages(home: Path) -> tuple[Counter[str], set[str]]:
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


def test_transcripts_killed_at_random_moments_are_stored_whole_or_not(home: Path, tmp_path: Path) -> None:
    def judge(number: int, said: Set[str]) -> tuple[bool, str]:
        found, files = stored_messages(home)
        done = f"edition-{number}.csv" in files
        assert done or STORED not in said, "an import that was reported is lost"
        assert found[str(number)] == (CONVERSATIONS * TURNS if done else 0)
        told = run("faq", "imports").err
        # Killed in its very first moment an import has not begun, and nothing is said.
        told_of = f"The import of edition-{number}.csv" in told
        assert not (done and told_of), told
        return done, "stored" if done else "nothing, and said so" if told_of else "not begun"

    outcomes = kill_imports("transcripts", lambda number: transcript_edition(tmp_path, number), judge, stretch=1.6)
    assert min(outcomes["stored"], outcomes["nothing, and said so"]) > 1, "the moments were all on one side"
