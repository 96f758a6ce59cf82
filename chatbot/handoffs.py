"""The list of conversations that wait for a person, on the database of a home.

Knows: which implementation serves which port. Does not know: who looks after it.
"""

from __future__ import annotations

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
