"""Scheduled retraining of a home: nightly, or after a number of new labels; off by default."""

from __future__ import annotations

import datetime as dt
import logging
import threading

from chatbot.bootstrap.stores import Stores
from chatbot.concurrency.periodic import repeat
from chatbot.domain import Job
from chatbot.settings import Settings
from training.jobs.process import settle_interrupted, start_training

_LOG = logging.getLogger(__name__)
BY = "schedule"
OPTIONS = {"mode": "fast", "from_conversations": True, "promote": True}
_LOOK_SECONDS = 60.0


def is_due(settings: Settings, *, now: dt.datetime, last: dt.datetime | None, new_labels: int) -> bool:
    """Whether a training is due.

    Args:
        settings: `retrain_at` (local time, `HH:MM`) and `retrain_after_labels`.
        now: the local time, aware.
        last: when the last training began, whoever started it.
        new_labels: number of labels given since then. Without any there is nothing to learn, so nothing is due.
    """
    if not new_labels:
        return False
    if settings.retrain_after_labels and new_labels >= settings.retrain_after_labels:
        return True
    if settings.retrain_at is None:
        return False
    planned = dt.datetime.combine(now.date(), settings.retrain_at, now.tzinfo)
    if planned > now:
        planned -= dt.timedelta(days=1)
    return last is None or last < planned


def look(stores: Stores, *, now: dt.datetime | None = None) -> Job | None:
    """Start a training in its own process if one is due; returns its job."""
    settle_interrupted(stores)
    if stores.jobs.running() is not None:
        return None
    newest = next(iter(stores.jobs.list(limit=1)), None)
    last = newest.created_at if newest is not None else None
    local = now or dt.datetime.now().astimezone()
    if not is_due(stores.settings, now=local, last=last, new_labels=stores.review.count_labels(since=last)):
        return None
    job = start_training(stores, OPTIONS, BY)
    _LOG.info("training job %d was begun by the schedule", job.id)
    return job


def begin_schedule(stores: Stores) -> threading.Event | None:
    """Check every minute, in a thread; set the returned event to stop. None if the settings schedule nothing."""
    if stores.settings.retrain_at is None and not stores.settings.retrain_after_labels:
        return None
    return repeat(lambda: look(stores), every=_LOOK_SECONDS, name="retraining schedule")
