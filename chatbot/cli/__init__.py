"""The command line: parse, call, print. Logic lives elsewhere; heavy libraries load inside the commands that need them.

Results go to stdout, progress and messages to stderr. Exit codes: 0 ok, 1 the user's mistake, 2 usage.
"""

from __future__ import annotations

import sys

import typer

from chatbot.cli import conversations, faq_search, knowledge, learning, models, review_simulation, talk, training_jobs
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
knowledge.faq.command("search")(faq_search.faq_search)
app.add_typer(knowledge.faq, name="faq", help="Curated questions and answers.")
app.add_typer(knowledge.intents, name="intents", help="Labelled utterances.")
app.add_typer(knowledge.transcripts, name="transcripts", help="Past conversations.")
app.add_typer(training_jobs.app, name="train", help="Train a model from your data.")
app.add_typer(learning.evaluate, name="evaluate", help="Measure the live models on your data.")
app.add_typer(models.models, name="models", help="Trained versions: list, compare, promote, roll back, delete.")
app.add_typer(review_simulation.app, name="review", help="Label logged messages: what comes next, undo, who did what.")
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
