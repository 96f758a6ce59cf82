"""Runs one training job in this process: signs of life, cancelling, and how it ended, whatever happens.

Knows: the job store, the training of a home. Does not know: how the process was started.

The states a killed job may leave behind: nothing but a hidden directory that the next job sweeps; or a registered
candidate, which a resumed job takes to the gate instead of training it again. The live version changes in one
transaction at the very end.
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
"""A running job says so often that it lives."""
_PATIENCE_SECONDS = 30.0
"""So long a cancelled job may take to its next step before its process is ended."""
_NICE = 10
_LOCK_SECONDS = 20.0
"""How long to wait for a training that is just ending."""


class JobCancelledError(ChatbotError):
    """Somebody asked the job to stop."""


def job_folder(home: Path, job_id: int) -> Path:
    """Where a job's log lies."""
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
    """Do what the job's options say and note how it ended.

    Args:
        stores: the home.
        job: running, as `JobStore.start` or `restart` gave it.
        config: choices of the run; by default the mode and seed of the options.
        examples: seed utterances; None takes those of the home.
        log_dir: where TensorBoard logs of tuning go; None for none.
        progress: called with a step and the share done, 0 to 1.
        end_process: called with an exit code when a cancelled job does not come to its next step.

    Raises:
        JobCancelledError: it was asked to stop.
        ChatbotError: what training raises.
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
    """Whether some process trains in this home."""
    try:
        with _lock(home, timeout=0.0):
            return False
    except Timeout:
        return True


@contextmanager
def _only_training(home: Path) -> Iterator[None]:
    """Raises TrainingError when another process goes on training in this home."""
    try:
        held = _lock(home, timeout=_LOCK_SECONDS).acquire()
    except Timeout as error:
        raise TrainingError("Another training runs on this machine. Wait until it has ended.") from error
    with held:
        yield


def _lock(home: Path, *, timeout: float) -> FileLock:
    """The lock of all trainings in a home; the operating system releases it with its process, however that ends."""
    path = home / "jobs" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path, timeout=timeout, preserve_lock_file=True)


def be_nice() -> None:
    """Let everything else on the machine go first."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


def _resumed(stores: Stores, job: Job) -> TrainingOutcome | None:
    """What an earlier attempt of the job had trained and registered already."""
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
    """Remove what killed trainings left half-written; this job holds the lock, so nobody else is writing."""
    for left in models_dir.glob(".2*-*"):
        _LOG.info("removing what a killed training left: %s", left)
        shutil.rmtree(left, ignore_errors=True)


class _Pulse:
    """Notes progress and life of a job from a thread of its own, and learns there that it is wanted to stop."""

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
        """Note where the job stands. Raises JobCancelledError when it is wanted to stop."""
        self._now = (step, share)
        self.check()

    def check(self) -> None:
        """Raises JobCancelledError when the job is wanted to stop."""
        if self._stop.is_set():
            raise JobCancelledError("The training was stopped. The live model is unchanged.")

    def _beat(self) -> None:
        wanted_since: float | None = None
        while not self._over.is_set():
            try:
                go_on = self._jobs.progress(self._job_id, *self._now)
            except ChatbotError as error:  # a busy database: the next beat says it again
                _LOG.warning("the state of job %d could not be noted: %s", self._job_id, error)
                go_on = not self._stop.is_set()
            if not go_on:
                self._stop.set()
                wanted_since = wanted_since or time.monotonic()
                if time.monotonic() - wanted_since > _PATIENCE_SECONDS:
                    self._jobs.end(self._job_id, JobStatus.CANCELLED, "Stopped as asked. The live model is unchanged.")
                    self._end_process(1)
            self._over.wait(BEAT_SECONDS if go_on else BEAT_SECONDS / 4)
