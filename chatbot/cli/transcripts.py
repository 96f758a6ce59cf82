"""Commands on past conversations: preview who speaks, import without personal data, the log of imports, undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.terminal.import_options import cancellable, mapping_of, print_imports, say_interrupted
from chatbot.cli.terminal.output import (
    JsonOption,
    print_json,
    print_report,
    print_table,
    progress_bar,
    report_as_json,
    say,
)
from chatbot.cli.terminal.session import stores
from chatbot.domain import Role, TranscriptUndo

if TYPE_CHECKING:
    from chatbot.knowledge.transcript_files import Transcripts

ACTOR = "cli"
_SHOWN_SPEAKERS = 10
_SHOWN_KEPT = 20


def transcripts_import(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, JSON, JSONL, TXT or ZIP.", show_default=False)],
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=ROLE",
            help="Role of a speaker: customer, agent, bot or skip; * means everybody else; repeatable.",
        ),
    ] = None,
    zone: Annotated[
        str, typer.Option(help="Time zone of times that have none, such as Asia/Shanghai or +08:00.")
    ] = "UTC",
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=NAME", help="Name of a column in the file, for example text=Was; repeatable."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the speakers and their roles, without importing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import past conversations, masking personal data: tables, help desk exports, messenger logs."""
    from chatbot.importing.transcripts.speakers import chosen_roles
    from chatbot.knowledge.transcript_files import TranscriptOptions, import_transcripts

    with stores() as opened:
        say_interrupted(opened.knowledge.interrupted_imports())
        limit = opened.settings.max_import_mb
        options = TranscriptOptions(chosen_roles(role or ()), zone, mapping_of(map_ or ()), limit)
        use = opened.knowledge_use()
        with progress_bar() as bar, cancellable(bar, "chatbot transcripts imports") as watch:
            done = import_transcripts(use, file, file.name, options, actor=ACTOR, dry_run=dry_run, watch=watch)
    if as_json:
        print_json(_preview_as_json(done) if dry_run else report_as_json(done.report))
        return
    print_report(done.report, as_json=False, undoable=False)
    if done.found:
        say("Columns: " + ", ".join(f"{name} = {header}" for name, header in done.found.items()))
    rows = [(s.name, role_shown(s.role) or "?", s.turns, s.example) for s in done.speakers[:_SHOWN_SPEAKERS]]
    print_table(("speaker", "role", "lines", "example"), rows, empty="Nobody speaks in this file.")
    if done.report.import_id and done.report.inserted:
        say(f"Undo with: chatbot transcripts undo {done.report.import_id}")
    if any(not speaker.role for speaker in done.speakers):
        say('Lines of speakers marked ? were not taken. Say who they are, such as: --role "NAME=agent"')
    if dry_run:
        say("Dry run: nothing was changed.")


def role_shown(role: str) -> str:
    """The role in the words of `--role`."""
    return "bot" if role == Role.ASSISTANT else role


def _preview_as_json(done: Transcripts) -> dict[str, Any]:
    speakers = [
        {"name": s.name, "role": role_shown(s.role), "lines": s.turns, "example": s.example} for s in done.speakers
    ]
    found = dict(done.found)
    return {**report_as_json(done.report), "layout": done.layout, "columns": found, "speakers": speakers}


def transcripts_imports(
    limit: Annotated[int, typer.Option(min=1, help="Maximum number to show.")] = 50, as_json: JsonOption = False
) -> None:
    """List the imports of past conversations and their results, newest first."""
    with stores() as opened:
        interrupted = opened.knowledge.interrupted_imports()
        found = opened.knowledge.imports(kind="transcripts", limit=limit)
    print_imports(found, as_json=as_json, empty="Nothing was imported yet. Begin with: chatbot transcripts import FILE")
    say_interrupted(interrupted)


def transcripts_undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="Id of the import.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be removed, without changing anything.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Undo an import of past conversations. Conversations continued since, and drafts, are kept and listed."""
    with stores() as opened:
        done = opened.knowledge_use().undo_transcripts(import_id, actor=ACTOR, dry_run=dry_run)
    if as_json:
        print_json(undo_as_json(done))
        return
    said = "would be removed" if dry_run else "removed"
    labels = f" with {done.labels} labels" if done.labels else ""
    print(f"Import {import_id}: {done.messages} messages{labels} {said}, {done.conversations} conversations whole.")
    if done.kept:
        print(f"{len(done.kept)} conversations went on in later imports and stay; undo those first:")
        for kept in done.kept[:_SHOWN_KEPT]:
            print(f"  {kept.number} (import {kept.continued_by})")
        if len(done.kept) > _SHOWN_KEPT:
            print(f"  ... and {len(done.kept) - _SHOWN_KEPT} more; --json lists them all.")
    if done.drafts:
        print(f"{len(done.drafts)} drafts came of these conversations and stay:")
        for draft in done.drafts[:_SHOWN_KEPT]:
            print(f"  {draft.id} ({draft.status}): {draft.question}")


def undo_as_json(done: TranscriptUndo) -> dict[str, Any]:
    """An undo as JSON has it."""
    return {
        "import_id": done.import_id,
        "conversations": done.conversations,
        "messages": done.messages,
        "labels": done.labels,
        "kept": [{"conversation_id": kept.number, "continued_by": kept.continued_by} for kept in done.kept],
        "drafts": [{"id": draft.id, "question": draft.question, "status": draft.status} for draft in done.drafts],
    }
