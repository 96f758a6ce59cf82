"""Commands on past conversations: preview who speaks, import without personal data.

Knows: options and how a preview is shown. Does not know: layouts, masking.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.faq import say_interrupted
from chatbot.cli.output import JsonOption, print_json, print_report, print_table, progress_bar, report_as_json, say
from chatbot.cli.session import read_file, stores
from chatbot.domain import Role
from chatbot.errors import InputError

if TYPE_CHECKING:
    from chatbot.domain import ImportReport
    from chatbot.importing.transcripts import TranscriptReading

ACTOR = "cli"
_SHOWN_TURNS = 10
app = typer.Typer(no_args_is_help=True)


@app.callback()
def transcripts() -> None:
    """Past conversations."""


@app.command("import")
def transcripts_import(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, JSON, JSONL, TXT or ZIP.", show_default=False)],
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=ROLE",
            help="Who a speaker is: customer, agent, bot or skip; * is all others.",
        ),
    ] = None,
    zone: Annotated[str, typer.Option(help="Zone of times without one, such as Asia/Shanghai or +08:00.")] = "UTC",
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=NAME", help="Which column of the file is which. May be given again."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show speakers; change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import past conversations, personal data masked: tables, exports of help desks, logs of messengers."""
    from chatbot.importing.speakers import chosen_roles
    from chatbot.importing.transcripts import TranscriptOptions, read_transcript_file

    with stores() as opened, progress_bar() as progress:
        say_interrupted(opened.knowledge.interrupted_imports())
        progress("Reading", 0.0)
        options = TranscriptOptions(chosen_roles(role or ()), zone, _pairs(map_ or ()))
        reading = read_transcript_file(read_file(file, opened.settings), file.name, options)
        report = opened.knowledge_use().import_transcripts(
            reading.turns, reading.report, actor=ACTOR, dry_run=dry_run, progress=progress
        )
    if as_json:
        print_json(_preview_as_json(reading, report) if dry_run else report_as_json(report))
        return
    print_report(report, as_json=False, undoable=False)
    rows = [(s.name, role_shown(s.role) or "?", s.turns, s.example) for s in reading.speakers[:_SHOWN_TURNS]]
    print_table(("speaker", "role", "lines", "example"), rows, empty="Nobody speaks in this file.")
    if any(not speaker.role for speaker in reading.speakers):
        say('Lines of speakers marked ? were not taken. Say who they are, such as: --role "NAME=agent"')
    if dry_run:
        say("Dry run: nothing was changed.")


def role_shown(role: str) -> str:
    """The role in the words of `--role`."""
    return "bot" if role == Role.ASSISTANT else role


def _preview_as_json(reading: TranscriptReading, report: ImportReport) -> dict[str, Any]:
    speakers = [
        {"name": s.name, "role": role_shown(s.role), "lines": s.turns, "example": s.example} for s in reading.speakers
    ]
    return {**report_as_json(report), "layout": reading.layout, "speakers": speakers}


def _pairs(given: list[str] | tuple[str, ...]) -> dict[str, str]:
    """`column=header` pairs.

    Raises:
        InputError: a pair has no `=`.
    """
    pairs: dict[str, str] = {}
    for pair in given:
        column, sign, name = pair.partition("=")
        if not sign or not name.strip():
            raise InputError(f"The mapping {pair!r} is not of the form column=NAME, such as text=Nachricht.")
        pairs[column.strip()] = name.strip()
    return pairs
