"""Vectors of logged messages, kept in a file so that the review queue opens at once.

Knows: the file, which message it is of. Does not know: the encoder, what the vectors are for. A message that is not
asked for any more, because it was labelled or erased, leaves the file at its next writing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from chatbot.text import content_hash
from chatbot.types import Encode, Progress
from training.datasets.seen_texts import text_hashes

_LOG = logging.getLogger(__name__)
_BATCH = 256


def message_vectors(
    texts: Sequence[str],
    encode: Encode,
    encoder_id: str,
    folder: Path,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """The unit vectors of the texts, shape (n, d), encoding only those that the file in `folder` lacks."""
    if not texts:
        return np.empty((0, 0), dtype=np.float32)
    path = folder / f"{content_hash([encoder_id])}.safetensors"
    hashes = text_hashes(texts)
    known = _read(path)
    new = [row for row, key in enumerate(hashes.tolist()) if key not in known]
    for start in range(0, len(new), _BATCH):
        rows = new[start : start + _BATCH]
        for row, vector in zip(rows, encode([texts[row] for row in rows]), strict=True):
            known[int(hashes[row])] = vector
        if progress is not None:
            progress("encoding messages", min(1.0, (start + _BATCH) / len(new)))
    vectors = np.stack([known[key] for key in hashes.tolist()])
    if new:
        _write(path, hashes, vectors)
    return vectors


def _read(path: Path) -> dict[int, NDArray[np.float32]]:
    """Vectors by text hash; none when there is no file that can be read: it only saves time."""
    try:
        kept = load_file(path)
        return dict(zip(kept["hashes"].tolist(), kept["vectors"], strict=True))
    except FileNotFoundError:
        return {}
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        _LOG.warning("%s cannot be read (%s), so the messages are encoded again", path, error)
        return {}


def _write(path: Path, hashes: NDArray[np.uint64], vectors: NDArray[np.float32]) -> None:
    beside = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unique, first = np.unique(hashes, return_index=True)
        save_file({"hashes": unique, "vectors": np.ascontiguousarray(vectors[first])}, beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        _LOG.warning("the vectors of messages cannot be kept in %s: %s", path, error)
