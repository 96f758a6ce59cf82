"""The command line: parse, call, print. Logic lives elsewhere; heavy libraries load inside the commands that need them.

Results go to stdout, progress and messages to stderr. Exit codes: 0 ok, 1 the user's mistake, 2 usage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from chatbot import __version__
from chatbot.cli import (
    ask,
    chat,
    conversations,
    doctor,
    drafts,
    evaluate,
    faq,
    faq_check,
    faq_entries,
    intents,
    models,
    review,
    review_simulation,
    review_topics,
    serve,
    train,
    training_jobs,
    transcripts,
)
from chatbot.errors import ChatbotError

GROUPS = {
    "faq": "Curated questions and answers.",
    "intents": "Labelled utterances.",
    "transcripts": "Past conversations.",
    "drafts": "Proposed entries and utterances, for a person to accept or reject.",
    "train": "Train models; background jobs; the held-out set.",
    "evaluate": "Measure the live models on your data.",
    "models": "Trained versions: list, compare, promote, roll back, delete.",
    "review": "Label logged messages and find what to label next.",
    "conversations": "Stored conversations and the inbox of those that wait for a person.",
}
COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("serve", serve.serve),
    ("ask", ask.ask),
    ("chat", chat.chat),
    ("doctor", doctor.doctor),
    ("faq import", faq.faq_import),
    ("faq export", faq.faq_export),
    ("faq imports", faq.faq_imports),
    ("faq undo", faq.faq_undo),
    ("faq rejects", faq.faq_rejects),
    ("faq search", faq_check.faq_search),
    ("faq check", faq_check.faq_check),
    ("faq replay", faq_check.faq_replay),
    ("faq list", faq_entries.faq_list),
    ("faq show", faq_entries.faq_show),
    ("faq add", faq_entries.faq_add),
    ("faq edit", faq_entries.faq_edit),
    ("faq enable", faq_entries.faq_enable),
    ("faq disable", faq_entries.faq_disable),
    ("faq tag", faq_entries.faq_tag),
    ("faq review", faq_entries.faq_review),
    ("faq delete", faq_entries.faq_delete),
    ("faq history", faq_entries.faq_history),
    ("faq restore", faq_entries.faq_restore),
    ("intents import", intents.intents_import),
    ("intents export", intents.intents_export),
    ("intents lint", intents.intents_lint),
    ("transcripts import", transcripts.transcripts_import),
    ("transcripts imports", transcripts.transcripts_imports),
    ("transcripts undo", transcripts.transcripts_undo),
    ("drafts mine", drafts.drafts_mine),
    ("drafts list", drafts.drafts_list),
    ("drafts show", drafts.drafts_show),
    ("drafts edit", drafts.drafts_edit),
    ("drafts accept", drafts.drafts_accept),
    ("drafts reject", drafts.drafts_reject),
    ("train intent", train.train_intent),
    ("train generator", train.train_generator),
    ("train common", train.train_common),
    ("train reader", train.train_reader),
    ("train jobs", training_jobs.train_jobs),
    ("train log", training_jobs.train_log),
    ("train cancel", training_jobs.train_cancel),
    ("train resume", training_jobs.train_resume),
    ("train run-job", training_jobs.train_run_job),
    ("train freeze", training_jobs.train_freeze),
    ("evaluate intent", evaluate.evaluate_intent),
    ("evaluate retrieval", evaluate.evaluate_retrieval),
    ("evaluate generator", evaluate.evaluate_generator),
    ("models list", models.models_list),
    ("models show", models.models_show),
    ("models diff", models.models_diff),
    ("models report", models.models_report),
    ("models promote", models.models_promote),
    ("models rollback", models.models_rollback),
    ("models delete", models.models_delete),
    ("review list", review.review_list),
    ("review next", review.review_next),
    ("review label", review.review_label),
    ("review undo", review.review_undo),
    ("review history", review.review_history),
    ("review start", review.review_start),
    ("review simulate", review_simulation.review_simulate),
    ("review doubts", review_simulation.review_doubts),
    ("review topics", review_topics.review_topics),
    ("conversations list", conversations.list_conversations),
    ("conversations show", conversations.show),
    ("conversations export", conversations.export),
    ("conversations erase", conversations.erase),
    ("conversations take", conversations.conversations_take),
    ("conversations reply", conversations.conversations_reply),
    ("conversations hand-back", conversations.conversations_hand_back),
    ("conversations settle", conversations.conversations_settle),
)
"""Every command: its name after `chatbot`, which begins with its group, and the function behind it."""
HIDDEN = ("train run-job",)
"""Commands that the program itself starts."""


def _build() -> typer.Typer:
    built = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="A customer-support assistant that answers from your own FAQ and says so when it does not know.",
    )
    built.callback()(_options)
    groups = {"": built} | {name: typer.Typer(no_args_is_help=True) for name in GROUPS}
    for full_name, function in COMMANDS:
        group, _, name = full_name.rpartition(" ")
        groups[group].command(name, hidden=full_name in HIDDEN)(function)
    for name, text in GROUPS.items():
        built.add_typer(groups[name], name=name, help=text)
    return built


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"chatbot {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options before a command."""


app = _build()


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
