"""Trainings, promotions and rollbacks that are killed: the live model goes on, and the state is told as it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.bootstrap.models import load_intent_model
from chatbot.bootstrap.stores import Stores, open_stores
from chatbot.domain import Job, JobStatus, LabelledExample, Role
from chatbot.errors import TrainingError
from chatbot.settings import Settings
from support.paths import ROOT
from support.servers.command_line import run
from support.shops.small_shop import INTENTS
from training.jobs.process import follow, job_log, launch, resume_after_restart, settle_interrupted, start_job

PATIENCE = 180
PHASES = ("validating", "fitting", "writing", "frozen messages", "recent messages")
USUAL = ("fitting", "recent messages")
"""The phases of every run of the tests; the others are looked at with the benches."""
LOGGED = 400
"""So many messages take the gate long enough to be met at them."""
WANTED = {"mode": "fast", "from_conversations": True, "promote": True}
PROMOTING = """
import sys
from chatbot.bootstrap.stores import open_stores
from chatbot.settings import load_settings
stores = open_stores(load_settings())
versions = [record.version for record in stores.registry.list("intent")]
print("begun", flush=True)
while True:
    for version in versions:
        stores.registry.promote("intent", version, by="killed")
    stores.registry.rollback("intent")
"""


@pytest.fixture
def stores(shop: Path) -> Iterator[Stores]:
    opened = open_stores(Settings(home=shop))
    yield opened
    opened.close()


def log_messages(stores: Stores) -> None:
    """What the gate replays."""
    begun = stores.conversations.start("visitor", "en")
    for number in range(LOGGED):
        stores.conversations.add_message(begun.id, Role.CUSTOMER, f"where is parcel {number}, and who has it?")


def kill_at(stores: Stores, job: Job, process: subprocess.Popen[bytes], phase: str) -> bool:
    """Kill the process of a job as soon as its log names the phase; False when it ended before."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        if phase in job_log(stores.settings.home, job.id):
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    return process.wait(PATIENCE) == -signal.SIGKILL


def gone(stores: Stores) -> Job:
    """The job that is told to be interrupted, once its last sign of life is old enough."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = settle_interrupted(stores)
        if found is not None:
            return found
        time.sleep(0.2)
    raise AssertionError("the job is still said to run")


@pytest.mark.parametrize(
    "phase", [pytest.param(phase, marks=() if phase in USUAL else pytest.mark.bench) for phase in PHASES]
)
def test_a_killed_training_is_told_leaves_the_live_model_alone_and_can_be_resumed(
    stores: Stores, shop: Path, phase: str
) -> None:
    live = stores.registry.live("intent")
    log_messages(stores)
    stores.evaluation_set.add(
        [LabelledExample(f"where is parcel {number} now?", INTENTS[0]) for number in range(LOGGED)]
    )
    job = start_job(stores, WANTED, "ann")
    assert kill_at(stores, job, launch(stores, job), phase)
    told = gone(stores)
    assert (told.status, told.id) == (JobStatus.INTERRUPTED, job.id)
    assert "resume" in told.message
    assert stores.registry.live("intent") == live
    assert run("ask", "where is my parcel", "--json", home=shop).json["reply"]

    again = resume_after_restart(stores)
    assert again is not None
    assert again.attempts == 2
    with pytest.raises(TrainingError, match="running"):
        start_job(stores, WANTED, "bob")
    done = follow(stores, job.id, lambda step, share: None)
    assert done.status is JobStatus.DONE, job_log(shop, job.id)
    assert load_intent_model(stores, version=str(done.result["version"]))
    assert resume_after_restart(stores) is None
    assert not list((shop / "models" / "intent").glob(".2*"))


def test_a_running_training_is_stopped_at_its_next_step(stores: Stores) -> None:
    live = stores.registry.live("intent")
    job = start_job(stores, WANTED, "ann")
    process = launch(stores, job)
    assert stores.jobs.want_cancel(job.id)
    process.wait(PATIENCE)
    assert stores.jobs.get(job.id).status is JobStatus.CANCELLED
    assert stores.registry.live("intent") == live
    assert "stopped" in job_log(stores.settings.home, job.id)


def test_killed_promotions_and_rollbacks_leave_exactly_one_live_version(stores: Stores, shop: Path) -> None:
    live = str(stores.registry.live("intent"))
    for number in range(3):  # versions that differ by name alone
        stores.registry.add("intent", f"copy-{number}", {})
    environment = {**os.environ, "CHATBOT_HOME": str(shop), "PYTHONPATH": str(ROOT)}
    for pause in (0.0, 0.05, 0.21):
        with subprocess.Popen([sys.executable, "-c", PROMOTING], env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(pause)  # no wait for anything: only a moment to kill at
            process.kill()
        statuses = [record.status for record in stores.registry.list("intent")]
        assert statuses.count("live") == 1
    stores.registry.promote("intent", live)
    assert run("ask", "where is my parcel", "--json", home=shop).json["reply"]
