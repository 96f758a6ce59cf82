"""A process that imports one file after another, entries or transcripts, until it is killed; see `import_killing.py`.

Each file named on standard input starts a child, forked after everything is loaded. The child prints `began` when its
import has begun, then `stored` when the import has returned. When it has ended, the parent prints `gone`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import sqlalchemy  # noqa: F401  # imported before the fork

from chatbot.bootstrap.stores import open_stores
from chatbot.importing.transcripts.reading import read_transcripts
from chatbot.knowledge.faq_files import ImportOptions, import_file
from chatbot.settings import load_settings
from support.workers.import_killing import BEGAN, STORED, lives, say


def import_entries(file: Path) -> None:
    stores = open_stores(load_settings())
    told: list[str] = []

    def watch(step: str, share: float) -> None:
        if not told:
            say(BEGAN)
        told.append(step)

    import_file(stores.knowledge_use(), file, file.name, ImportOptions(), actor="worker", watch=watch)
    say(STORED)
    stores.close()


def import_transcripts(file: Path) -> None:
    stores = open_stores(load_settings())
    turns, report = read_transcripts(file, file.name)
    say(BEGAN)
    stores.knowledge_use().import_transcripts(turns, report, actor="worker")
    say(STORED)
    stores.close()


if __name__ == "__main__":
    lives({"entries": import_entries, "transcripts": import_transcripts}[sys.argv[1]])
