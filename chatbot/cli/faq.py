"""Commands on FAQ files: import, export, the log of imports, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chatbot.cli.terminal.import_options import cancellable, mapping_of, print_imports, say_interrupted
from chatbot.cli.terminal.output import JsonOption, print_json, print_report, progress_bar, say
from chatbot.cli.terminal.result_file import write_file
from chatbot.cli.terminal.session import stores
from chatbot.domain import Duplicates, UndoReport

ACTOR = "cli"
_SHOWN_CONFLICTS = 20
TargetArgument = Annotated[Path, typer.Argument(help="File to write; - is stdout.", show_default=False)]


def faq_import(
    file: Annotated[Path, typer.Argument(help="A CSV, TSV, XLSX or JSONL file, or a ZIP of them.", show_default=False)],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would happen, without changing anything.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=NAME", help="Name of a column in the file, for example question=Frage; repeatable."
        ),
    ] = None,
    duplicates: Annotated[
        Duplicates, typer.Option(help="What to do with a question that is stored already with other content.")
    ] = Duplicates.UPDATE,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import nothing if any row is rejected.")
    ] = False,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the file, if the detected one is wrong.")] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Write rejected rows to this file, to be corrected and imported again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Import questions and answers (columns question,answer[,variants,intent,lang,tags,id])."""
    from chatbot.knowledge.faq_files import ImportOptions, import_file

    with stores() as opened:
        say_interrupted(opened.knowledge.interrupted_imports())
        options = ImportOptions(
            mapping=mapping_of(column or ()),
            encoding=encoding,
            duplicates=duplicates,
            all_or_nothing=all_or_nothing,
            dry_run=dry_run,
            max_mb=opened.settings.max_import_mb,
            rejects_dir=opened.settings.imports_dir,
        )
        with progress_bar() as bar, cancellable(bar, "chatbot faq imports") as watch:
            done = import_file(opened.knowledge_use(), file, file.name, options, actor=ACTOR, watch=watch)
    print_report(done.report, as_json=as_json)
    if rejects is not None:
        write_file(rejects, done.rejects)
        say(f"The rows that were not taken are in {rejects}: mend them and import that file.")
    elif done.rejects and not as_json and done.report.import_id:
        say(f"The rows that were not taken as a file: chatbot faq rejects {done.report.import_id} FILE")
    elif done.rejects and not as_json:
        say("To get the rows that would not be taken as a file, repeat with --rejects FILE.")
    if dry_run and not as_json:
        say("Dry run: nothing was changed.")


def faq_export(
    file: TargetArgument,
    kind: Annotated[
        str | None,
        typer.Option("--format", help="csv, xlsx or jsonl; default: by the name of the file.", show_default=False),
    ] = None,
) -> None:
    """Write all enabled entries as CSV, XLSX or JSONL; `faq import` reads the file back unchanged."""
    from chatbot.importing.faq_export import export_faq, kind_of

    with stores() as opened:
        entries = opened.knowledge.entries()
    write_file(file, export_faq(entries, kind or kind_of(file.name)))
    say(f"{len(entries)} entries written to {file}.")


def faq_imports(
    limit: Annotated[int, typer.Option(min=1, help="Maximum number to show.")] = 50, as_json: JsonOption = False
) -> None:
    """List the imports and their results, newest first."""
    with stores() as opened:
        interrupted = opened.knowledge.interrupted_imports()
        found = opened.knowledge.imports(limit=limit)
    print_imports(found, as_json=as_json, empty="Nothing was imported yet. Begin with: chatbot faq import FILE")
    say_interrupted(interrupted)


def faq_rejects(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="Id of the import.")], file: TargetArgument
) -> None:
    """Write the rows an import rejected, to be corrected and imported again; the last 30 such imports are kept."""
    from chatbot.knowledge.rejected_rows import RejectedRows

    with stores() as opened:
        rows = RejectedRows(opened.settings.imports_dir).rows(import_id)
    write_file(file, rows)
    if str(file) != "-":
        say(f"The rows that were not taken are in {file}: mend them and import that file.")


def faq_undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="Id of the import.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also restore entries that were changed after the import.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Undo an import. Entries that were changed since are kept and listed."""
    with stores() as opened:
        done = opened.knowledge_use().undo_import(import_id, actor=ACTOR, overwrite=overwrite)
    if as_json:
        print_json(undo_as_json(done))
        return
    print(f"Import {import_id} undone: {done.put_back} entries put back.")
    if done.conflicts:
        print(f"{len(done.conflicts)} entries were changed after the import and stay as they are:")
    for conflict in done.conflicts[:_SHOWN_CONFLICTS]:
        who = f" by {conflict.actor}" if conflict.actor else ""
        print(f"  {conflict.entry_id}: {conflict.question} ({conflict.action}{who}, {conflict.at:%Y-%m-%d %H:%M} UTC)")
    if len(done.conflicts) > _SHOWN_CONFLICTS:
        print(f"  ... and {len(done.conflicts) - _SHOWN_CONFLICTS} more; --json lists them all.")


def undo_as_json(done: UndoReport) -> dict[str, object]:
    """An undo as JSON has it."""
    return {
        "import_id": done.import_id,
        "put_back": done.put_back,
        "conflicts": [
            {"id": c.entry_id, "question": c.question, "at": c.at.isoformat(), "actor": c.actor, "action": c.action}
            for c in done.conflicts
        ],
    }
