"""Training jobs and their progress (port `JobStore`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from chatbot.domain import Job, JobStatus
from chatbot.errors import NotFoundError, TrainingError
from chatbot.storage.database.engine import Database
from chatbot.storage.schema import learning, tables

JOB = tables.table(learning.JobRow)
BUSY = "A training is running already: wait until it has ended, or stop it with: chatbot train cancel"


class SqlJobStore:
    """The jobs in the database, which allows only one to run at a time, whoever starts it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, options: Mapping[str, Any], by: str) -> Job:
        """A new running job.

        Raises:
            TrainingError: one is running.
        """
        now = dt.datetime.now(dt.UTC)
        row = {
            "status": JobStatus.RUNNING.value,
            "options": dict(options),
            "started_by": by,
            "created_at": now,
            "beat_at": now,
            "step": "",
            "share": 0.0,
            "attempts": 1,
            "cancel_wanted": False,
            "message": "",
        }
        try:
            with self._database.write() as connection:
                job_id = int(connection.execute(insert(JOB).values(row).returning(JOB.c.id)).scalar_one())
        except IntegrityError as error:
            raise TrainingError(BUSY) from error
        return Job(job_id, JobStatus.RUNNING, dict(options), by, now, now)

    def restart(self, job_id: int) -> Job:
        """Run an interrupted, failed or cancelled job again.

        Raises:
            NotFoundError: no such job.
            TrainingError: one is running, or this one is done.
        """
        job = self.get(job_id)
        if job.status is JobStatus.DONE:
            raise TrainingError(f"Job {job_id} is done, so there is nothing to resume. Start another training.")
        now = dt.datetime.now(dt.UTC)
        values = {"status": JobStatus.RUNNING.value, "beat_at": now, "cancel_wanted": False, "ended_at": None}
        values |= {"step": "", "share": 0.0}
        again = update(JOB).where(JOB.c.id == job_id, JOB.c.status != JobStatus.RUNNING.value)
        try:
            with self._database.write() as connection:
                changed = connection.execute(again.values(**values, attempts=JOB.c.attempts + 1, message="")).rowcount
        except IntegrityError as error:
            raise TrainingError(BUSY) from error
        if not changed:
            raise TrainingError(BUSY)
        return self.get(job_id)

    def progress(self, job_id: int, step: str, share: float) -> bool:
        """Store the progress and heartbeat of a running job; False if it should stop."""
        values = {"step": step, "share": min(1.0, max(0.0, share)), "beat_at": dt.datetime.now(dt.UTC)}
        running = update(JOB).where(JOB.c.id == job_id, JOB.c.status == JobStatus.RUNNING.value)
        with self._database.write() as connection:
            wanted = connection.execute(running.values(**values).returning(JOB.c.cancel_wanted)).scalar_one_or_none()
        return wanted is False

    def keep(self, job_id: int, result: Mapping[str, Any]) -> None:
        """Store the intermediate result of a running job in case it is killed."""
        with self._database.write() as connection:
            connection.execute(update(JOB).where(JOB.c.id == job_id).values(result=dict(result)))

    def end(self, job_id: int, status: JobStatus, message: str = "", result: Mapping[str, Any] | None = None) -> bool:
        """Store how a running job ended; False if it is no longer running."""
        now = dt.datetime.now(dt.UTC)
        values: dict[str, Any] = {"status": status.value, "ended_at": now, "message": message}
        if result is not None:
            values |= {"result": dict(result), "share": 1.0}
        running = update(JOB).where(JOB.c.id == job_id, JOB.c.status == JobStatus.RUNNING.value)
        with self._database.write() as connection:
            return connection.execute(running.values(**values)).rowcount > 0

    def want_cancel(self, job_id: int) -> bool:
        """Ask a running job to stop; False if it is not running."""
        running = update(JOB).where(JOB.c.id == job_id, JOB.c.status == JobStatus.RUNNING.value)
        with self._database.write() as connection:
            return connection.execute(running.values(cancel_wanted=True)).rowcount > 0

    def get(self, job_id: int) -> Job:
        """One job.

        Raises:
            NotFoundError: no such job.
        """
        with self._database.read() as connection:
            row = connection.execute(select(JOB).where(JOB.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no training job {job_id}. See: chatbot train jobs.")
        return _job(row)

    def list(self, *, limit: int = 20) -> list[Job]:
        """The latest jobs, newest first."""
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(select(JOB).order_by(JOB.c.id.desc()).limit(limit))]

    def running(self) -> Job | None:
        """The job that is recorded as running, if any; its process may be gone."""
        with self._database.read() as connection:
            row = connection.execute(select(JOB).where(JOB.c.status == JobStatus.RUNNING.value)).one_or_none()
        return None if row is None else _job(row)


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        status=JobStatus(row.status),
        options=row.options,
        by=row.started_by,
        created_at=row.created_at,
        beat_at=row.beat_at,
        step=row.step,
        share=row.share,
        attempts=row.attempts,
        cancel_wanted=row.cancel_wanted,
        ended_at=row.ended_at,
        message=row.message,
        result=row.result or {},
    )
