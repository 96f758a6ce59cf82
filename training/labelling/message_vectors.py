"""Vectors of logged messages, kept in files so that the review queue opens at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chatbot.ports import Encoder
from chatbot.types import Progress, Vectors, no_progress
from chatbot.vectors.caches import KnownVectors

_AT_ONCE = 256


def message_vectors(texts: Sequence[str], encoder: Encoder, folder: Path, progress: Progress | None = None) -> Vectors:
    """The unit vectors of the texts, shape (n, d), encoding only those that are not kept in `folder`.

    A message that is not asked for any more, because it was labelled or erased, leaves the files at the next writing.
    """
    for outdated in folder.glob("*.safetensors"):  # as versions up to 0.1 kept them
        outdated.unlink(missing_ok=True)
    known = KnownVectors(
        encoder.encode, encoder_id=encoder.id, index_dir=folder, progress=progress or no_progress, at_once=_AT_ONCE
    )
    return known.of_all(texts)
