"""Vectors of the sentences that were encoded last: after an edit only new sentences go through the encoder.

Knows: sentences by hash, saved directories for each encoder. Does not know: entries, indexes. Disposable: whatever is
missing or damaged is encoded again.

There are two directories: the vectors of all phrasings when these were last indexed together, and those of phrasings
that came since, so that a small edit of a large base writes little.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.retrieval import arrays, atomic_directory
from chatbot.text import content_hash
from chatbot.types import Encode, Progress, Vectors

Keys = NDArray[np.bytes_]

FOLDER, SINCE = "vectors", "since"
KEYS, ROWS = "keys", "rows"
AT_ONCE, CHUNK = 4_000, 1_000
"""So few sentences are encoded without a word; of more, how many between two reports of progress."""
ENCODED_RATHER = 64
"""So few sentences are encoded sooner than all kept ones are read."""
_KEY_LENGTH = 32

_log = logging.getLogger(__name__)


class KnownVectors:
    """The kept vectors of one encoder."""

    def __init__(self, encode: Encode, *, encoder_id: str, index_dir: Path, progress: Progress) -> None:
        self._encode = encode
        self._progress = progress
        self._encoder_id = encoder_id
        name = content_hash([encoder_id])
        self._all, self._since = index_dir / FOLDER / name, index_dir / FOLDER / f"{name}-{SINCE}"

    def of_all(self, texts: Sequence[str]) -> Vectors:
        """Vectors of all phrasings, shape (n, dimension); they are kept for the next time, and no others."""
        known = [_read(self._all), _read(self._since)]
        keys = _keys(texts)
        vectors, encoded = self._vectors(texts, keys, known)
        if encoded or len(known[0][0]) != len(np.unique(keys)):
            self._write(self._all, keys, vectors)
        shutil.rmtree(self._since, ignore_errors=True)
        return vectors

    def of_some(self, texts: Sequence[str]) -> Vectors:
        """Vectors of phrasings that are indexed beside all others, shape (n, dimension); these are kept as well."""
        since = _read(self._since)
        keys = _keys(texts)
        missing = len(keys) - int(np.isin(keys, since[0]).sum())
        known = [since] if missing <= ENCODED_RATHER else [since, _read(self._all)]
        vectors, encoded = self._vectors(texts, keys, known)
        if missing or encoded:
            self._write(self._since, keys, vectors)
        return vectors

    def unkept(self, texts: Sequence[str]) -> Vectors:
        """Vectors of customers' messages, shape (n, dimension): nothing of these is kept."""
        return self._encoded(texts)

    def _vectors(self, texts: Sequence[str], keys: Keys, known: Sequence[tuple[Keys, Vectors]]) -> tuple[Vectors, bool]:
        """The vectors, and whether any had to be encoded."""
        usable = [(old, rows) for old, rows in known if len(old)]
        places = [np.minimum(np.searchsorted(old, keys), len(old) - 1) for old, _ in usable]
        held = [old[place] == keys for (old, _), place in zip(usable, places, strict=True)]
        new = np.flatnonzero(~np.any(held, axis=0)) if held else np.arange(len(keys))
        fresh = self._encoded([texts[row] for row in new.tolist()]) if len(new) else usable[0][1][:0]
        if any(rows.shape[1] != fresh.shape[1] for _, rows in usable):
            return self._encoded(list(texts)), True
        vectors = np.empty((len(texts), fresh.shape[1]), dtype=np.float32)
        vectors[new] = fresh
        for (_, rows), place, mine in zip(usable, places, held, strict=True):
            vectors[mine] = rows[place[mine]]
        return vectors, len(new) > 0

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        if len(texts) <= AT_ONCE:
            return np.asarray(self._encode(texts), dtype=np.float32)
        vectors: Vectors | None = None
        for start in range(0, len(texts), CHUNK):
            self._progress(f"Encoding {len(texts):,} sentences", start / len(texts))
            part = np.asarray(self._encode(texts[start : start + CHUNK]), dtype=np.float32)
            vectors = np.empty((len(texts), part.shape[1]), dtype=np.float32) if vectors is None else vectors
            vectors[start : start + CHUNK] = part
        self._progress(f"Encoded {len(texts):,} sentences", 1.0)
        return vectors if vectors is not None else np.empty((0, 0), dtype=np.float32)

    def _write(self, directory: Path, keys: Keys, vectors: Vectors) -> None:
        distinct, first = np.unique(keys, return_index=True)
        kept = vectors if len(distinct) == len(keys) and (first == np.arange(len(keys))).all() else vectors[first]
        try:
            atomic_directory.write(
                directory, arrays.writes({KEYS: distinct, ROWS: kept}), {"encoder": self._encoder_id}
            )
        except OSError as error:
            _log.warning(
                "The vectors could not be kept in %s and will be encoded again next time: %s", directory, error
            )
            return
        atomic_directory.prune(directory.parent, keep=directory)


def _keys(texts: Sequence[str]) -> Keys:
    return np.array([content_hash([text], length=_KEY_LENGTH) for text in texts], dtype=f"S{_KEY_LENGTH}")


def _read(directory: Path) -> tuple[Keys, Vectors]:
    nothing = np.array([], dtype=f"S{_KEY_LENGTH}"), np.zeros((0, 0), dtype=np.float32)
    found = atomic_directory.read(directory)
    if found is None:
        return nothing
    try:
        keys, rows = (arrays.read(found.files[f"{name}{arrays.SUFFIX}"]) for name in (KEYS, ROWS))
    except (KeyError, ValueError, OSError) as error:
        _log.warning("The kept vectors in %s do not fit and will be encoded again: %s", directory, error)
        return nothing
    fits = keys.dtype == nothing[0].dtype and rows.dtype == np.float32 and rows.shape[:1] == keys.shape
    return (keys, rows) if fits and rows.ndim == 2 else nothing
