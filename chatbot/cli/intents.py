"""Commands on knowledge: intents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_report, print_table, progress_bar, say
from chatbot.cli.terminal.result_file import write_file
from chatbot.cli.terminal.session import read_file, read_utterances, stores

ACTOR = "cli"
_SHOWN_SUSPECTS = 30
FileArgument = Annotated[Path, typer.Argument(help="A CSV file.", show_default=False)]
TargetArgument = Annotated[Path, typer.Argument(help="File to write; - is stdout.", show_default=False)]


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


def intents_export(file: TargetArgument) -> None:
    """Write all labelled utterances as CSV."""
    from chatbot.importing.examples_csv import export_examples

    with stores() as opened:
        examples = opened.knowledge.examples()
    write_file(file, export_examples(examples))
    say(f"{len(examples)} utterances written to {file}.")


def intents_lint(
    data: Annotated[
        list[Path] | None, typer.Option(help="CSV of labelled utterances (text,intent); repeatable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find wrong labels, overlapping intents, near-duplicates and too few examples, in files or in this home."""
    from chatbot.bootstrap.encoders import build_encoder
    from training.datasets.stored_examples import gather_examples
    from training.pipelines.lint import lint_examples

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
