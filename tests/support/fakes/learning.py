"""In-memory stores for jobs and the evaluation set. They pass the same contract tests as the real ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chatbot.domain import Job, JobStatus, LabelledExample
from chatbot.errors import NotFoundError, TrainingError
from chatbot.text import normalise


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class FakeJobStore:
    """Jobs in a dict."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}

    def start(self, options: Mapping[str, Any], by: str) -> Job:
        self._only_one()
        job = Job(len(self._jobs) + 1, JobStatus.RUNNING, dict(options), by, _now(), _now())
        self._jobs[job.id] = job
        return job

    def restart(self, job_id: int) -> Job:
        job = self.get(job_id)
        if job.status is JobStatus.DONE:
            raise TrainingError(f"Job {job_id} is done.")
        self._only_one()
        values = {"status": JobStatus.RUNNING, "beat_at": _now(), "cancel_wanted": False, "ended_at": None}
        return self._changed(job_id, **values, attempts=job.attempts + 1, message="", step="", share=0.0)

    def progress(self, job_id: int, step: str, share: float) -> bool:
        if not self._runs(job_id):
            return False
        return not self._changed(job_id, step=step, share=min(1.0, max(0.0, share)), beat_at=_now()).cancel_wanted

    def keep(self, job_id: int, result: Mapping[str, Any]) -> None:
        self._changed(job_id, result=dict(result))

    def end(self, job_id: int, status: JobStatus, message: str = "", result: Mapping[str, Any] | None = None) -> bool:
        if not self._runs(job_id):
            return False
        reached = {} if result is None else {"result": dict(result), "share": 1.0}
        self._changed(job_id, status=status, ended_at=_now(), message=message, **reached)
        return True

    def want_cancel(self, job_id: int) -> bool:
        return self._runs(job_id) and self._changed(job_id, cancel_wanted=True).cancel_wanted

    def get(self, job_id: int) -> Job:
        if job_id not in self._jobs:
            raise NotFoundError(f"There is no training job {job_id}.")
        return self._jobs[job_id]

    def list(self, *, limit: int = 20) -> list[Job]:
        return list(reversed(self._jobs.values()))[:limit]

    def running(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.status is JobStatus.RUNNING), None)

    def _runs(self, job_id: int) -> bool:
        return job_id in self._jobs and self._jobs[job_id].status is JobStatus.RUNNING

    def _only_one(self) -> None:
        if self.running() is not None:
            raise TrainingError("A training is running already.")

    def _changed(self, job_id: int, **values: Any) -> Job:
        self._jobs[job_id] = dataclasses.replace(self._jobs[job_id], **values)
        return self._jobs[job_id]


class FakeEvaluationSetStore:
    """Utterances by their normalised words; those of a logged message that is `erased` are removed with it."""

    def __init__(self, erased: Callable[[int], bool] = lambda message: False) -> None:
        self._erased = erased
        self._examples: dict[str, LabelledExample] = {}
        self._messages: dict[str, int] = {}

    def examples(self) -> list[LabelledExample]:
        self._forget()
        return list(self._examples.values())

    def messages(self) -> set[int]:
        self._forget()
        return set(self._messages.values())

    def count(self) -> int:
        return len(self.examples())

    def add(self, examples: Sequence[LabelledExample], messages: Mapping[int, int] | None = None) -> int:
        before = len(self._examples)
        for place, example in enumerate(examples):
            key = normalise(example.text) or example.text
            if key in self._examples:
                self._examples[key] = dataclasses.replace(self._examples[key], intent=example.intent)
                continue
            self._examples[key] = example
            if messages and place in messages:
                self._messages[key] = messages[place]
        return len(self._examples) - before

    def relabel(self, intents: Mapping[int, str | None]) -> None:
        for key, message in list(self._messages.items()):
            if message not in intents:
                continue
            intent = intents[message]
            if intent is None:
                del self._examples[key], self._messages[key]
            else:
                self._examples[key] = dataclasses.replace(self._examples[key], intent=intent)

    def _forget(self) -> None:
        for key in [key for key, message in self._messages.items() if self._erased(message)]:
            del self._examples[key], self._messages[key]

    def clear(self) -> int:
        count = len(self._examples)
        self._examples.clear()
        self._messages.clear()
        return count
