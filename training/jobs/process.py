"""Runs training jobs in their own process, and detects jobs whose process is gone."""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.bootstrap.stores import Stores
from chatbot.domain import Job, JobStatus
from chatbot.errors import TrainingError
from chatbot.settings import ENV_PREFIX, Settings
from chatbot.types import Progress
from training.jobs.runner import BEAT_SECONDS, is_training, job_folder

_LOG = logging.getLogger(__name__)
GONE_SECONDS = 15 * BEAT_SECONDS
"""Heartbeat silence after which a job of another machine counts as gone; it also covers the start of a process."""
_LOOK_SECONDS = 0.5
MOST_ATTEMPTS = 3
"""A job that was killed this often is not resumed automatically any more."""
INTERRUPTED = "Its process was ended from outside. The live model is unchanged. Resume with: chatbot train resume {id}"


def launch(stores: Stores, job: Job) -> subprocess.Popen[bytes]:
    """Start the process of a job that is recorded as running; it outlives the caller."""
    folder = job_folder(stores.settings.home, job.id)
    folder.mkdir(parents=True, exist_ok=True)
    half = str(max(1, (os.cpu_count() or 2) // 2))
    environment = {
        **os.environ,
        **_settings_environment(stores.settings),
        "OMP_NUM_THREADS": half,
        "MKL_NUM_THREADS": half,
        "PYTHONUNBUFFERED": "1",
    }
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "chatbot", "train", "run-job", str(job.id)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )


def start_job(stores: Stores, options: Mapping[str, Any], by: str) -> Job:
    """Record a new job as running, after marking one whose process is gone as interrupted.

    Raises:
        TrainingError: one is running.
    """
    settle_interrupted(stores)
    job = stores.jobs.start(options, by)
    stores.audit.record(by, "train intent", {"job": job.id, **options})
    return job


def resume_job(stores: Stores, job_id: int) -> Job:
    """Record a job that ended early as running again. Raises NotFoundError, TrainingError."""
    settle_interrupted(stores)
    job = stores.jobs.get(job_id)
    if job.options.get("data"):
        raise TrainingError(f"Job {job_id} was trained on a file: start it again with the command it came from.")
    return stores.jobs.restart(job_id)


def start_training(stores: Stores, options: Mapping[str, Any], by: str) -> Job:
    """Start a new job in its own process. Raises TrainingError if one is running."""
    job = start_job(stores, options, by)
    _reap(launch(stores, job))
    return job


def resume_training(stores: Stores, job_id: int) -> Job:
    """Resume an interrupted job in its own process. Raises NotFoundError, TrainingError."""
    job = resume_job(stores, job_id)
    _reap(launch(stores, job))
    return job


def settle_interrupted(stores: Stores) -> Job | None:
    """Mark the running job as interrupted if its process is gone, and return it in that case."""
    jobs = stores.jobs
    running = jobs.running()
    if running is None or _lives(stores, running):
        return None
    if not jobs.end(running.id, JobStatus.INTERRUPTED, INTERRUPTED.format(id=running.id)):
        return None
    _LOG.warning("training job %d was interrupted at %r", running.id, running.step)
    return jobs.get(running.id)


def resume_after_restart(stores: Stores) -> Job | None:
    """Resume the job that was interrupted last, unless it was killed too often or another was started since."""
    settle_interrupted(stores)
    newest = next(iter(stores.jobs.list(limit=1)), None)
    if newest is None or newest.status is not JobStatus.INTERRUPTED or newest.options.get("data"):
        return None
    if newest.attempts >= MOST_ATTEMPTS:
        _LOG.warning("training job %d was interrupted %d times and is left alone", newest.id, newest.attempts)
        return None
    return resume_training(stores, newest.id)


def follow(stores: Stores, job_id: int, progress: Progress) -> Job:
    """Wait until a job has ended, reporting its progress, and return it."""
    jobs = stores.jobs
    while (job := jobs.get(job_id)).status is JobStatus.RUNNING:
        progress(job.step, job.share)
        time.sleep(_LOOK_SECONDS)
        if (dt.datetime.now(dt.UTC) - job.beat_at).total_seconds() > 3 * BEAT_SECONDS:
            settle_interrupted(stores)
    return job


def job_log(home: Path, job_id: int, *, lines: int = 200) -> str:
    """The end of the output of a job's process; empty without a log."""
    path = job_folder(home, job_id) / "log.txt"
    if not path.is_file():
        return ""
    return "\n".join(path.read_text("utf-8", errors="replace").splitlines()[-lines:])


def _lives(stores: Stores, job: Job) -> bool:
    silent = (dt.datetime.now(dt.UTC) - job.beat_at).total_seconds()
    if silent < BEAT_SECONDS * 2:
        return True
    if is_training(stores.settings.home):
        return True
    return job.step == "" and silent < GONE_SECONDS  # its process is still starting


def _settings_environment(settings: Settings) -> dict[str, str]:
    """The settings in force, flags included, as environment variables for another process."""
    found = {ENV_PREFIX + name.upper(): str(getattr(settings, name)) for name in settings.model_fields_set}
    if settings.database_url is not None:
        found[ENV_PREFIX + "DATABASE_URL"] = settings.database_url.get_secret_value()
    return found | {ENV_PREFIX + "HOME": str(settings.home.resolve())}


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Collect the exit code when the process ends, so that no zombie remains."""
    threading.Thread(target=process.wait, name="job process", daemon=True).start()
