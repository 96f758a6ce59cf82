"""The reader that ships with the project, and the retriever that reads with it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.bootstrap.sample_shop import sample_dir
from chatbot.domain import FaqEntry
from chatbot.errors import ArtifactError
from chatbot.ports import Encoder, Retriever
from chatbot.settings import Settings
from chatbot.types import Encode, Progress, Vectors, no_progress

if TYPE_CHECKING:
    from chatbot.encoding.token_encoder import States
    from chatbot.reading.reading_retriever import Reading

_LOG = logging.getLogger(__name__)
READ_UP_TO = 5_000
"""Most entries of a base whose candidates are read: every one has some ten vectors, and all are compared."""
_STATES_KEPT = 2_000
"""Entries whose token states are kept in memory, some 40 kB each."""
_MESSAGES_KEPT = 256


def reader_dir() -> Path:
    """Where the shipped reader is."""
    return sample_dir() / "reader"


def read_with(
    inner: Retriever,
    entries: Sequence[FaqEntry],
    encoder: Encoder,
    settings: Settings,
    previous: Retriever | None,
    progress: Progress = no_progress,
) -> Retriever:
    """The retriever whose candidates are read; `inner` itself where nothing can or shall be read."""
    from chatbot.reading.base import EntryBase
    from chatbot.reading.reading_retriever import ReadingRetriever
    from chatbot.vectors.caches import KnownVectors

    wanted = settings.reading and len(entries) <= READ_UP_TO
    reading = _shipped_reading(settings.threads) if wanted else None
    if reading is None:
        return inner
    before = previous if isinstance(previous, ReadingRetriever) else None
    if before is not None and before.inner.fingerprint == inner.fingerprint:
        return replace(before, inner=inner)
    encoders: Mapping[str, tuple[str, Encode]] = {
        "serving": (encoder.id, encoder.encode),
        "tokens": (reading.encoder_id, lambda texts: _vectors(reading, texts)),
    }
    kept = {
        name: KnownVectors(
            encode, encoder_id=encoder_id, index_dir=settings.index_dir / f"reading-{name}", progress=progress
        ).of_all
        for name, (encoder_id, encode) in encoders.items()
    }
    if before is not None and before.reading is reading:  # an edit leaves most entries as they were read
        return ReadingRetriever(inner, EntryBase(entries, kept), reading, before.states)
    states = lru_cache(maxsize=_STATES_KEPT)(lambda text: _states(reading, text))
    return ReadingRetriever(inner, EntryBase(entries, kept), reading, states)


@lru_cache(maxsize=1)
def _shipped_reading(threads: int) -> Reading | None:
    """The reader in the installation; None where there is none, or it is damaged, which is logged once."""
    from chatbot.encoding.cross_reader import CrossReader
    from chatbot.encoding.token_encoder import TokenEncoder
    from chatbot.reading.reading_retriever import Reading
    from chatbot.reading.weights import load_weights

    directory = reader_dir()
    try:
        tokens = TokenEncoder(directory, threads=threads)
        reader, weights = CrossReader(directory, threads=threads), load_weights(directory)
    except ArtifactError as error:
        _LOG.error("Entries are found, but not read: %s", error)
        return None
    one = lru_cache(maxsize=_MESSAGES_KEPT)(lambda text: tokens.read([text])[0])
    return Reading(
        tokens.id,
        lambda texts: [one(texts[0])] if len(texts) == 1 else tokens.read(texts),
        reader.log_odds,
        weights,
    )


def _vectors(reading: Reading, texts: Sequence[str]) -> Vectors:
    import numpy as np

    return np.stack([one.vector for one in reading.read(texts)])


def _states(reading: Reading, text: str) -> States:
    states: States = reading.read([text])[0].states
    return states
