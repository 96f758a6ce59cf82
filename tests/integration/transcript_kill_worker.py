"""A process that imports one file of transcripts after another until it is killed; see `test_transcript_kill.py`.

Each line on standard input names a file and starts a child, forked when everything is loaded already. The child prints
`began` when the file is read, then `stored` when the import has returned. When it is gone, the parent prints `gone`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import sqlalchemy  # noqa: F401  # imported before the fork

from chatbot.bootstrap import open_stores
from chatbot.importing.transcripts import read_transcripts
from chatbot.settings import load_settings


def say(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def work(file: Path) -> None:
    stores = open_stores(load_settings())
    turns, report = read_transcripts(file, file.name)
    say("began")
    stores.knowledge_use().import_transcripts(turns, report, actor="worker")
    say("stored")
    stores.close()
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(Path(line.strip()))
        say(f"child {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main()
