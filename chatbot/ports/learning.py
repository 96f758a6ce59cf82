"""Stores of the learning loop: labels of the team, training jobs, the frozen evaluation set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from chatbot.domain import Job, JobStatus, LabelAction, LabelledExample, LoggedMessage, MessageLabel


class ReviewStore(Protocol):
    """What the team says about logged messages, and who is looking at which."""

    def collect_signals(self) -> int:
        """Bring the stored signs of customers up to date with the log; returns how many were written."""

    def logged(
        self,
        *,
        limit: int,
        unlabelled: bool = True,
        since: dt.datetime | None = None,
        free_for: str | None = None,
        ids: Collection[int] | None = None,
    ) -> list[LoggedMessage]:
        """What customers wrote, newest first, without clicks on offered choices and what others hold."""

    def label(self, message_ids: Sequence[int], intent: str | None, action: LabelAction, by: str) -> str:
        """Label messages as one batch and return it. Raises NotFoundError."""

    def undo(self, by: str, batch: str | None = None) -> list[MessageLabel]:
        """Take back a batch, by default this person's last one. Raises NotFoundError."""

    def labels(self, *, limit: int = 100, standing: bool = False) -> list[MessageLabel]:
        """Who labelled what, newest first; with `standing`, of each message only the label that counts."""

    def count_labels(self, *, since: dt.datetime | None = None) -> int:
        """How many messages have a label to learn from."""

    def lease(self, message_ids: Sequence[int], holder: str, *, seconds: float) -> list[int]:
        """Reserve those messages that nobody else holds; returns them."""

    def release(self, holder: str) -> None:
        """Give back everything that this person holds."""


class JobStore(Protocol):
    """Training jobs: one runs at a time."""

    def start(self, options: Mapping[str, Any], by: str) -> Job:
        """Raises TrainingError when one is running."""

    def restart(self, job_id: int) -> Job:
        """Let a job that ended early run once more, from its first step. Raises NotFoundError, TrainingError."""

    def progress(self, job_id: int, step: str, share: float) -> bool:
        """Note where a job stands; False when it is wanted to stop."""

    def keep(self, job_id: int, result: Mapping[str, Any]) -> None:
        """Note what a running job has reached, for the case that it is killed."""

    def end(self, job_id: int, status: JobStatus, message: str = "", result: Mapping[str, Any] | None = None) -> bool:
        """Note how a running job ended; False when it is not running any more."""

    def want_cancel(self, job_id: int) -> bool:
        """Ask a running job to stop; False when it is not running."""

    def get(self, job_id: int) -> Job:
        """Raises NotFoundError."""

    def list(self, *, limit: int = 20) -> list[Job]:
        """Newest first."""

    def running(self) -> Job | None:
        """The job noted as running; its process may be gone."""


class FrozenStore(Protocol):
    """Labelled utterances that no model may learn from."""

    def examples(self) -> list[LabelledExample]: ...

    def messages(self) -> set[int]:
        """The logged messages that are frozen."""

    def count(self) -> int: ...

    def add(self, examples: Sequence[LabelledExample], messages: Mapping[int, int] | None = None) -> int:
        """Freeze utterances; `messages` names, by place, the logged message of one. Returns how many are new."""

    def relabel(self, intents: Mapping[int, str | None]) -> None:
        """Follow corrections of frozen messages; None takes one out."""

    def clear(self) -> int:
        """Unfreeze everything; returns how many utterances that were."""
