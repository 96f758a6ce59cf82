"""The list of conversations that wait for a person, on the database of a home.

Knows: which implementation serves which port. Does not know: who looks after it.
"""

from __future__ import annotations

import threading

from chatbot.bootstrap import Stores
from chatbot.inbox import Inbox
from chatbot.ports.handoffs import HandoffStore
from chatbot.storage.handoffs import SqlHandoffStore


def handoff_store(stores: Stores) -> HandoffStore:
    """That of an opened home."""
    return SqlHandoffStore(stores.database)


def inbox(stores: Stores) -> Inbox:
    """What colleagues do in an opened home."""
    return Inbox(stores.conversations, handoff_store(stores), stores.audit)


def begin_notices(stores: Stores) -> threading.Event | None:
    """Tell the address of the settings who begins to wait; set what is returned to stop. None where none is set."""
    address = stores.settings.handoff_webhook
    if address is None:
        return None
    from chatbot.webhook import WaitingNotices

    return WaitingNotices(handoff_store(stores), address.get_secret_value()).begin()
