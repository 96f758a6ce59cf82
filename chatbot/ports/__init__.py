"""What the use cases need from outside, as protocols.

One contract test per protocol runs against every implementation and fake.
"""

from __future__ import annotations

from chatbot.ports.editing import EntryStore
from chatbot.ports.models import CommonIntents, Encoder, Generator, IntentModel, Retriever
from chatbot.ports.stores import AuditLog, ConversationStore, KnowledgeStore, ModelRegistry, ReportOf, StateStore
from chatbot.types import Progress, no_progress

__all__ = [
    "AuditLog",
    "CommonIntents",
    "ConversationStore",
    "Encoder",
    "EntryStore",
    "Generator",
    "IntentModel",
    "KnowledgeStore",
    "ModelRegistry",
    "Progress",
    "ReportOf",
    "Retriever",
    "StateStore",
    "no_progress",
]
