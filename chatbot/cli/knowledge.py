"""Commands on knowledge: faq, intents, transcripts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from chatbot.cli.output import JsonOption, print_json, print_report, print_table, progress_bar, say
from chatbot.cli.session import read_file, read_utterances, stores
from chatbot.errors import StorageError

ACTOR = "cli"
_SHOWN_SUSPECTS = 30
FileArgument = Annotated[Path, typer.Argument(help="A CSV file.", show_default=False)]
TargetArgument = Annotated[Path, typer.Argument(help="File to write; - is stdout.", show_default=False)]

faq = typer.Typer(no_args_is_help=True)
intents = typer.Typer(no_args_is_help=True)
transcripts = typer.Typer(no_args_is_help=True)


@faq.command("import")
def faq_import(
    file: FileArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would happen; change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import questions and answers (columns question,answer[,variants,intent,lang,tags,id])."""
    from chatbot.importing.faq_csv import read_faq

    with stores() as opened:
        entries, skeleton = read_faq(read_file(file, opened.settings), file.name)
        report = opened.knowledge_use().import_faq(entries, skeleton, dry_run=dry_run, actor=ACTOR)
    print_report(report, as_json=as_json)
    if dry_run and not as_json:
        say("Dry run: nothing was changed.")


@faq.command("export")
def faq_export(file: TargetArgument) -> None:
    """Write all entries as CSV that Excel opens and `faq import` takes back unchanged."""
    from chatbot.importing.faq_csv import export_faq

    with stores() as opened:
        entries = opened.knowledge.entries()
    write_file(file, export_faq(entries))
    say(f"{len(entries)} entries written to {file}.")


@faq.command("list")
def faq_list(as_json: JsonOption = False) -> None:
    """List all entries."""
    with stores() as opened:
        entries = opened.knowledge.entries()
    if as_json:
        print_json(
            [
                {
                    "id": e.id,
                    "question": e.question,
                    "answer": e.answer,
                    "variants": list(e.variants),
                    "intent": e.intent,
                    "lang": e.lang,
                    "tags": list(e.tags),
                }
                for e in entries
            ]
        )
        return
    rows = [(e.id, e.lang, e.intent or "", len(e.phrasings), e.question) for e in entries]
    print_table(
        ("id", "lang", "intent", "phrasings", "question"),
        rows,
        empty="No entries yet. Import some with: chatbot faq import FILE",
    )


@faq.command("undo")
def faq_undo(import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="Id of the import.")]) -> None:
    """Put the entries back as they were before an import."""
    with stores() as opened:
        changed = opened.knowledge_use().undo_import(import_id, actor=ACTOR)
    print(f"Import {import_id} undone: {changed} entries put back.")


@intents.command("import")
def intents_import(file: FileArgument, as_json: JsonOption = False) -> None:
    """Import labelled utterances (columns text,intent[,lang]) or intents (columns intent,route,description)."""
    from chatbot.importing.examples_csv import is_intent_list, read_examples, read_intents

    with stores() as opened:
        raw = read_file(file, opened.settings)
        if is_intent_list(raw, file.name):
            definitions, report = read_intents(raw, file.name)
            opened.knowledge.apply_intents(definitions)
        else:
            examples, skeleton = read_examples(raw, file.name)
            report = opened.knowledge_use().import_examples(examples, skeleton, actor=ACTOR)
    print_report(report, as_json=as_json)


@intents.command("export")
def intents_export(file: TargetArgument) -> None:
    """Write all labelled utterances as CSV."""
    from chatbot.importing.examples_csv import export_examples

    with stores() as opened:
        examples = opened.knowledge.examples()
    write_file(file, export_examples(examples))
    say(f"{len(examples)} utterances written to {file}.")


@intents.command("lint")
def intents_lint(
    data: Annotated[
        list[Path] | None, typer.Option(help="CSV of labelled utterances (text,intent); may be given again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look for wrong labels, overlapping intents and too few examples, in files or in what is stored here."""
    from chatbot.encoders import build_encoder
    from training.examples import gather_examples
    from training.lint_job import lint_examples

    with stores() as opened:
        examples = read_utterances(data, opened.settings) if data else gather_examples(opened.knowledge)
        if not examples:
            result = None
        else:
            with progress_bar() as progress:
                result = lint_examples(examples, build_encoder(opened.settings).encode, progress=progress)
    if as_json:
        print_json(result.as_json() if result else {"n": 0, "findings": [], "suspects": []})
        return
    if result is None:
        print("There are no labelled utterances to check. Import some with: chatbot intents import FILE")
        return
    print(f"{result.n} distinct utterances checked.")
    for finding in result.findings:
        print(f"- {finding.sentence}")
        for text in finding.texts:
            print(f"    {text}")
    if not result.findings:
        print("No problem of the data was found.")
    rows = [(s.text, s.label, s.suggested, f"{s.quality:.2f}") for s in result.suspects[:_SHOWN_SUSPECTS]]
    print_table(("suspect", "label", "suggested", "quality"), rows, empty="No label is doubted.")
    if len(result.suspects) > _SHOWN_SUSPECTS:
        say(f"... and {len(result.suspects) - _SHOWN_SUSPECTS} more; --json lists them all.")


@transcripts.command("import")
def transcripts_import(file: FileArgument, as_json: JsonOption = False) -> None:
    """Import past conversations (columns conversation_id,turn,speaker,text[,timestamp])."""
    from chatbot.importing.transcripts_csv import read_transcripts

    with stores() as opened:
        turns, skeleton = read_transcripts(read_file(file, opened.settings), file.name)
        report = opened.knowledge_use().import_transcripts(turns, skeleton, actor=ACTOR)
    print_report(report, as_json=as_json)


def write_file(path: Path, content: bytes) -> None:
    """Write a result file whole or not at all; `-` is stdout.

    Raises:
        StorageError: the file cannot be written.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        return
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
