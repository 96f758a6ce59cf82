"""Models of a home: which encoder, intent model and generator serve, loaded from the registry's directories."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.bootstrap.encoders import BaseEncoder, load_own_encoder
from chatbot.bootstrap.generators import build_generator, build_guard, generator_name, trained_generator
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import FaqEntry
from chatbot.errors import ArtifactError, NotFoundError
from chatbot.intent.artifact import read_manifest
from chatbot.ports import Encoder, Generator, IntentModel, ModelRegistry

if TYPE_CHECKING:
    from chatbot.generation.guard.grounding import GroundingGuard

_LOG = logging.getLogger(__name__)


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


def live_generator(
    stores: Stores, previous: Snapshot | None, entries: Sequence[FaqEntry], encoder: Encoder
) -> Generator | None:
    """The guarded generator of the settings, or None where nobody writes replies; `previous` lends it if unchanged."""
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
        raise NotFoundError.of(
            "no_version_of_name",
            "There is no model version {version!r}. See them with: chatbot models list",
            version=version,
        )
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
