"""Notifies the team's own systems when a conversation begins to wait: a small JSON is posted to a configured URL.

No reply waits for it: a thread polls the list, so conversations of other processes are reported too, each by only one
process. The notice contains nothing that anybody wrote.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from chatbot.concurrency.periodic import repeat
from chatbot.domain.handoffs import Handoff
from chatbot.ports.handoffs import HandoffStore

_LOG = logging.getLogger(__name__)
EVENT = "conversation_waits"
LOOK_SECONDS = 1.0
TIMEOUT_SECONDS = 5.0
PAUSES = (2.0, 15.0, 60.0)
"""Seconds before each retry; after the last one the notice is given up."""
NEWS_FOR = dt.timedelta(hours=1)
"""Conversations that have waited longer are not reported, so that a new setting or a restarted server reports no old
ones."""
_TRY_AGAIN = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)


@dataclass(frozen=True, slots=True)
class _Notice:
    """The body to post, the number of failures, and the time of the next try (seconds of the monotonic clock)."""

    body: dict[str, Any]
    failed: int = 0
    due: float = 0.0


class WaitingNotices:
    """Posts a notice for every conversation that begins to wait. Only one thread at a time may call `look`."""

    def __init__(
        self,
        handoffs: HandoffStore,
        address: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`timeout` and `pauses` are in seconds."""
        self._handoffs = handoffs
        self._address = address
        self._host = httpx.URL(address).host  # the rest of the URL may be secret, and logs are not
        self._timeout = timeout
        self._pauses = pauses
        self._open: list[_Notice] = []

    def begin(self, *, every: float = LOOK_SECONDS) -> threading.Event:
        """Poll every `every` seconds in a thread of its own; set the returned event to stop."""
        return repeat(self.look, every=every, name="telling who waits")

    def look(self) -> None:
        """Post the notices that are due; failed ones are retried later, or given up and logged.

        Raises:
            StorageError: the list cannot be read.
        """
        found = self._handoffs.newly_waiting(dt.datetime.now(dt.UTC) - NEWS_FOR)
        waiting = self._handoffs.count(unanswered=True) if found else 0
        self._open += [_Notice(notice(one, waiting)) for one in found]
        due = [one for one in self._open if one.due <= time.monotonic()]
        if not due:
            return
        self._open = [one for one in self._open if one not in due]
        with httpx.Client(timeout=self._timeout) as client:
            again = [self._posted(client, one) for one in due]
        self._open += [one for one in again if one is not None]

    def _posted(self, client: httpx.Client, one: _Notice) -> _Notice | None:
        """Post one notice: None if it arrived or is given up, otherwise the notice to retry."""
        try:
            answer = client.post(self._address, json=one.body)
        except httpx.HTTPError as error:
            reason, hopeless = f"{type(error).__name__}: {error}", False
        else:
            if answer.is_success:
                return None
            reason = f"it answered {answer.status_code}"
            hopeless = not answer.is_server_error and answer.status_code not in _TRY_AGAIN
        if hopeless or one.failed >= len(self._pauses):
            waits = one.body["conversation_id"]
            _LOG.error("%s was not told that conversation %s waits: %s", self._host, waits, reason)
            return None
        return replace(one, failed=one.failed + 1, due=time.monotonic() + self._pauses[one.failed])


def notice(handoff: Handoff, waiting: int) -> dict[str, Any]:
    """The body to post, without anything that the customer wrote. `waiting` conversations need an agent's reply."""
    return {
        "event": EVENT,
        "conversation_id": handoff.conversation.id,
        "lang": handoff.conversation.lang,
        "waiting_since": handoff.asked_at.isoformat(),
        "waiting": waiting,
        "text": f"A customer waits for a person. Conversations that need a reply of the team: {waiting}.",
    }
