"""`chatbot review topics`: what customers asked and nobody answered, and drafts of it."""

from __future__ import annotations

from typing import Annotated

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table, progress_bar, say
from chatbot.cli.terminal.session import stores
from chatbot.errors import InputError

_SHOWN = 60
_IDS = 6


def review_topics(
    days: Annotated[int, typer.Option(min=1, max=3_650, help="Number of days to look back.")] = 30,
    smallest: Annotated[int, typer.Option(min=1, max=1_000, help="Minimum number of messages per topic.")] = 2,
    draft: Annotated[int | None, typer.Option(min=1, help="Keep the topic with this number as an FAQ draft.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Group unanswered questions by topic, with size and trend."""
    from chatbot.pii import public_data
    from training.discovery.agent_answers import colleague_answer
    from training.discovery.unanswered import topic_draft, unanswered_topics
    from training.labelling.desk import ReviewDesk

    with stores() as opened, progress_bar() as progress:
        desk = ReviewDesk(opened)
        found = unanswered_topics(opened, desk.vectors, days=days, smallest=smallest, progress=progress)
        if draft is not None:
            if draft > len(found):
                raise InputError(f"There is no topic {draft} among {len(found)}. See: chatbot review topics")
            chosen = found[draft - 1]
            public = public_data(entry.answer for entry in opened.knowledge.entries())
            answer = colleague_answer(opened.conversations, chosen.messages, public=public)
            kept = opened.drafts.keep(topic_draft(chosen, answer))
    if draft is not None:
        if as_json:
            print_json(
                {"draft": kept.id, "question": kept.question, "variants": list(kept.variants), "answer": kept.answer}
            )
            return
        print(f"Draft {kept.id} is kept: {kept.question}")
        if kept.answer:
            print(f"A colleague answered: {kept.answer}")
        give = "Read that and change it where needed" if kept.answer else "Give it an answer"
        say(f"{give}: chatbot drafts edit {kept.id} --answer TEXT; then: chatbot drafts accept {kept.id}")
        return
    if as_json:
        print_json([topic.as_json() for topic in found])
        return
    rows = [
        (
            topic.number,
            len(topic.messages),
            f"{topic.this_week} / {topic.week_before}",
            ", ".join(topic.phrases),
            topic.central.text[:_SHOWN],
            " ".join(str(message.id) for message in topic.messages[:_IDS]),
        )
        for topic in found
    ]
    empty = (
        f"No topic of the last {days} days has {smallest} unanswered questions or more. "
        "Look further back with --days, or see single ones: chatbot review list"
    )
    columns = ("topic", "asked", "this week / before", "about", "central message", "ids")
    print_table(columns, rows, empty=empty)
    if found:
        say("Make an intent of one: chatbot review label ID ID ... --new-intent NAME")
        say("Make an FAQ draft of one: chatbot review topics --draft TOPIC")
