"""What a running server does for waiting conversations: hand back after an agent's silence, notify the webhook."""

from __future__ import annotations

import datetime as dt
import threading

from chatbot.bootstrap.stores import Stores
from chatbot.concurrency.periodic import repeat

_RELEASE_SECONDS = 15.0


def begin_releases(stores: Stores) -> threading.Event | None:
    """Hand back for colleagues who stay silent, as the settings say; set what is returned to stop. None for never."""
    minutes = stores.settings.handoff_silence_minutes
    if not minutes:
        return None
    use, silent_for = stores.inbox, dt.timedelta(minutes=minutes)
    return repeat(lambda: use.release(silent_for), every=_RELEASE_SECONDS, name="handing back what nobody answers")


def begin_notices(stores: Stores) -> threading.Event | None:
    """Tell the address of the settings who begins to wait; set what is returned to stop. None where none is set."""
    address = stores.settings.handoff_webhook
    if address is None:
        return None
    from chatbot.handoff.webhook import WaitingNotices

    return WaitingNotices(stores.handoffs, address.get_secret_value()).begin()
