"""Commands on conversations: list, show, export, erase; and for those that wait: take, reply, hand back, settle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from chatbot.cli.intents import ACTOR
from chatbot.cli.terminal.output import JsonOption, print_json, print_table, say
from chatbot.cli.terminal.result_file import write_file
from chatbot.cli.terminal.session import stores
from chatbot.domain import Conversation
from chatbot.domain.handoffs import Handoff

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of a waiting conversation.", show_default=False)]
NameOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Your name; the customer reads it.")]


def list_conversations(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number to show.")] = 50,
    search: Annotated[str, typer.Option(help="Only conversations with a message that contains this text.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only conversations that wait for a person.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List conversations, newest first; with --waiting, the longest wait first."""
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
    """Delete all conversations of one visitor."""
    with stores() as opened:
        count = opened.conversations.erase(visitor_id)
        opened.audit.record(ACTOR, "erase", {"conversations": count})
    print(f"{count} conversations erased.")


def list_waiting(limit: int, search: str, *, as_json: bool) -> None:
    """Print the conversations that wait, who waits longest first."""
    with stores() as opened:
        found = opened.handoffs.list(search=search, limit=limit)
    if as_json:
        print_json([_handoff_as_json(one) for one in found])
        return
    rows = [
        (
            one.conversation.id,
            f"{one.asked_at:%Y-%m-%d %H:%M}",
            one.conversation.held_by or "nobody yet",
            "yes" if one.unanswered else "no",
            one.conversation.lang,
            one.conversation.title,
        )
        for one in found
    ]
    columns = ("id", "waiting since (UTC)", "taken by", "needs a reply", "lang", "first message")
    print_table(columns, rows, empty="Nobody waits for a person.")
    if rows:
        say("Answer with: chatbot conversations reply ID TEXT --by NAME   Done: chatbot conversations settle ID")


def conversations_take(
    conversation_id: IdArgument,
    by: NameOption,
    instead_of: Annotated[str, typer.Option("--from", metavar="NAME", help="Take over from this agent.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Take a waiting conversation: you answer from now on, the assistant stays silent."""
    with stores() as opened:
        use = opened.inbox
        use.take(conversation_id, by, instead_of=instead_of)
        found = use.handoffs.of(conversation_id)
    if as_json:
        print_json(None if found is None else _handoff_as_json(found))
        return
    print(f"Taken. Reply with: chatbot conversations reply {conversation_id} TEXT --by {by!r}")


def conversations_reply(
    conversation_id: IdArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Text of the reply; - reads it from stdin.")],
    by: NameOption,
    as_json: JsonOption = False,
) -> None:
    """Answer a customer as a person; takes the conversation if nobody has it."""
    said = sys.stdin.read() if text == "-" else text
    with stores() as opened:
        message = opened.inbox.reply(conversation_id, said, by)
    if as_json:
        at = message.created_at.isoformat() if message.created_at else None
        stored = {"id": message.id, "role": message.role.value, "author": message.author, "text": message.text}
        print_json(stored | {"conversation": conversation_id, "created_at": at})
        return
    print("Sent.")


def conversations_hand_back(conversation_id: IdArgument, by: NameOption) -> None:
    """Hand a conversation back to the assistant; it keeps waiting for an agent."""
    with stores() as opened:
        opened.inbox.hand_back(conversation_id, by)
    print("Handed back; it waits for a colleague.")


def conversations_settle(
    conversation_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of waiting conversations.")],
    again: Annotated[bool, typer.Option("--reopen", help="Put settled conversations back into the inbox.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who you are.")] = ACTOR,
) -> None:
    """Mark conversations as settled; they leave the inbox."""
    with stores() as opened:
        use = opened.inbox
        for conversation_id in conversation_ids:
            if again:
                use.reopen(conversation_id, by)
            else:
                use.settle(conversation_id, by)
        left = use.handoffs.count()
    print(f"{len(conversation_ids)} {'put back' if again else 'settled'}, {left} waiting.")


def conversation_as_json(conversation: Conversation) -> dict[str, Any]:
    """A conversation with the keys of the command line."""
    return {
        "id": conversation.id,
        "visitor_id": conversation.visitor_id,
        "lang": conversation.lang,
        "origin": conversation.origin,
        "started_at": conversation.started_at.isoformat(),
        "messages": conversation.message_count,
        "title": conversation.title,
    }


def _handoff_as_json(one: Handoff) -> dict[str, Any]:
    return conversation_as_json(one.conversation) | {
        "waiting_since": one.asked_at.isoformat(),
        "taken_by": one.conversation.held_by or None,
        "taken_at": one.taken_at.isoformat() if one.taken_at else None,
        "needs_reply": one.unanswered,
    }
