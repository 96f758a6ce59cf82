"""Stores of the learning loop: the team's labels, training jobs, the held-out set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from chatbot.domain import Job, JobStatus, LabelAction, LabelledExample, LoggedMessage, MessageLabel


class ReviewStore(Protocol):
    """The team's labels of logged messages, and leases on messages under review."""

    def collect_signals(self) -> int:
        """Bring the stored implicit feedback up to date with the log; returns how many signals were written."""

    def logged(
        self,
        *,
        limit: int,
        unlabelled: bool = True,
        since: dt.datetime | None = None,
        free_for: str | None = None,
        ids: Collection[int] | None = None,
    ) -> list[LoggedMessage]:
        """Customers' messages, newest first, without clicks on offered choices and messages leased to others."""

    def label(self, message_ids: Sequence[int], intent: str | None, action: LabelAction, by: str) -> str:
        """Label messages as one batch and return its id. Raises NotFoundError."""

    def undo(self, by: str, batch: str | None = None) -> list[MessageLabel]:
        """Undo a batch, by default this person's last one. Raises NotFoundError."""

    def labels(self, *, limit: int = 100, standing: bool = False) -> list[MessageLabel]:
        """Who labelled what, newest first; with `standing`, only the label in force of each message."""

    def count_labels(self, *, since: dt.datetime | None = None) -> int:
        """Number of messages with a label to learn from."""

    def lease(self, message_ids: Sequence[int], holder: str, *, seconds: float) -> list[int]:
        """Lease those of the messages that nobody else holds; returns them."""

    def release(self, holder: str) -> None:
        """End all leases of this person."""


class JobStore(Protocol):
    """Training jobs: one runs at a time."""

    def start(self, options: Mapping[str, Any], by: str) -> Job:
        """Start a job. Raises TrainingError if one is running."""

    def restart(self, job_id: int) -> Job:
        """Run a job that ended early again, from its first step. Raises NotFoundError, TrainingError."""

    def progress(self, job_id: int, step: str, share: float) -> bool:
        """Store the progress of a job; False if it should stop."""

    def keep(self, job_id: int, result: Mapping[str, Any]) -> None:
        """Store the intermediate result of a running job in case it is killed."""

    def end(self, job_id: int, status: JobStatus, message: str = "", result: Mapping[str, Any] | None = None) -> bool:
        """Store how a running job ended; False if it is no longer running."""

    def want_cancel(self, job_id: int) -> bool:
        """Ask a running job to stop; False if it is not running."""

    def get(self, job_id: int) -> Job:
        """The job. Raises NotFoundError."""

    def list(self, *, limit: int = 20) -> list[Job]:
        """Jobs, newest first."""

    def running(self) -> Job | None:
        """The job that is recorded as running; its process may be gone."""


class EvaluationSetStore(Protocol):
    """The held-out set: labelled utterances that no model may learn from."""

    def examples(self) -> list[LabelledExample]: ...

    def messages(self) -> set[int]:
        """Ids of the logged messages in the set."""

    def count(self) -> int: ...

    def add(self, examples: Sequence[LabelledExample], messages: Mapping[int, int] | None = None) -> int:
        """Add utterances; `messages` maps positions to ids of logged messages. Returns how many are new."""

    def relabel(self, intents: Mapping[int, str | None]) -> None:
        """Apply corrections of messages in the set: the new intent by message id; None removes the message."""

    def clear(self) -> int:
        """Remove everything; returns the number of utterances removed."""
