"""Which implementation serves which port: plain dicts, name to factory, and the functions that put parts together.

Knows: every adapter. Does not know: pages, commands, training.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.bootstrap.encoders import BaseEncoder, load_own_encoder
from chatbot.bootstrap.generators import build_generator, build_guard, generator_name, small_talk_of, trained_generator
from chatbot.bootstrap.hot_swap import LiveSnapshot
from chatbot.bootstrap.indexes import index_of
from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import FaqEntry, RoutingPolicy
from chatbot.errors import ArtifactError, NotFoundError
from chatbot.intent.artifact import read_manifest
from chatbot.knowledge.entries import Editing
from chatbot.knowledge.imports import Indexing, Knowledge, unheard
from chatbot.ports import (
    AuditLog,
    ConversationStore,
    Encoder,
    EntryStore,
    Generator,
    IntentModel,
    KnowledgeStore,
    ModelRegistry,
    Retriever,
    StateStore,
)
from chatbot.ports.drafts import DraftStore
from chatbot.settings import Settings
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.audit import SqlAuditLog
from chatbot.storage.database.engine import Database, open_database
from chatbot.storage.database.key_value import SqlStateStore
from chatbot.storage.faq.drafts import SqlDraftStore
from chatbot.storage.faq.editing import SqlEntryStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore
from chatbot.storage.learning.registry import SqlModelRegistry
from chatbot.types import Progress, no_progress

if TYPE_CHECKING:
    from chatbot.generation.guard.judge import GroundingGuard

_LOG = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds after which a reply looks whether another process changed knowledge or models


@dataclass(frozen=True, slots=True)
class Stores:
    """The database behind its ports."""

    settings: Settings
    database: Database
    conversations: ConversationStore
    knowledge: KnowledgeStore
    registry: ModelRegistry
    audit: AuditLog
    state: StateStore
    drafts: DraftStore
    entries: EntryStore

    def knowledge_use(self, changed: Callable[[], object] = lambda: None, indexing: Indexing = unheard) -> Knowledge:
        """The use case of importing; `changed` runs after each change, and `indexing` makes heard how far it is."""
        return Knowledge(self.knowledge, self.conversations, self.audit, changed, indexing)

    def close(self) -> None:
        """Release the connections."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Application:
    """Everything a running assistant consists of."""

    stores: Stores
    base_encoder: BaseEncoder
    live: LiveSnapshot
    assistant: Assistant
    knowledge: Knowledge
    editing: Editing

    @property
    def settings(self) -> Settings:
        return self.stores.settings


def open_stores(settings: Settings) -> Stores:
    """Open the database, migrating it first.

    Raises:
        StorageError: the home or the database cannot be used.
    """
    database = open_database(settings.url, backup_dir=settings.home / "backups")
    return Stores(
        settings,
        database,
        SqlConversationStore(database),
        SqlKnowledgeStore(database),
        SqlModelRegistry(database),
        SqlAuditLog(database),
        SqlStateStore(database),
        SqlDraftStore(database),
        SqlEntryStore(database),
    )


def build_application(stores: Stores, progress: Progress = no_progress) -> Application:
    """Build the assistant; the first reply, or `live()`, builds the rest and tells `progress` of a long indexing."""
    base = BaseEncoder(stores.settings)
    live = LiveSnapshot(
        lambda previous: build_snapshot(stores, base, previous, progress), stores.knowledge.revision, every=_LOOK_EVERY
    )
    assistant = Assistant(stores.conversations, live, max_message_chars=stores.settings.max_message_chars)
    editing = Editing(stores.entries, stores.audit, live.refresh)
    return Application(stores, base, live, assistant, stores.knowledge_use(live.refresh), editing)


def build_snapshot(
    stores: Stores, base: BaseEncoder, previous: Snapshot | None, progress: Progress = no_progress
) -> Snapshot:
    """What the database names as live, reusing what did not change."""
    encoder = serving_encoder(stores, base, previous=previous.encoder if previous is not None else None)
    entries = stores.knowledge.entries()
    return Snapshot(
        encoder,
        live_intent_model(stores, encoder, previous),
        index_of(entries, encoder, stores, previous.retriever if previous is not None else None, progress),
        _live_generator(stores, previous, entries, encoder),
        default_policy(stores),
        stores.settings.tolerated_wrong,
        small_talk_of(previous),
    )


def default_policy(stores: Stores) -> RoutingPolicy:
    """The routing thresholds and the route each intent prefers."""
    return RoutingPolicy(routes={d.intent: d.route for d in stores.knowledge.intents()})


def serving_encoder(
    stores: Stores, base: BaseEncoder, *, version: str | None = None, previous: Encoder | None = None
) -> Encoder:
    """The encoder that a version of the intent model, by default the live one, is served with.

    A tuned version brings its own, unless the setting names another encoder than it was tuned from.

    Raises:
        NotFoundError: no such version.
        ArtifactError: its encoder is damaged.
        ConfigError: the encoder of the settings does not exist.
    """
    version = version or stores.registry.live("intent")
    if version is None:
        return base()
    directory = _model_dir(stores, "intent", version)
    described = read_manifest(directory)
    if described.get("base_encoder") != stores.settings.encoder:
        return base()
    if previous is not None and previous.id == described["encoder_id"]:
        return previous
    return load_own_encoder(directory, stores.settings) or base()


