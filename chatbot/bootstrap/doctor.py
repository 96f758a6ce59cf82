"""Checks a home from top to bottom without changing it more than opening does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chatbot.bootstrap.application import build_index
from chatbot.bootstrap.encoders import BaseEncoder
from chatbot.bootstrap.models import load_generator, load_intent_model, serving_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.errors import ArtifactError, ChatbotError
from chatbot.ports import Encoder


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def check_stores(stores: Stores) -> Iterator[Check]:
    """The home directory, the database and what it holds."""
    yield _check("home is writable", lambda: _probe(stores))
    yield _check("database is sound", stores.database.check)
    yield _check("knowledge", lambda: f"{len(stores.knowledge.entries())} entries")
    yield _check("labelled utterances", lambda: f"{len(stores.knowledge.examples())} utterances")
    yield _check("conversations", lambda: f"{stores.conversations.count()} conversations")


def check_encoder(stores: Stores) -> Iterator[Check]:
    """The encoder, the index built with it, and the live models."""
    try:
        encoder = _usable_encoder(stores)
    except ChatbotError as error:
        yield Check("encoder loads", False, str(error))
        return
    yield Check("encoder loads", True, f"{encoder.id}, {encoder.dimension} dimensions")

    def index() -> str:
        built = build_index(stores, encoder)
        if built is None:
            return "no entries yet"
        tolerated = stores.settings.tolerated_wrong
        learned = (
            f"{lang} meaning {share:.0%} words {1 - share:.0%}, answers without an intent model from "
            f"{built.answer_from(lang, tolerated):.2f}"
            for lang, share in sorted(built.dense_share.items())
        )
        return f"{built.size} entries, {built.fingerprint}; learned: {'; '.join(learned)}"

    def intent_model() -> str:
        model = load_intent_model(stores, encoder_id=encoder.id)
        return f"{model.version}, {len(model.intents)} intents"

    yield _check("index equals database", index)
    if stores.registry.live("intent") is not None:
        yield _check("intent model loads", intent_model)
    if stores.registry.live("generator") is not None:
        yield _check("generator loads", lambda: load_generator(stores).version)


def _usable_encoder(stores: Stores) -> Encoder:
    """The encoder that serves, or that of the settings where the live model is damaged: its own check names that."""
    base = BaseEncoder(stores.settings)
    try:
        return serving_encoder(stores, base)
    except ArtifactError:
        return base()


def _probe(stores: Stores) -> str:
    try:
        with tempfile.TemporaryFile(dir=stores.settings.home):
            return str(stores.settings.home.resolve())
    except OSError as error:
        raise ChatbotError(f"{stores.settings.home} cannot be written: {error.strerror}.") from error


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except ChatbotError as error:
        return Check(name, False, str(error))
