"""Runs one training job in this process, with heartbeat, cancellation, and a recorded result in every case.

A killed job may leave behind a hidden directory, which the next job removes, or a registered candidate, which a resumed
job takes to the gate instead of training it again. The live version changes in one transaction at the very end.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from chatbot.bootstrap.encoders import build_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.domain import Job, JobStatus, LabelledExample
from chatbot.errors import ChatbotError, TrainingError
from chatbot.intent.artifact import read_manifest
from chatbot.ports.learning import JobStore
from chatbot.types import Progress
from training.intent.config import IntentTrainingConfig
from training.pipelines.intent import TrainingOutcome, judge_outcome, train_intent_model
from training.promotion.retention import prune_versions

_LOG = logging.getLogger(__name__)
BEAT_SECONDS = 2.0
"""Heartbeat interval of a running job, in seconds."""
_PATIENCE_SECONDS = 30.0
"""Time a cancelled job has to reach its next step before its process is ended, in seconds."""
_NICE = 10
_LOCK_SECONDS = 20.0
"""How long to wait for a training that is just ending, in seconds."""


class JobCancelledError(ChatbotError):
    """The job was asked to stop."""


def job_folder(home: Path, job_id: int) -> Path:
    """The directory of a job's log."""
    return home / "jobs" / str(job_id)


def run_job(
    stores: Stores,
    job: Job,
    *,
    config: IntentTrainingConfig | None = None,
    examples: list[LabelledExample] | None = None,
    log_dir: Path | None = None,
    progress: Progress | None = None,
    end_process: Callable[[int], None] = os._exit,
) -> TrainingOutcome:
    """Run a job by its options and record how it ended.

    Args:
        stores: the stores of the home.
        job: a running job, as returned by `JobStore.start` or `restart`.
        config: choices of the run; by default the mode and seed of the options.
        examples: seed utterances; None takes those of the home.
        log_dir: directory for TensorBoard logs of tuning; None writes none.
        progress: called with a step and the share done, 0 to 1.
        end_process: called with an exit code if a cancelled job does not reach its next step.

    Raises:
        JobCancelledError: it was asked to stop.
        ChatbotError: training failed.
    """
    jobs = stores.jobs
    options = job.options
    chosen = config or IntentTrainingConfig(
        mode=str(options.get("mode", "fast")),
        seed=int(options.get("seed", 13)),
        live_share=float(options.get("live_share", IntentTrainingConfig().live_share)),
    )
    with _only_training(stores.settings.home), _Pulse(jobs, job.id, end_process) as pulse:
        try:
            _sweep(stores.settings.models_dir("intent"))

            def tell(step: str, share: float) -> None:
                pulse.tell(step, share)
                if progress is not None:
                    progress(step, share)

            done = _resumed(stores, job)
            if done is None:
                done = train_intent_model(
                    stores,
                    build_encoder(stores.settings),
                    config=chosen,
                    examples=examples,
                    from_conversations=bool(options.get("from_conversations")),
                    trained=lambda version: jobs.keep(job.id, {"version": version}),
                    by=job.by,
                    log_dir=log_dir,
                    progress=tell,
                )
            pulse.check()
            promote = bool(options.get("promote"))
            if not done.went_live and (promote or not done.verdict):
                done = judge_outcome(
                    stores, done, promote=promote, override=str(options.get("override", "")), by=job.by, progress=tell
                )
        except JobCancelledError:
            jobs.end(job.id, JobStatus.CANCELLED, "Stopped as asked. The live model is unchanged.")
            raise
        except KeyboardInterrupt:
            jobs.end(job.id, JobStatus.CANCELLED, "Stopped at the keyboard. The live model is unchanged.")
            raise
        except ChatbotError as error:
            jobs.end(job.id, JobStatus.FAILED, str(error))
            raise
        except Exception:
            jobs.end(job.id, JobStatus.FAILED, "Training broke down; its log has the details.")
            raise
        jobs.end(job.id, JobStatus.DONE, done.gate, done.as_json())
        prune_versions(stores)
    return done


def is_training(home: Path) -> bool:
    """Whether a process is training in this home."""
    try:
        with _lock(home, timeout=0.0):
            return False
    except Timeout:
        return True


@contextmanager
def _only_training(home: Path) -> Iterator[None]:
    """Hold the training lock of a home. Raises TrainingError if another process keeps it."""
    try:
        held = _lock(home, timeout=_LOCK_SECONDS).acquire()
    except Timeout as error:
        raise TrainingError("Another training runs on this machine. Wait until it has ended.") from error
    with held:
        yield


def _lock(home: Path, *, timeout: float) -> FileLock:
    """The lock of all trainings in a home; the operating system releases it when the process ends in any way."""
    path = home / "jobs" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path, timeout=timeout, preserve_lock_file=True)


def be_nice() -> None:
    """Lower this process's priority."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


def _resumed(stores: Stores, job: Job) -> TrainingOutcome | None:
    """The version that an earlier attempt of the job had trained and registered already, if any."""
    version = job.result.get("version")
    records = {record.version: record for record in stores.registry.list("intent")}
    if version not in records:
        return None
    path = stores.settings.models_dir("intent") / str(version)
    live = stores.registry.live("intent") == version
    mode = str(read_manifest(path).get("mode", ""))
    done = TrainingOutcome(str(version), path, live, records[str(version)].metrics, mode)
    return replace(done, verdict=records[str(version)].verdict)


def _sweep(models_dir: Path) -> None:
    """Remove incomplete directories of killed trainings; this job holds the lock, so nobody else is writing."""
    for left in models_dir.glob(".2*-*"):
        _LOG.info("removing what a killed training left: %s", left)
        shutil.rmtree(left, ignore_errors=True)


class _Pulse:
    """The heartbeat of a job: records its progress from a separate thread, and receives requests to stop."""

    def __init__(self, jobs: JobStore, job_id: int, end_process: Callable[[int], None]) -> None:
        self._jobs = jobs
        self._job_id = job_id
        self._end_process = end_process
        self._now: tuple[str, float] = ("starting", 0.0)
        self._stop = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="job pulse", daemon=True)

    def __enter__(self) -> _Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, step: str, share: float) -> None:
        """Record the progress of the job. Raises JobCancelledError if it was asked to stop."""
        self._now = (step, share)
        self.check()

    def check(self) -> None:
        """Raise JobCancelledError if the job was asked to stop."""
        if self._stop.is_set():
            raise JobCancelledError("The training was stopped. The live model is unchanged.")

    def _beat(self) -> None:
        wanted_since: float | None = None
        while not self._over.is_set():
            try:
                go_on = self._jobs.progress(self._job_id, *self._now)
            except ChatbotError as error:  # a busy database: the next heartbeat repeats it
                _LOG.warning("the state of job %d could not be noted: %s", self._job_id, error)
                go_on = not self._stop.is_set()
            if not go_on:
                self._stop.set()
                wanted_since = wanted_since or time.monotonic()
                if time.monotonic() - wanted_since > _PATIENCE_SECONDS:
                    self._jobs.end(self._job_id, JobStatus.CANCELLED, "Stopped as asked. The live model is unchanged.")
                    self._end_process(1)
            self._over.wait(BEAT_SECONDS if go_on else BEAT_SECONDS / 4)
