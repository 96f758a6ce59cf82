"""Caches the vectors of texts in memory and in files, so that only new texts are encoded.

The files contain hashes instead of texts and are disposable: whatever is missing or damaged is encoded again.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts import arrays, checked_directory
from chatbot.text import content_hash
from chatbot.types import Encode, Progress, Vectors

Keys = NDArray[np.bytes_]

FOLDER, SINCE = "vectors", "since"
KEYS, ROWS = "keys", "rows"
AT_ONCE, CHUNK = 4_000, 1_000
"""Number of texts up to which no progress is reported, and number between two reports for more."""
ENCODED_RATHER = 64
"""Up to this many texts are encoded again, which is faster than reading all cached vectors."""
_KEY_LENGTH = 32
_BATCH = 256

_log = logging.getLogger(__name__)


class RecentVectors:
    """In-memory cache of the vectors of the most recently requested texts. Safe for concurrent use."""

    def __init__(self, most: int | None = None) -> None:
        """`most` is the capacity in vectors, None for no limit."""
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def of(self, texts: Sequence[str], encode: Encode, encoder_id: str = "") -> Vectors:
        """The vectors of the texts, shape (n, dimension); unknown texts are encoded, each once.

        Args:
            texts: n texts.
            encode: texts to vectors.
            encoder_id: distinguishes encoders.
        """
        with self._lock:
            known = {text: self._known[encoder_id, text] for text in texts if (encoder_id, text) in self._known}
        new = list(dict.fromkeys(text for text in texts if text not in known))
        for start in range(0, len(new), _BATCH):
            part = new[start : start + _BATCH]
            known.update(zip(part, encode(part), strict=True))
        with self._lock:
            for text, vector in known.items():
                self._known[encoder_id, text] = vector
                self._known.move_to_end((encoder_id, text))
            while self._most is not None and len(self._known) > self._most:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else encode([])


class KnownVectors:
    """File cache of the vectors of one encoder.

    There are two directories: the vectors of all phrasings at the last full indexing, and those of phrasings added
    since, so that a small edit of a large base writes little.
    """

    def __init__(
        self, encode: Encode, *, encoder_id: str, index_dir: Path, progress: Progress, at_once: int = AT_ONCE
    ) -> None:
        """`at_once` is the number of texts up to which no progress is reported."""
        self._encode = encode
        self._progress = progress
        self._at_once = at_once
        self._encoder_id = encoder_id
        name = content_hash([encoder_id])
        self._all, self._since = index_dir / FOLDER / name, index_dir / FOLDER / f"{name}-{SINCE}"

    def of_all(self, texts: Sequence[str]) -> Vectors:
        """Vectors of all texts, shape (n, dimension); the cache then holds exactly these."""
        known = [_read(self._all), _read(self._since)]
        keys = _keys(texts)
        vectors, encoded = self._vectors(texts, keys, known)
        if encoded or len(known[0][0]) != len(np.unique(keys)):
            self._write(self._all, keys, vectors)
        shutil.rmtree(self._since, ignore_errors=True)
        return vectors

    def of_some(self, texts: Sequence[str]) -> Vectors:
        """Vectors of phrasings that are indexed in addition, shape (n, dimension); these are cached too."""
        since = _read(self._since)
        keys = _keys(texts)
        missing = len(keys) - int(np.isin(keys, since[0]).sum())
        known = [since] if missing <= ENCODED_RATHER else [since, _read(self._all)]
        vectors, encoded = self._vectors(texts, keys, known)
        if missing or encoded:
            self._write(self._since, keys, vectors)
        return vectors

    def unkept(self, texts: Sequence[str]) -> Vectors:
        """Vectors of customers' messages, shape (n, dimension); they are never cached."""
        return self._encoded(texts)

    def _vectors(self, texts: Sequence[str], keys: Keys, known: Sequence[tuple[Keys, Vectors]]) -> tuple[Vectors, bool]:
        """The vectors, and whether any had to be encoded."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32), False
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
        if len(texts) <= self._at_once:
            return np.asarray(self._encode(texts), dtype=np.float32)
        chunk = min(CHUNK, self._at_once)
        vectors: Vectors | None = None
        for start in range(0, len(texts), chunk):
            self._progress(f"Encoding {len(texts):,} sentences", start / len(texts))
            part = np.asarray(self._encode(texts[start : start + chunk]), dtype=np.float32)
            vectors = np.empty((len(texts), part.shape[1]), dtype=np.float32) if vectors is None else vectors
            vectors[start : start + chunk] = part
        self._progress(f"Encoded {len(texts):,} sentences", 1.0)
        return vectors if vectors is not None else np.empty((0, 0), dtype=np.float32)

    def _write(self, directory: Path, keys: Keys, vectors: Vectors) -> None:
        distinct, first = np.unique(keys, return_index=True)
        kept = vectors if len(distinct) == len(keys) and (first == np.arange(len(keys))).all() else vectors[first]
        try:
            checked_directory.write(
                directory, arrays.writes({KEYS: distinct, ROWS: kept}), {"encoder": self._encoder_id}
            )
        except OSError as error:
            _log.warning(
                "The vectors could not be kept in %s and will be encoded again next time: %s", directory, error
            )
            return
        checked_directory.prune(directory.parent, keep=directory)


def _keys(texts: Sequence[str]) -> Keys:
    return np.array([content_hash([text], length=_KEY_LENGTH) for text in texts], dtype=f"S{_KEY_LENGTH}")


def _read(directory: Path) -> tuple[Keys, Vectors]:
    nothing = np.array([], dtype=f"S{_KEY_LENGTH}"), np.zeros((0, 0), dtype=np.float32)
    found = checked_directory.read(directory)
    if found is None:
        return nothing
    try:
        keys, rows = (arrays.read(found.files[f"{name}{arrays.SUFFIX}"]) for name in (KEYS, ROWS))
    except (KeyError, ValueError, OSError) as error:
        _log.warning("The kept vectors in %s do not fit and will be encoded again: %s", directory, error)
        return nothing
    fits = keys.dtype == nothing[0].dtype and rows.dtype == np.float32 and rows.shape[:1] == keys.shape
    return (keys, rows) if fits and rows.ndim == 2 else nothing
