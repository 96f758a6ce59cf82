"""The stores of a home: which implementation serves which port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatbot.handoff.inbox import Inbox
from chatbot.knowledge.imports import Indexing, Knowledge, unheard
from chatbot.ports import AuditLog, ConversationStore, EntryStore, KnowledgeStore, ModelRegistry, StateStore
from chatbot.ports.drafts import DraftStore
from chatbot.ports.handoffs import HandoffStore
from chatbot.ports.learning import EvaluationSetStore, JobStore, ReviewStore
from chatbot.settings import Settings
from chatbot.storage.conversations.handoffs import SqlHandoffStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.audit import SqlAuditLog
from chatbot.storage.database.engine import Database, open_database
from chatbot.storage.database.key_value import SqlStateStore
from chatbot.storage.faq.drafts import SqlDraftStore
from chatbot.storage.faq.editing import SqlEntryStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from chatbot.storage.learning.evaluation_set import SqlEvaluationSetStore
from chatbot.storage.learning.jobs import SqlJobStore
from chatbot.storage.learning.registry import SqlModelRegistry
from chatbot.storage.learning.review import SqlReviewStore


@dataclass(frozen=True, slots=True)
class Stores:
    """The database of a home behind its ports."""

    settings: Settings
    database: Database
    conversations: ConversationStore
    handoffs: HandoffStore
    knowledge: KnowledgeStore
    entries: EntryStore
    drafts: DraftStore
    registry: ModelRegistry
    review: ReviewStore
    jobs: JobStore
    evaluation_set: EvaluationSetStore
    state: StateStore
    audit: AuditLog

    @property
    def inbox(self) -> Inbox:
        """What agents do with conversations that wait for a person."""
        return Inbox(self.conversations, self.handoffs, self.audit)

    def knowledge_use(self, changed: Callable[[], object] = lambda: None, indexing: Indexing = unheard) -> Knowledge:
        """The use case of importing; `changed` runs after each change, and `indexing` reports how far it is."""
        return Knowledge(self.knowledge, self.conversations, self.audit, changed, indexing)

    def close(self) -> None:
        """Release the connections."""
        self.database.close()


def open_stores(settings: Settings) -> Stores:
    """Open the database, migrating it first.

    Raises:
        StorageError: the home or the database cannot be used.
    """
    database = open_database(settings.url, backup_dir=settings.home / "backups")
    return Stores(
        settings=settings,
        database=database,
        conversations=SqlConversationStore(database),
        handoffs=SqlHandoffStore(database),
        knowledge=SqlKnowledgeStore(database),
        entries=SqlEntryStore(database),
        drafts=SqlDraftStore(database),
        registry=SqlModelRegistry(database),
        review=SqlReviewStore(database),
        jobs=SqlJobStore(database),
        evaluation_set=SqlEvaluationSetStore(database),
        state=SqlStateStore(database),
        audit=SqlAuditLog(database),
    )
