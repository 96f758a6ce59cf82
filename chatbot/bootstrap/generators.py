"""Which generator the settings name, and the guard on it: a plain dict, name to factory."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.bootstrap.encoders import languages_read
from chatbot.errors import ConfigError
from chatbot.ports import Encoder, Generator
from chatbot.settings import Settings

if TYPE_CHECKING:
    from chatbot.dialogue.snapshot import Snapshot
    from chatbot.domain import ReadyReply
    from chatbot.generation.guard.grounding import GroundingGuard

SMALL_TALK = "small_talk.json"


def trained_generator(directory: Path, settings: Settings) -> Generator:
    """A GPT-2 trained by this project.

    Raises:
        ArtifactError: its directory is incomplete or damaged.
    """
    from chatbot.generation.backends.gpt2 import Gpt2Generator

    return Gpt2Generator(directory, threads=settings.threads, seconds=settings.generator_seconds)


def _any_causal(settings: Settings) -> Generator:
    from chatbot.generation.backends.transformers import CausalGenerator

    return CausalGenerator(settings.generator_model, threads=settings.threads, seconds=settings.generator_seconds)


def _openai(settings: Settings) -> Generator:
    from chatbot.generation.backends.openai import OpenAIGenerator

    key = settings.generator_key.get_secret_value() if settings.generator_key is not None else ""
    return OpenAIGenerator(
        settings.generator_url,
        settings.generator_model,
        key=key,
        seconds=settings.generator_seconds,
        context=settings.generator_context,
    )


OTHER_GENERATORS: Mapping[str, Callable[[Settings], Generator]] = {"transformers": _any_causal, "openai": _openai}
"""Those that need no trained version; the live one, if any, stands in for an `openai` server that fails."""


def generator_name(settings: Settings, version: str | None) -> str | None:
    """The version that `build_generator` will have, or None where nobody writes replies."""
    if settings.generator == "none":
        return None
    if settings.generator == "openai":
        return f"openai:{settings.generator_model}"
    return settings.generator_model if settings.generator == "transformers" else version


def build_generator(settings: Settings, version: str | None, directory: Path | None) -> Generator:
    """The generator of the settings, pooled and loaded when it is first needed; `version` is the live one, if any.

    Raises:
        ConfigError: the settings name no model, or no server.
    """
    from chatbot.generation.backends.fallback import StandbyGenerator
    from chatbot.generation.backends.lazy import LazyGenerator
    from chatbot.generation.backends.pool import PooledGenerator
    from chatbot.generation.chat_messages import told

    local: Generator | None = None
    if version is not None and directory is not None:
        local = LazyGenerator(version, lambda: trained_generator(directory, settings))
    name = generator_name(settings, version)
    if name is None or (settings.generator == "gpt2" and local is None):
        raise ConfigError("No generator is set.")
    if settings.generator == "openai":
        chosen: Generator = StandbyGenerator(_openai(settings), local)
    elif settings.generator == "transformers":
        if not settings.generator_model:
            raise ConfigError(
                "CHATBOT_GENERATOR=transformers needs a model: set CHATBOT_GENERATOR_MODEL to a directory or hub id."
            )
        chosen = LazyGenerator(name, lambda: _any_causal(settings), instructions=told())
    elif local is not None:
        chosen = local
    return PooledGenerator(chosen, workers=settings.generator_workers)


def build_guard(
    settings: Settings, encoder: Encoder, directory: Path | None, known_names: Collection[str]
) -> GroundingGuard:
    """The guard for a generator in `directory`, whose small talk counts as known."""
    from chatbot.generation.guard.grounding import GroundingGuard

    return GroundingGuard(
        encoder.encode,
        dense=languages_read(settings),
        floor=settings.generator_floor,
        known_names=known_names,
        own_replies=_own_replies(directory),
    )


def small_talk_of(previous: Snapshot | None) -> Callable[[str, str, bool], ReadyReply | None]:
    """What answers plain small talk in any home, with or without a model; `previous` lends it."""
    from chatbot.generation.small_talk import PlainSmallTalk

    known = previous.small_talk if previous is not None else None
    return known if known is not None else PlainSmallTalk()


def _own_replies(directory: Path | None) -> dict[str, dict[str, list[str]]]:
    """What the training found to be the team's small talk; nothing where it is missing or damaged."""
    try:
        found: Any = json.loads((directory / SMALL_TALK).read_text("utf-8")) if directory is not None else {}
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(lang): {str(kind): [str(one) for one in replies] for kind, replies in kinds.items()}
        for lang, kinds in found.items()
        if isinstance(kinds, dict)
    }
