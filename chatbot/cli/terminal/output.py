"""How the command line shows results: one JSON document, or tables; progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from chatbot.domain import ImportReport
from chatbot.errors import TrainingError
from chatbot.types import Progress

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_SHOWN_PROBLEMS = 20
_COPIED = ("id", "version")
"""Columns that stand whole on one line, however narrow the terminal: they are what other commands take."""


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str) -> None:
    """A table on stdout, or what to do when there is nothing to show."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        print(empty)
        return
    table = Table(header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in _COPIED)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console().print(table)


def say(text: str) -> None:
    """A message for the person at the terminal, on stderr."""
    typer.echo(text, err=True)


def report_as_json(report: ImportReport) -> dict[str, Any]:
    """The import report with the keys of the contract."""
    return {
        "import_id": report.import_id,
        "file": report.file,
        "encoding": report.encoding,
        "read": report.read,
        "inserted": report.inserted,
        "updated": report.updated,
        "skipped": report.skipped,
        "failed": report.failed,
        "problems": [{"row": p.row, "column": p.column, "reason": p.reason} for p in report.problems],
    }


def print_report(report: ImportReport, *, as_json: bool, undoable: bool = True) -> None:
    """An import report: counts first, then the rows that were not taken."""
    if as_json:
        print_json(report_as_json(report))
        return
    print(
        f"{report.file} ({report.encoding}): {report.read} rows read = {report.inserted} inserted + {report.updated} "
        f"updated + {report.skipped} skipped + {report.failed} failed."
    )
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        where = f"row {problem.row}, {problem.column}: " if problem.row else ""  # else it concerns the file
        print(f"  {where}{problem.reason}")
    if len(report.problems) > _SHOWN_PROBLEMS:
        print(f"  ... and {len(report.problems) - _SHOWN_PROBLEMS} more; --json lists them all.")
    if report.import_id and undoable:
        say(f"Undo with: chatbot faq undo {report.import_id}")


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends a training with a sentence instead of a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise TrainingError(
            "Training was stopped. The live model is unchanged; the same command goes on with fine-tuning where it was."
        ) from None


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on stderr; call the yielded function with the current step and the share done, 0 to 1."""
    bar = LateBar()
    bar("Starting", 0.0)
    try:
        yield bar
    finally:
        bar.close()


def indexing_bar() -> Progress:
    """Shows steps of a long indexing, if there is one; a finished step stays as a line."""
    bar = LateBar()

    def tell(step: str, share: float) -> None:
        if share < 1.0:
            bar(step, share)
            return
        bar.close()
        say(f"{step}.")

    return tell


class LateBar:
    """A bar on stderr that appears when it is first told of a step."""

    def __init__(self) -> None:
        self._shown: Any = None

    def __call__(self, step: str, share: float) -> None:
        """Show a step and the share of it that is done, 0 to 1."""
        from ui.wording.words import Words

        if self._shown is None:
            self._shown = _drawn()
        named = Words("en").named("step", step)
        self._shown.update(self._shown.task_ids[0], description=named, completed=min(max(share, 0.0), 1.0))

    def close(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


def _drawn() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("", total=1.0)
    bar.start()
    return bar
