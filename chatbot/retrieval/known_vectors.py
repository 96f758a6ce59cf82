"""Vectors of the sentences that were encoded last: after an edit only new sentences go through the encoder.

Knows: sentences by hash, one saved directory for each encoder. Does not know: entries, indexes. Disposable: whatever
is missing or damaged is encoded again.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.retrieval import saved
from chatbot.text import content_hash

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

FOLDER = "vectors"
KEYS, ROWS = "keys.npy", "rows.npy"
_KEY_LENGTH = 32

_log = logging.getLogger(__name__)


def encode_new(texts: Sequence[str], encode: Encode, *, encoder_id: str, index_dir: Path) -> Vectors:
    """Vectors of `texts`, shape (n, dimension); those that were encoded last time are not encoded again.

    The vectors of these texts are kept for the next time, and no others. Where they cannot be written, all is well
    but slower.
    """
    directory = index_dir / FOLDER / content_hash([encoder_id])
    keys = np.array([content_hash([text], length=_KEY_LENGTH) for text in texts], dtype=f"S{_KEY_LENGTH}")
    known_keys, known_rows = _read(directory)
    place = np.minimum(np.searchsorted(known_keys, keys), max(0, len(known_keys) - 1))
    old = known_keys[place] == keys if len(known_keys) else np.zeros(len(keys), dtype=bool)
    new = np.flatnonzero(~old)
    fresh = np.asarray(encode([texts[row] for row in new.tolist()]), dtype=np.float32) if len(new) else known_rows[:0]
    if len(new) and len(known_rows) and fresh.shape[1] != known_rows.shape[1]:
        old, new = np.zeros(len(keys), dtype=bool), np.arange(len(keys))
        fresh = np.asarray(encode(list(texts)), dtype=np.float32)
    vectors = np.empty((len(texts), fresh.shape[1]), dtype=np.float32)
    vectors[new] = fresh
    if old.any():
        vectors[old] = known_rows[place[old]]
    if len(new) or len(known_keys) != len(np.unique(keys)):
        _write(directory, keys, vectors, encoder_id)
    return vectors


def _read(directory: Path) -> tuple[NDArray[np.bytes_], Vectors]:
    nothing = np.array([], dtype=f"S{_KEY_LENGTH}"), np.zeros((0, 0), dtype=np.float32)
    found = saved.read(directory)
    if found is None:
        return nothing
    try:
        keys = np.load(io.BytesIO(found.files[KEYS]), allow_pickle=False)
        rows = np.load(io.BytesIO(found.files[ROWS]), allow_pickle=False)
    except (KeyError, ValueError, EOFError) as error:
        _log.warning("The kept vectors in %s do not fit and will be encoded again: %s", directory, error)
        return nothing
    fits = keys.dtype == nothing[0].dtype and rows.dtype == np.float32 and rows.shape[:1] == keys.shape
    return (keys, rows) if fits and rows.ndim == 2 else nothing


def _write(directory: Path, keys: NDArray[np.bytes_], vectors: Vectors, encoder_id: str) -> None:
    distinct, first = np.unique(keys, return_index=True)
    files = {}
    for name, array in ((KEYS, distinct), (ROWS, vectors[first])):
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        files[name] = buffer.getvalue()
    try:
        saved.write(directory, files, {"encoder": encoder_id})
    except OSError as error:
        _log.warning("The vectors could not be kept in %s and will be encoded again next time: %s", directory, error)
        return
    saved.prune(directory.parent, keep=directory)
