"""What every JobStore does."""

from __future__ import annotations

import pytest

from chatbot.domain import JobStatus
from chatbot.errors import NotFoundError, TrainingError
from chatbot.ports.learning import JobStore
from chatbot.storage.learning.jobs import SqlJobStore
from support.fakes.learning import FakeJobStore


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def jobs(request: pytest.FixtureRequest) -> JobStore:
    return FakeJobStore() if request.param == "fake" else SqlJobStore(request.getfixturevalue(request.param))


def test_one_job_runs_at_a_time_and_its_state_is_told(jobs: JobStore) -> None:
    job = jobs.start({"mode": "fast"}, "ann")
    with pytest.raises(TrainingError, match="running"):
        jobs.start({}, "bob")
    assert jobs.progress(job.id, "fitting", 0.5) is True
    assert jobs.want_cancel(job.id)
    assert jobs.progress(job.id, "fitting", 0.6) is False
    assert jobs.end(job.id, JobStatus.CANCELLED, "stopped")
    assert not jobs.end(job.id, JobStatus.DONE)
    assert jobs.running() is None
    again = jobs.restart(job.id)
    assert (again.step, again.share) == ("", 0.0)
    assert (again.status, again.attempts, again.cancel_wanted) == (JobStatus.RUNNING, 2, False)
    assert jobs.end(job.id, JobStatus.DONE, result={"version": "v1"})
    assert (jobs.get(job.id).share, jobs.list()[0].result) == (1.0, {"version": "v1"})
    with pytest.raises(TrainingError):
        jobs.restart(job.id)
    with pytest.raises(NotFoundError):
        jobs.get(99)


def test_what_a_killed_job_had_reached_is_kept(jobs: JobStore) -> None:
    first = jobs.start({"mode": "fast"}, "ann")
    jobs.keep(first.id, {"version": "v1"})
    assert jobs.end(first.id, JobStatus.INTERRUPTED, "gone")
    told = jobs.get(first.id)
    assert (told.status, told.message, told.result) == (JobStatus.INTERRUPTED, "gone", {"version": "v1"})
    assert told.ended_at is not None
    second = jobs.start({}, "bob")
    with pytest.raises(TrainingError, match="running"):
        jobs.restart(first.id)
    assert [job.id for job in jobs.list()] == [second.id, first.id]
    assert jobs.running() == jobs.get(second.id)
    assert not jobs.want_cancel(first.id)
    assert jobs.progress(first.id, "fitting", 0.5) is False
