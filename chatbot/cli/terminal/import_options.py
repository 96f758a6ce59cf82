"""What the commands on imports share: which column is which, the log of imports, what was interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from chatbot.cli.terminal.output import print_json, print_table, say
from chatbot.domain import ImportRecord, InterruptedImport
from chatbot.errors import CancelledError, InputError
from chatbot.knowledge.faq_files import cancelled
from chatbot.types import Progress

_COUNTS = ("read", "inserted", "updated", "skipped", "failed")
_COLUMNS = ("id", "at (UTC)", "kind", "file", "encoding", "read", "new", "changed", "same", "failed", "undone")


def mapping_of(given: Sequence[str]) -> dict[str, str]:
    """COLUMN=NAME pairs as a dict. Raises InputError."""
    found = {}
    for pair in given:
        name, separator, header = pair.partition("=")
        if not separator or not name.strip() or not header.strip():
            raise InputError(f"--map {pair!r} is not of the form COLUMN=NAME, such as question=Frage.")
        found[name.strip().casefold()] = header.strip()
    return found


@contextmanager
def cancellable(bar: Progress, log: str) -> Iterator[Progress]:
    """What is told the steps of an import; Ctrl-C becomes a sentence that is true. `log` is the command that lists.

    Raises:
        CancelledError: Ctrl-C was pressed.
    """
    last = [""]

    def report(step: str, share: float) -> None:
        last[0] = step
        bar(step, share)

    try:
        yield report
    except KeyboardInterrupt:
        if last[0] in ("store", "index", "done"):
            raise CancelledError(f"Too late to cancel: the import may be stored. Look with: {log}") from None
        raise cancelled() from None


def print_imports(found: Sequence[ImportRecord], *, as_json: bool, empty: str) -> None:
    """The log of imports, the newest first."""
    if as_json:
        print_json(
            [
                {
                    "id": i.id,
                    "kind": i.kind,
                    "file": i.file,
                    "encoding": i.encoding,
                    "counts": dict(i.counts),
                    "at": i.created_at.isoformat(),
                    "undone_at": i.undone_at.isoformat() if i.undone_at else None,
                }
                for i in found
            ]
        )
        return
    rows = [
        (
            i.id,
            f"{i.created_at:%Y-%m-%d %H:%M}",
            i.kind,
            i.file,
            i.encoding,
            *(i.counts.get(name, "") for name in _COUNTS),
            f"{i.undone_at:%Y-%m-%d %H:%M}" if i.undone_at else "",
        )
        for i in found
    ]
    print_table(_COLUMNS, rows, empty=empty)


def say_interrupted(found: Sequence[InterruptedImport]) -> None:
    """Imports whose process was killed."""
    for interrupted in found:
        say(
            f"The import of {interrupted.file} that began {interrupted.started_at:%Y-%m-%d %H:%M} UTC was interrupted;"
            " nothing of it was stored. Import the file again."
        )
