"""Commands on training jobs: which there are, log, stop, resume; and on the frozen evaluation set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.review import person
from chatbot.cli.terminal.output import JsonOption, print_json, print_table, say
from chatbot.cli.terminal.session import quiet_libraries, read_utterances, stores
from chatbot.domain import Job
from chatbot.errors import InputError

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores

JobArgument = Annotated[int | None, typer.Argument(metavar="[JOB]", help="Number of the job; default is the latest.")]


def train_jobs(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Maximum number to show, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List training jobs and their state."""
    from training.jobs.process import settle_interrupted

    with stores() as opened:
        settle_interrupted(opened)
        found = opened.jobs.list(limit=limit)
    if as_json:
        print_json([_job_json(job) for job in found])
        return
    rows = [
        (j.id, j.status.value, f"{j.share:.0%} {j.step}", f"{j.created_at:%Y-%m-%d %H:%M}", j.by, j.message)
        for j in found
    ]
    columns = ("job", "status", "stands at", "begun (UTC)", "by", "what came of it")
    print_table(columns, rows, empty="No training yet. Begin with: chatbot train intent --from-conversations")


def train_log(job: JobArgument = None) -> None:
    """Print the log of a background training."""
    from training.jobs.process import job_log

    with stores() as opened:
        number = _latest(opened, job).id
        text = job_log(opened.settings.home, number)
    print(text or f"Job {number} wrote nothing.")


def train_cancel(job: JobArgument = None) -> None:
    """Stop a running training at its next step; the live model stays."""
    with stores() as opened:
        number = _latest(opened, job).id
        if not opened.jobs.want_cancel(number):
            raise InputError(f"Job {number} is not running. See: chatbot train jobs.")
        opened.audit.record(person(""), "cancel training", {"job": number})
    print(f"Job {number} stops at its next step.")


def train_resume(job: JobArgument = None) -> None:
    """Resume an interrupted, failed or cancelled training in the background."""
    from training.jobs.process import resume_training

    with stores() as opened:
        again = resume_training(opened, _latest(opened, job).id)
    print(f"Job {again.id} goes on, attempt {again.attempts}. See how far it is: chatbot train jobs")


def train_run_job(job: Annotated[int, typer.Argument(metavar="JOB")]) -> None:
    """Do the work of a background job in this process."""
    import logging

    from training.jobs.runner import be_nice, run_job

    quiet_libraries()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    be_nice()
    with stores() as opened:
        done = run_job(
            opened,
            opened.jobs.get(job),
            progress=lambda step, share: logging.getLogger("training").info("%3.0f%% %s", share * 100, step),
        )
    for note in (*done.notes, done.gate):
        say(note)


def train_freeze(
    data: Annotated[list[Path] | None, typer.Option(help="CSV of labelled utterances (text,intent) to add.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Empty the held-out set first.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show or extend the held-out evaluation set: no model learns from it, and the gate measures on it."""
    with stores() as opened:
        frozen = opened.evaluation_set
        removed = frozen.clear() if clear else 0
        added = frozen.add(read_utterances(data, opened.settings)) if data else 0
        examples = frozen.examples()
        if added or removed:
            opened.audit.record(person(""), "freeze", {"added": added, "removed": removed})
    intents = len({example.intent for example in examples})
    conversations = sum(example.origin == "feedback" for example in examples)
    document = {"n": len(examples), "intents": intents, "from_conversations": conversations, "added": added}
    if as_json:
        print_json(document)
        return
    print(f"{len(examples)} utterances of {intents} intents are frozen, {conversations} of them from conversations.")


def _latest(opened: Stores, job: int | None) -> Job:
    jobs = opened.jobs
    if job is not None:
        return jobs.get(job)
    newest = next(iter(jobs.list(limit=1)), None)
    if newest is None:
        raise InputError("There is no training job yet. Begin with: chatbot train intent --from-conversations")
    return newest


def _job_json(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "status": job.status.value,
        "step": job.step,
        "share": round(job.share, 4),
        "by": job.by,
        "options": dict(job.options),
        "attempts": job.attempts,
        "created_at": job.created_at.isoformat(),
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
        "message": job.message,
        "result": dict(job.result) or None,
    }
