"""Power cuts: a process that imports and replies is killed at random moments, and nothing is ever half done."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatbot.bootstrap.application import build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import Role, Route
from chatbot.retrieval.fingerprint import digests_of, fingerprint_of
from chatbot.settings import load_settings
from support.paths import PYTHONPATH, ROOT, WORKERS
from support.servers.command_line import PATIENCE

KILLS = 50
SEED = 20
LIFE = 1.5
"""The longest life, measured in the time from the start of a child to its first reply."""
WORKER = WORKERS / "kill_worker.py"


@dataclass
class Promises:
    """What the killed processes had reported as done."""

    imported: list[int] = field(default_factory=list)
    replied: list[tuple[int, str]] = field(default_factory=list)

    def note(self, line: str) -> None:
        what, *values = line.split()
        if what == "imported":
            self.imported.append(int(values[0]))
        else:
            self.replied.append((int(values[0]), values[1]))


class Worker:
    """The parent process, which starts one child for each life."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, number: int) -> int:
        """Start a child; returns its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return int(self._line().removeprefix("started "))

    def kill(self, child: int, promises: Promises) -> None:
        """Kill the child and note what it had reported by then."""
        os.kill(child, signal.SIGKILL)
        while not (line := self._line()).startswith("gone"):
            promises.note(line)
        assert line == f"gone -{signal.SIGKILL.value}", "the child failed before it was killed"

    def first_reply(self, promises: Promises) -> None:
        """Wait for the first reply of the child."""
        while not promises.replied:
            promises.note(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the worker is gone"
        return line


@contextmanager
def worker() -> Iterator[Worker]:
    process = subprocess.Popen(
        [sys.executable, str(WORKER)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, "CHATBOT_THREADS": "1", "CHATBOT_READING": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Worker(process)
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait(PATIENCE)


def check_database(home: Path, promises: Promises) -> None:
    """Nothing is damaged, half done or lost. Raw SQL, so that nothing of the product hides anything."""
    with closing(sqlite3.connect(home / "chatbot.db")) as connection:
        ask = connection.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("PRAGMA foreign_key_check").fetchall() == []
        conversations: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for conversation, *message in ask("SELECT conversation_id, position, id, role FROM message ORDER BY position"):
            conversations[conversation].append(tuple(message))
        for conversation, messages in conversations.items():
            assert [position for position, _, _ in messages] == list(range(1, len(messages) + 1)), conversation
            roles = [role for _, _, role in messages]
            expected = [(Role.CUSTOMER.value, Role.ASSISTANT.value)[n % 2] for n in range(len(messages))]
            assert roles == expected, conversation
        for message, conversation in promises.replied:
            assert message in {id_ for _, id_, _ in conversations[conversation]}, "a reply that was given is lost"
        changed = dict(
            ask("SELECT import_id, count(*) FROM faq_change WHERE action = 'import' GROUP BY import_id").fetchall()
        )
        files = set()
        for number, file, raw in ask("SELECT id, file, counts FROM import WHERE kind = 'faq'"):
            counts = json.loads(raw)
            files.add(file)
            assert counts["read"] == sum(counts[name] for name in ("inserted", "updated", "skipped", "failed"))
            assert changed.get(number, 0) == counts["inserted"] + counts["updated"]
        assert {f"{edition}.csv" for edition in promises.imported} <= files, "an import that was reported is lost"
        assert len(editions_of(connection)) <= 1, "entries of several imports are mixed"


def editions_of(connection: sqlite3.Connection) -> set[str]:
    """The marks in answers, phrasings and tags of the entries that the worker imports."""
    own = "SELECT id FROM faq_entry WHERE answer LIKE 'All about%'"
    columns = (
        f"SELECT answer FROM faq_entry WHERE id IN ({own})",
        f"SELECT text FROM faq_phrasing WHERE entry_id IN ({own})",
        f"SELECT tags FROM faq_entry WHERE id IN ({own})",
    )
    texts = [text for column in columns for (text,) in connection.execute(column)]
    return {mark for text in texts for mark in re.findall(r"\d+", text)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the worker forks")
def test_killed_processes_leave_nothing_half_done(shop: Path) -> None:
    dice = random.Random(SEED)
    promises = Promises()
    with worker() as working:
        started = time.monotonic()
        child = working.start(0)
        working.first_reply(promises)
        longest = LIFE * (time.monotonic() - started)
        for number in range(1, KILLS + 1):
            working.kill(child, promises)
            check_database(shop, promises)
            if number < KILLS:
                child = working.start(number)
                time.sleep(dice.uniform(0.0, longest))  # the moment is what is tested
    half = sum(
        1 for found in (shop / "index").iterdir() if found.name != "vectors" and not (found / "manifest.json").is_file()
    )
    print(f"{KILLS} kills: {len(promises.imported)} imports and {len(promises.replied)} replies had been reported")
    print(f"{half} unfinished index directories stayed behind")
    assert len(promises.imported) > 1, "no other life was long enough for an import"
    stores = open_stores(load_settings(reading=False))
    try:
        running = build_application(stores)
        entries = stores.knowledge.entries()
        index = running.live().retriever
        assert index is not None
        assert (index.size, index.fingerprint) == (
            len(entries),
            fingerprint_of(digests_of(entries), running.live().encoder.id),
        )
        assert (shop / "index" / index.fingerprint / "manifest.json").is_file()
        conversation = running.assistant.start("visitor", "en")
        for entry in entries[-3:]:
            reply = running.assistant.reply(conversation, entry.question)
            assert (reply.text, reply.route) == (entry.answer, Route.FAQ)
    finally:
        stores.close()
