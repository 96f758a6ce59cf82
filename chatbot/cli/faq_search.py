"""The command `faq search`: what the chat would find for a message, and what it would do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table
from chatbot.cli.terminal.session import application
from chatbot.dialogue.explanation import missing_phrasing
from chatbot.domain import Check, StoredHit

if TYPE_CHECKING:
    from chatbot.dialogue.explanation import Explanation

ANSWER_CHECKS = ("answer", "answer_unjudged", "answer_out_of_scope", "certain")


def faq_search(
    text: Annotated[str, typer.Argument(help="A customer's message.", show_default=False)], as_json: JsonOption = False
) -> None:
    """Show the entries that the chat would find for a message, on the very path of the chat; nothing is stored."""
    with application(prepare=True) as running:
        running.live()
        found = running.assistant.explain(text)
    if as_json:
        print_json(_as_json(text, found))
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


def _as_json(text: str, found: Explanation) -> dict[str, Any]:
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
