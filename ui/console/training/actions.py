"""What the console does with versions of the intent model, as plain functions."""

from __future__ import annotations

from chatbot.domain import ModelRecord
from chatbot.domain.promotion import GateVerdict
from chatbot.errors import InputError
from ui.services import ModelReport, Services
from ui.wording.words import Words

INTENT = "intent"


def versions(services: Services) -> tuple[list[ModelRecord], str | None]:
    """Intent model versions, newest first, and the live one."""
    found = sorted(services.models.registry.list(INTENT), key=lambda record: record.created_at, reverse=True)
    return found, services.models.registry.live(INTENT)


def report_of(services: Services, version: str | None, say: Words) -> ModelReport:
    """What training reported about a version. Raises InputError when none is chosen, NotFoundError."""
    if not version:
        raise InputError(say("no_version"))
    return services.models.report(version)


def promote(services: Services, version: str | None, say: Words, override: str = "") -> str:
    """Make a version live if the gate lets it; returns what the gate said.

    Raises:
        InputError: no version is chosen.
        PromotionRefusedError: the gate refuses, and there is no reason to override it.
        NotFoundError: no such version.
    """
    if not version:
        raise InputError(say("no_version"))
    return services.models.promote(version, override)


def compare(services: Services, version: str | None, say: Words) -> GateVerdict:
    """What the gate says of a version. Raises InputError when none is chosen, NotFoundError, ArtifactError."""
    if not version:
        raise InputError(say("no_version"))
    return services.models.compare(version)


def rollback(services: Services) -> str:
    """Make the version before live again. Raises NotFoundError."""
    return services.models.rollback()
