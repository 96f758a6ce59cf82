"""The model of common intents that ships in `data/`, for every home."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.bootstrap.sample_shop import sample_dir
from chatbot.errors import ArtifactError

if TYPE_CHECKING:
    from chatbot.dialogue.snapshot import Snapshot
    from chatbot.ports import CommonIntents

_LOG = logging.getLogger(__name__)


def common_intents_dir() -> Path:
    """Where the shipped model is."""
    return sample_dir() / "common_intents" / "model"


def common_intents_of(previous: Snapshot | None) -> CommonIntents | None:
    """The shipped model; `previous` lends it. None where it is missing, as in an installation without the checkout."""
    if previous is not None and previous.common_intents is not None:
        return previous.common_intents
    directory = common_intents_dir()
    if not directory.is_dir():
        return None
    from chatbot.intent.common.model import load_common_intents

    try:
        return load_common_intents(directory)
    except ArtifactError as error:
        _LOG.warning("answering without the model of common intents: %s", error)
        return None