def build_index(stores: Stores, encoder: Encoder) -> Retriever | None:
    """The index of the stored entries, loaded when it is current and else rebuilt; None without entries."""
    return index_of(stores.knowledge.entries(), encoder, stores)


# Intent models


def load_intent_model(stores: Stores, *, version: str | None = None, encoder_id: str | None = None) -> IntentModel:
    """A version of the intent model, by default the live one.

    Raises:
        NotFoundError: there is none, or none of that name.
        ArtifactError: its directory is incomplete, or it was trained on vectors of another encoder than `encoder_id`.
    """
    from chatbot.intent.linear import load_linear_model

    version = version or stores.registry.live("intent")
    if version is None:
        raise NotFoundError("There is no intent model yet. Train one with: chatbot train intent --data FILE")
    return load_linear_model(_model_dir(stores, "intent", version), encoder_id=encoder_id)


def live_intent_model(stores: Stores, encoder: Encoder, previous: Snapshot | None) -> IntentModel | None:
    """The live version, if there is one and it fits the encoder; `previous` lends it where it is loaded already."""
    version = stores.registry.live("intent")
    if version is None:
        return None
    if previous is not None and previous.intent_model is not None and previous.intent_model.version == version:
        return previous.intent_model
    model = load_intent_model(stores, version=version)
    if model.encoder_id != encoder.id:
        _LOG.warning(
            "intent model %s was trained with encoder %s, but %s is set: answering without it. "
            "Run: chatbot train intent --promote",
            version,
            model.encoder_id,
            encoder.id,
        )
        return None
    return model


# Generators


def load_generator(stores: Stores, *, version: str | None = None) -> Generator:
    """A version of the generator, unguarded, by default the live one.

    Raises:
        NotFoundError: there is none, or none of that name.
        ArtifactError: its directory is incomplete.
    """
    version = version or stores.registry.live("generator")
    if version is None:
        raise NotFoundError("There is no generator yet. Train one with: chatbot train generator --data FILE")
    return trained_generator(_model_dir(stores, "generator", version), stores.settings)


def guarded_by(stores: Stores, encoder: Encoder, *, version: str | None = None) -> GroundingGuard:
    """The guard that replies of a version of the generator, by default the live one, are judged with."""
    from chatbot.generation.guard.guarded_generator import names_in

    version = version or stores.registry.live("generator")
    directory = _model_dir(stores, "generator", version) if version is not None else None
    return build_guard(stores.settings, encoder, directory, names_in(stores.knowledge.entries()))


def _live_generator(
    stores: Stores, previous: Snapshot | None, entries: Sequence[FaqEntry], encoder: Encoder
) -> Generator | None:
    from chatbot.generation.guard.guarded_generator import GuardedGenerator, names_in

    version = stores.registry.live("generator")
    directory = _model_dir(stores, "generator", version) if version is not None else None
    name = generator_name(stores.settings, version)
    if name is None:
        return None
    before = previous.generator if previous is not None and previous.encoder.id == encoder.id else None
    if isinstance(before, GuardedGenerator) and before.version == name:
        return GuardedGenerator(before.inner, before.guard.with_names(names_in(entries)))
    guard = build_guard(stores.settings, encoder, directory, names_in(entries))
    return GuardedGenerator(build_generator(stores.settings, version, directory), guard)


# The registry and its directories


def check_model(stores: Stores, version: str) -> str:
    """The kind of a registered version, after loading it once.

    Raises:
        NotFoundError: no such version.
        ArtifactError: its directory is incomplete.
    """
    kind = registered_kind(stores.registry, version)
    if kind == "intent":
        load_intent_model(stores, version=version)
    else:
        load_generator(stores, version=version)
    return kind


def registered_kind(registry: ModelRegistry, version: str) -> str:
    """The kind of a registered version; any other name, a path above all, leads nowhere.

    Raises:
        NotFoundError: no such version.
    """
    kinds = [record.kind for record in registry.list() if record.version == version]
    if not kinds or Path(version).name != version:
        raise NotFoundError(f"There is no model version {version!r}. See them with: chatbot models list")
    return kinds[0]


def _model_dir(stores: Stores, kind: str, version: str) -> Path:
    directory = stores.settings.models_dir(kind) / version
    if not directory.is_dir():
        known = [record.version for record in stores.registry.list(kind)]
        if version not in known:
            raise NotFoundError(f"There is no {kind} model {version!r}. See them with: chatbot models list")
        raise ArtifactError(
            f"The directory of {kind} model {version} is missing ({directory}). Restore it, or run: chatbot models "
            f"rollback --kind {kind}"
        )
    return directory
