"""A process that imports FAQ editions and answers questions until it is killed, again and again.

Each line on standard input starts a child, forked after all imports, so that starting is cheap. The child prints
`started PID`, `imported EDITION` and `replied MESSAGE CONVERSATION` as it goes; when it has ended, the parent prints
`gone CODE`.
"""

from __future__ import annotations

import os
import random
import sys

import faiss  # noqa: F401  # imported before the fork
import onnxruntime  # noqa: F401
import tokenizers  # noqa: F401

from chatbot.bootstrap.application import build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import FaqEntry, ImportReport
from chatbot.retrieval.build import build_retriever  # noqa: F401
from chatbot.settings import load_settings

SUBJECTS = ("delivery", "returns", "refunds", "gift cards", "opening hours", "invoices")
MESSAGES_BETWEEN_IMPORTS = 4


def edition(number: int) -> list[FaqEntry]:
    """The whole FAQ, with the mark of one edition in all stored text of every entry."""
    return [
        FaqEntry(
            subject.replace(" ", "-"),
            f"What about {subject}?",
            f"All about {subject}, edition {number}.",
            (f"Tell me about {subject} as of {number}", f"{subject} {number}"),
            tags=(f"{number}",),
        )
        for subject in SUBJECTS
    ]


def work(seed: int) -> None:
    """Import and reply in a loop; never returns."""
    dice = random.Random(seed)  # no secret
    running = build_application(open_stores(load_settings()))
    visitor = f"visitor-{seed}"
    while True:
        number = dice.randrange(1_000_000)
        entries = edition(number)
        report = ImportReport(f"{number}.csv", "utf-8", len(entries), 0, 0, 0, 0)
        running.knowledge.import_faq(entries, report, dry_run=False, actor="worker")
        say(f"imported {number}")
        conversation = running.assistant.start(visitor, "en")
        for _ in range(MESSAGES_BETWEEN_IMPORTS):
            reply = running.assistant.reply(conversation, f"What about {dice.choice(SUBJECTS)}?")
            say(f"replied {reply.message_id} {conversation.id}")


def say(line: str) -> None:
    """Print a line atomically, unbuffered."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def main() -> None:
    """Start one child after another."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            say(f"started {os.getpid()}")
            work(int(line))
        _, status = os.waitpid(child, 0)
        say(f"gone {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
