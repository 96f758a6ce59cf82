"""Commands on drafts: propose entries from past conversations, read, change, accept, reject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from chatbot.domain.drafts import Draft, DraftKind, DraftStatus
from chatbot.knowledge.drafts import Drafts

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores

ACTOR = "cli"
DraftArgument = Annotated[int, typer.Argument(metavar="DRAFT", help="Number of the draft.", show_default=False)]


def drafts_mine(
    min_conversations: Annotated[
        int,
        typer.Option("--min", min=2, help="Minimum number of conversations that ask a question before it is proposed."),
    ] = 3,
    as_json: JsonOption = False,
) -> None:
    """Propose FAQ entries and utterances from conversations that agents answered; nothing goes live by itself."""
    from training.pipelines.mining import mine_conversations

    with stores() as opened, progress_bar() as progress:
        mined = mine_conversations(opened, min_conversations=min_conversations, progress=progress)
    counts = mined.as_json()
    if as_json:
        print_json(counts)
        return
    print(
        f"{counts['questions']} answered questions in {counts['groups']} groups of at least {min_conversations} "
        f"conversations: {counts['drafts']} drafts. {counts['known']} groups are answered by the FAQ already, "
        f"{counts['decided']} were decided about, {counts['unanswered']} have no answer in which people agree."
    )
    if mined.drafts:
        say("Read them with: chatbot drafts list")


def drafts_list(
    status: Annotated[DraftStatus, typer.Option(help="Which drafts.")] = DraftStatus.OPEN,
    kind: Annotated[DraftKind | None, typer.Option(help="Only FAQ entries, or only utterances.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List drafts, the most frequently asked first."""
    with stores() as opened:
        found = opened.drafts.drafts(status=status, kind=kind)
    if as_json:
        print_json([draft_as_json(draft) for draft in found])
        return
    rows = [
        (
            d.id,
            d.kind.value,
            d.evidence.conversations,
            f"{d.evidence.agreement:.2f}",
            d.question,
            d.answer or d.intent or "",
        )
        for d in found
    ]
    columns = ("draft", "kind", "conversations", "agreement", "question", "answer or intent")
    print_table(columns, rows, empty="No drafts. Propose some from past conversations with: chatbot drafts mine")


def drafts_show(draft: DraftArgument, as_json: JsonOption = False) -> None:
    """Show one draft with its phrasings and the conversations behind it."""
    with stores() as opened:
        found = opened.drafts.draft(draft)
    if as_json:
        print_json(draft_as_json(found))
        return
    seen = found.evidence
    print(f"Draft {found.id} ({found.kind.value}, {found.lang}, {found.status.value})")
    print(f"question: {found.question}")
    if found.kind is DraftKind.FAQ:
        print(f"answer:   {found.answer}")
    print(f"intent:   {found.intent or '-'}")
    for variant in found.variants:
        print(f"  - {variant}")
    print(f"asked {seen.questions} times in {seen.conversations} conversations; answers agree to {seen.agreement:.2f}")
    for conversation, question in seen.samples:
        print(f"  {conversation}  {question}")


def drafts_edit(
    draft: DraftArgument,
    question: Annotated[str | None, typer.Option(help="The question.")] = None,
    answer: Annotated[str | None, typer.Option(help="The answer.")] = None,
    variant: Annotated[list[str] | None, typer.Option(help="Replace all further phrasings; repeatable.")] = None,
    intent: Annotated[str | None, typer.Option(help="The intent; empty removes it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Edit an open draft."""
    with stores() as opened:
        use = _use(opened)
        changed = use.edit(draft, question=question, answer=answer, variants=variant, intent=intent)
    if as_json:
        print_json(draft_as_json(changed))
        return
    print(f"Draft {draft} changed.")


def drafts_accept(draft: DraftArgument, as_json: JsonOption = False) -> None:
    """Turn a draft into an entry or utterances; can be undone like an import."""
    with stores() as opened:
        kind = opened.drafts.draft(draft).kind
        report = _use(opened).accept(draft, actor=ACTOR)
    if as_json:
        print_json(report_as_json(report))
        return
    print_report(report, as_json=False, undoable=kind is DraftKind.FAQ)


def drafts_reject(draft: DraftArgument) -> None:
    """Reject a draft; it is never proposed again."""
    with stores() as opened:
        _use(opened).reject(draft, actor=ACTOR)
    print(f"Draft {draft} rejected.")


def _use(opened: Stores) -> Drafts:
    return Drafts(opened.drafts, opened.knowledge_use(), opened.audit)


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """A draft with the keys of the command line."""
    seen = draft.evidence
    return {
        "id": draft.id,
        "kind": draft.kind.value,
        "status": draft.status.value,
        "question": draft.question,
        "answer": draft.answer,
        "variants": list(draft.variants),
        "intent": draft.intent,
        "lang": draft.lang,
        "edited": draft.edited,
        "questions": seen.questions,
        "conversations": seen.conversations,
        "agreement": seen.agreement,
        "key_phrases": list(seen.key_phrases),
        "samples": [{"conversation": conversation, "question": question} for conversation, question in seen.samples],
    }
