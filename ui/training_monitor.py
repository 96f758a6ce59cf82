"""One training run at a time, watched from any number of open pages.

A run goes on when the page that started it is closed or reloaded.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from chatbot.errors import ChatbotError
from chatbot.types import Progress
from ui.services import TrainedSummary

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingStatus:
    """Where the run stands. `number` counts runs; `share` is 0 to 1; a run that ended has a summary or a failure."""

    number: int = 0
    running: bool = False
    step: str = ""
    share: float = 0.0
    summary: TrainedSummary | None = None
    failure: str = ""
    broke: bool = False


class Retraining:
    """Starts runs and knows the state of the latest one. Safe to share between threads."""

    def __init__(
        self,
        retrain: Callable[[str, Progress], TrainedSummary],
        runs: Callable[[], bool] = lambda: False,
    ) -> None:
        """`runs` says whether a training was begun elsewhere: it is followed then."""
        self._retrain = retrain
        self._runs = runs
        self._lock = threading.Lock()
        self._status = TrainingStatus()

    def status(self) -> TrainingStatus:
        """The latest run, one begun elsewhere included; number 0 before the first."""
        if not self._status.running and self._runs():
            self.start("")
        return self._status

    def start(self, mode: str) -> bool:
        """Start a run of this mode in its own thread; False when one is running already."""
        with self._lock:
            if self._status.running:
                return False
            self._status = TrainingStatus(number=self._status.number + 1, running=True)
        threading.Thread(target=self._work, args=(mode,), name="retraining", daemon=True).start()
        return True

    def _work(self, mode: str) -> None:
        number = self._status.number

        def progress(step: str, share: float) -> None:
            self._status = TrainingStatus(number, True, step, min(1.0, max(0.0, share)))

        try:
            summary = self._retrain(mode, progress)
        except ChatbotError as error:
            self._status = TrainingStatus(number, failure=str(error))
        except Exception:  # noqa: BLE001  # a thread has no caller: the page says so, the log has the traceback
            _LOG.exception("training failed")
            self._status = TrainingStatus(number, broke=True)
        else:
            self._status = TrainingStatus(number, share=1.0, summary=summary)
