"""The running assistant of a home: its stores, models and index put together."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.bootstrap.common_intents import common_intents_of
from chatbot.bootstrap.encoders import BaseEncoder
from chatbot.bootstrap.generators import small_talk_of
from chatbot.bootstrap.hot_swap import LiveSnapshot
from chatbot.bootstrap.indexes import index_of
from chatbot.bootstrap.models import live_generator, live_intent_model, serving_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import RoutingPolicy
from chatbot.knowledge.entries import Editing
from chatbot.knowledge.imports import Knowledge
from chatbot.ports import Encoder, Retriever
from chatbot.settings import Settings
from chatbot.types import Progress, no_progress

_LOOK_EVERY = 0.5  # seconds after which a reply looks whether another process changed knowledge or models


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


def build_application(stores: Stores, progress: Progress = no_progress) -> Application:
    """Build the assistant; the first reply, or `live()`, builds the rest and tells `progress` of a long indexing."""
    base = BaseEncoder(stores.settings)
    live = LiveSnapshot(
        lambda previous: build_snapshot(stores, base, previous, progress), stores.knowledge.revision, every=_LOOK_EVERY
    )
    assistant = Assistant(
        stores.conversations,
        live,
        max_message_chars=stores.settings.max_message_chars,
        customers_script=stores.settings.chinese_script == "customer",
    )
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
        live_generator(stores, previous, entries, encoder),
        default_policy(stores),
        stores.settings.tolerated_wrong,
        small_talk_of(previous),
        common_intents_of(previous),
    )


def default_policy(stores: Stores) -> RoutingPolicy:
    """The routing thresholds and the route each intent prefers."""
    routes = {definition.intent: definition.route for definition in stores.knowledge.intents()}
    return RoutingPolicy(suggests=stores.settings.suggest, routes=routes)


def build_index(stores: Stores, encoder: Encoder) -> Retriever | None:
    """The index of the stored entries, loaded when it is current and else rebuilt; None without entries."""
    return index_of(stores.knowledge.entries(), encoder, stores)
