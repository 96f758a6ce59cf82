"""Caches the vectors of logged messages in files, so that the review queue opens at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chatbot.ports import Encoder
from chatbot.types import Progress, Vectors, no_progress
from chatbot.vectors.caches import KnownVectors

_AT_ONCE = 256


def message_vectors(texts: Sequence[str], encoder: Encoder, folder: Path, progress: Progress | None = None) -> Vectors:
    """The unit vectors of the texts, shape (n, d); only those missing in `folder` are encoded.

    A message that is no longer requested, because it was labelled or erased, is dropped at the next write.
    """
    for outdated in folder.glob("*.safetensors"):  # the format of versions up to 0.1
        outdated.unlink(missing_ok=True)
    known = KnownVectors(
        encoder.encode, encoder_id=encoder.id, index_dir=folder, progress=progress or no_progress, at_once=_AT_ONCE
    )
    return known.of_all(texts)
