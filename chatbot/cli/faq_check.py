"""Commands that look before anything is changed: problems among the entries, search, preview of an import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.terminal.import_options import mapping_of
from chatbot.cli.terminal.output import JsonOption, print_json, print_table, progress_bar
from chatbot.cli.terminal.session import application, stores
from chatbot.dialogue.explanation import missing_phrasing
from chatbot.domain import Check, Duplicates, StoredHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.bootstrap.application import Application
    from chatbot.dialogue.explanation import Explanation
    from chatbot.domain import FaqEntry
    from chatbot.knowledge.change_preview import Outcome, Replay
    from chatbot.knowledge.consistency import Finding

_SHOWN = 50
LOGGED = 200
ANSWER_CHECKS = ("answer", "answer_unjudged", "answer_out_of_scope", "certain")


def faq_check(as_json: JsonOption = False) -> None:
    """Find near-duplicates, contradictions, and English and Chinese entries that state different facts."""
    from chatbot.bootstrap.encoders import build_encoder
    from chatbot.knowledge.consistency import check_entries

    with stores() as opened, progress_bar() as bar:
        found = check_entries(opened.knowledge.entries(), build_encoder(opened.settings).encode, progress=bar)
    if as_json:
        print_json([finding_as_json(finding) for finding in found])
        return
    rows = [
        (f.kind.value, f"{f.closeness:.2f}", f"{f.first.id}: {f.first.question}", f"{f.second.id}: {f.second.question}",
         ", ".join(f.first_only), ", ".join(f.second_only))
        for f in found[:_SHOWN]
    ]  # fmt: skip
    columns = ("kind", "close", "entry", "other entry", "only in the first", "only in the other")
    print_table(columns, rows, empty="No problem was found.")
    if len(found) > _SHOWN:
        print(f"... and {len(found) - _SHOWN} more; --json lists them all.")


def faq_replay(
    file: Annotated[Path, typer.Argument(help="An FAQ file to be imported.", show_default=False)],
    column: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=NAME", help="Name of a column in the file; repeatable.")
    ] = None,
    duplicates: Annotated[
        Duplicates,
        typer.Option(help="What the import would do with a question that is stored already with other content."),
    ] = Duplicates.UPDATE,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of logged questions to replay.")] = LOGGED,
    as_json: JsonOption = False,
) -> None:
    """Show which logged questions would be answered differently after importing a file; changes nothing."""
    from chatbot.importing.faq_csv import read_faq
    from chatbot.knowledge.change_preview import after_import

    with application(prepare=False) as running:
        new, _ = read_faq(file, file.name, max_mb=running.settings.max_import_mb, mapping=mapping_of(column or ()))
        future = after_import(running.stores.knowledge.entries(), new, duplicates)
        done = _replayed(running, future, limit)
    print_replay(done, as_json=as_json)


def replay_edit(changed: FaqEntry, *, as_json: bool) -> None:
    """Show which logged questions would get another answer from a changed entry. Raises InputError."""
    from chatbot.knowledge.change_preview import after_edit
    from chatbot.knowledge.entries import tidy

    with application(prepare=False) as running:
        done = _replayed(running, after_edit(running.stores.knowledge.entries(), tidy(changed)), LOGGED)
    print_replay(done, as_json=as_json)


def _replayed(running: Application, future: Sequence[FaqEntry], limit: int) -> Replay:
    from chatbot.knowledge.change_preview import replay

    with progress_bar() as bar:
        return replay(
            running.live(),
            running.stores.conversations,
            future,
            index_dir=running.settings.index_dir,
            limit=limit,
            progress=bar,
        )


def print_replay(done: Replay, *, as_json: bool) -> None:
    """The questions whose answer changes, side by side."""
    if as_json:
        changes = [
            {"text": c.text, "before": _outcome_as_json(c.before), "after": _outcome_as_json(c.after)}
            for c in done.changes
        ]
        print_json({"asked": done.asked, "changed": len(done.changes), "changes": changes})
        return
    if not done.asked:
        print("No customer has asked anything yet, so there is nothing to compare.")
        return
    print(f"{len(done.changes)} of {done.asked} logged questions would get another answer.")
    if done.changes:
        rows = [(c.text, _outcome_text(c.before), _outcome_text(c.after)) for c in done.changes[:_SHOWN]]
        print_table(("customer asked", "answer now", "answer then"), rows, empty="")
    if len(done.changes) > _SHOWN:
        print(f"... and {len(done.changes) - _SHOWN} more; --json lists them all.")


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    return {
        "kind": finding.kind.value,
        "closeness": round(finding.closeness, 4),
        "first": {"id": finding.first.id, "question": finding.first.question, "answer": finding.first.answer},
        "second": {"id": finding.second.id, "question": finding.second.question, "answer": finding.second.answer},
        "first_only": list(finding.first_only),
        "second_only": list(finding.second_only),
    }


def _outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    return {"route": outcome.route.value, "id": outcome.entry_id or None, "answer": outcome.answer or None}


def _outcome_text(outcome: Outcome) -> str:
    return f"{outcome.question}: {outcome.answer}" if outcome.entry_id else outcome.route.value


def faq_search(
    text: Annotated[str, typer.Argument(help="A customer's message.", show_default=False)], as_json: JsonOption = False
) -> None:
    """Show what the chat would find for a message, with scores and threshold; nothing is stored."""
    with application(prepare=True) as running:
        running.live()
        found = running.assistant.explain(text)
    if as_json:
        print_json(_search_as_json(text, found))
        return
    rows = [
        (
            rank,
            f"{h.score:.3f}",
            f"{h.dense:.2f} {h.lexical:.2f} {h.answer:.2f}\n"
            f"{h.dense_part:+.1f} {h.lexical_part:+.1f} {h.answer_part:+.1f}",
            h.entry.id,
            h.entry.question,
            h.phrasing,
        )
        for rank, h in enumerate(found.hits, 1)
    ]
    heads = ("rank", "score", "dense lexical answer,\nin nats", "id", "entry", "best phrasing")
    print_table(heads, rows, empty="No entries yet. Import some with: chatbot faq import FILE")
    needed = _threshold(found)
    limit = f"; an answer takes a score of {needed.needed:.3f}" if needed is not None else ""
    print(f"route {found.decision.route.value}, because {found.decision.reason.value}{limit}")
    missing = missing_phrasing(text, found.hits, found.decision.route)
    if missing is not None:
        print(
            f"If {missing.id!r} is the right entry, add this message to its variants: it then matches word for "
            "word. Export the entries with `chatbot faq export FILE`, add it, and import the file."
        )


def _search_as_json(text: str, found: Explanation) -> dict[str, Any]:
    needed, missing = _threshold(found), missing_phrasing(text, found.hits, found.decision.route)
    return {
        "query": text,
        "route": found.decision.route.value,
        "reason": found.decision.reason.value,
        "threshold": round(needed.needed, 4) if needed is not None else None,
        "hits": [
            {"rank": rank, "question": hit.entry.question, **StoredHit.of(hit).to_json()}
            for rank, hit in enumerate(found.hits, 1)
        ],
        "missing_phrasing": {"id": missing.id, "phrasing": text} if missing is not None else None,
    }


def _threshold(found: Explanation) -> Check | None:
    """What the best hit was compared with; None where nothing was found."""
    return next((check for check in found.decision.checks if check.name in ANSWER_CHECKS), None)
