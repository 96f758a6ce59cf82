"""Commands on stored conversations: list, show, export, erase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chatbot.cli.inbox import as_json as conversation_as_json
from chatbot.cli.inbox import list_waiting
from chatbot.cli.intents import ACTOR
from chatbot.cli.terminal.output import JsonOption, print_json, print_table, say
from chatbot.cli.terminal.result_file import write_file
from chatbot.cli.terminal.session import stores


def list_conversations(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    search: Annotated[str, typer.Option(help="Only those with a message that contains this text.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those in which a person was promised.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List conversations, newest first; those that wait for a person, who waits longest first."""
    if waiting:
        list_waiting(limit, search, as_json=as_json)
        return
    with stores() as opened:
        found = opened.conversations.list(limit=limit, search=search)
    if as_json:
        print_json([conversation_as_json(c) for c in found])
        return
    rows = [(c.id, f"{c.started_at:%Y-%m-%d %H:%M}", c.origin, c.lang, c.message_count, c.title) for c in found]
    print_table(
        ("id", "started (UTC)", "origin", "lang", "messages", "first message"),
        rows,
        empty="No conversations yet. Start one with: chatbot chat",
    )


def show(
    conversation_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the conversation.")],
    as_json: JsonOption = False,
) -> None:
    """Show one conversation with the decision behind every reply."""
    with stores() as opened:
        messages = opened.conversations.messages(opened.conversations.get(conversation_id).id)
    if as_json:
        print_json(
            [
                {
                    "role": m.role.value,
                    "text": m.text,
                    "created_at": m.created_at.isoformat() if m.created_at else None,
                    "helpful": m.helpful,
                    "decision": m.decision.to_json() if m.decision else None,
                }
                | ({"author": m.author} if m.author else {})
                for m in messages
            ]
        )
        return
    for message in messages:
        print(f"{message.author or message.role.value}: {message.text}")
        if message.decision:
            record = message.decision
            reason = record.reason.value if record.reason is not None else "unknown"
            print(f"    [{record.route.value}, {reason}, confidence {record.confidence}]")
            if record.topic:
                print(f"    read together with: {record.topic}")


def export(
    file: Annotated[Path, typer.Argument(help="File to write; - is stdout.")] = Path("-"),
) -> None:
    """Write all conversations as CSV (columns conversation_id,turn,speaker,text,timestamp)."""
    from chatbot.importing.transcripts.csv_export import export_transcripts
    from chatbot.knowledge.transcripts import stored_turns

    with stores() as opened:
        turns = list(stored_turns(opened.conversations))
    write_file(file, export_transcripts(turns))
    say(f"{len({turn.conversation_id for turn in turns})} conversations, {len(turns)} messages exported.")


def erase(visitor_id: Annotated[str, typer.Argument(metavar="VISITOR", help="Id of the visitor.")]) -> None:
    """Delete everything one visitor wrote and was answered."""
    with stores() as opened:
        count = opened.conversations.erase(visitor_id)
        opened.audit.record(ACTOR, "erase", {"conversations": count})
    print(f"{count} conversations erased.")
