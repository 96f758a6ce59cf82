"""The command line: parse, call, print. Logic lives elsewhere; heavy libraries load inside the commands that need them.

Results go to stdout, progress and messages to stderr. Exit codes: 0 ok, 1 the user's mistake, 2 usage.
"""

from __future__ import annotations

import sys

import typer

from chatbot.cli import ask as talk
from chatbot.cli import (
    conversations,
    drafts,
    faq,
    faq_check,
    faq_entries,
    faq_search,
    inbox,
    models,
    review_topics,
    training_jobs,
    transcripts,
)
from chatbot.cli import intents as knowledge
from chatbot.cli import train as learning
from chatbot.errors import ChatbotError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A customer-service assistant that is honest about what it knows.",
)
app.command("serve")(talk.serve)
app.command("ask")(talk.ask)
app.command("chat")(talk.chat)
app.command("doctor")(talk.doctor)
faq_commands = typer.Typer(no_args_is_help=True)
for command in (
    faq.faq_import,
    faq.faq_export,
    faq.faq_imports,
    faq.faq_undo,
    faq.faq_rejects,
    faq_search.faq_search,
    faq_check.faq_check,
    faq_check.faq_replay,
    faq_entries.faq_list,
    faq_entries.faq_show,
    faq_entries.faq_add,
    faq_entries.faq_edit,
    faq_entries.faq_enable,
    faq_entries.faq_disable,
    faq_entries.faq_tag,
    faq_entries.faq_review,
    faq_entries.faq_delete,
    faq_entries.faq_history,
    faq_entries.faq_restore,
):
    faq_commands.command(command.__name__.removeprefix("faq_"))(command)
app.add_typer(faq_commands, name="faq", help="Curated questions and answers.")
app.add_typer(knowledge.intents, name="intents", help="Labelled utterances.")
app.add_typer(transcripts.app, name="transcripts", help="Past conversations.")
app.add_typer(drafts.app, name="drafts", help="Proposals from past conversations, for a person to decide.")
app.add_typer(training_jobs.app, name="train", help="Train a model from your data.")
app.add_typer(learning.evaluate, name="evaluate", help="Measure the live models on your data.")
app.add_typer(models.models, name="models", help="Trained versions: list, compare, promote, roll back, delete.")
app.add_typer(review_topics.app, name="review", help="Label logged messages: what comes next, undo, who did what.")
for answering in (
    inbox.conversations_take,
    inbox.conversations_reply,
    inbox.conversations_hand_back,
    inbox.conversations_settle,
):
    conversations.app.command(answering.__name__.removeprefix("conversations_").replace("_", "-"))(answering)
app.add_typer(conversations.app, name="conversations", help="What customers asked and what was answered.")


def main() -> None:
    """Run the command line; a ChatbotError becomes one sentence on stderr and exit code 1."""
    try:
        app()
    except ChatbotError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) went away: no mistake of anybody.
        sys.stderr.close()
        sys.exit(0)
