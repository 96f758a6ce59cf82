"""The list of conversations that wait for a person, on the database of a home.

Knows: which implementation serves which port. Does not know: who looks after it.
"""

from __future__ import annotations

import datetime as dt
import threading

from chatbot.bootstrap.application import Stores
from chatbot.concurrency.periodic import repeat
from chatbot.handoff.inbox import Inbox
from chatbot.ports.handoffs import HandoffStore
from chatbot.storage.conversations.handoffs import SqlHandoffStore

_RELEASE_SECONDS = 15.0


def handoff_store(stores: Stores) -> HandoffStore:
    """That of an opened home."""
    return SqlHandoffStore(stores.database)


def inbox(stores: Stores) -> Inbox:
    """What colleagues do in an opened home."""
    return Inbox(stores.conversations, handoff_store(stores), stores.audit)


def begin_releases(stores: Stores) -> threading.Event | None:
    """Hand back for colleagues who stay silent, as the settings say; set what is returned to stop. None for never."""
    minutes = stores.settings.handoff_silence_minutes
    if not minutes:
        return None
    use, silent_for = inbox(stores), dt.timedelta(minutes=minutes)
    return repeat(lambda: use.release(silent_for), every=_RELEASE_SECONDS, name="handing back what nobody answers")


def begin_notices(stores: Stores) -> threading.Event | None:
    """Tell the address of the settings who begins to wait; set what is returned to stop. None where none is set."""
    address = stores.settings.handoff_webhook
    if address is None:
        return None
    from chatbot.handoff.webhook import WaitingNotices

    return WaitingNotices(handoff_store(stores), address.get_secret_value()).begin()
