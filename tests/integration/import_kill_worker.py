"""A process that imports one file of the FAQ after another until it is killed; see `test_import_kill.py`.

Each line on standard input, `NUMBER FILE`, starts a child, forked when everything is loaded already. The child prints
`began` with the first rows, then `stored` when the import has returned. When it is gone, the parent prints `gone`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import sqlalchemy  # noqa: F401  # imported before the fork

from chatbot.bootstrap import open_stores
from chatbot.faq_files import ImportOptions, import_file
from chatbot.settings import load_settings


def say(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def work(file: Path) -> None:
    stores = open_stores(load_settings())
    told: list[str] = []

    def watch(step: str, share: float) -> None:
        if not told:
            say("began")
        told.append(step)

    import_file(stores.knowledge_use(), file, file.name, ImportOptions(), actor="worker", watch=watch)
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
