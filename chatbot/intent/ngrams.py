"""Hashed word and character n-grams of a text: the lexical features of the intent model.

Feature hashing (Weinberger et al. 2009) needs no stored vocabulary of strings, so a model file contains no customer
text. Character n-grams handle scripts without blanks between words and survive typing errors.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from chatbot.text import normalise, tokens

BUCKETS = 1 << 18
"""Size of the hash space."""
FORMAT = "words12-chars2345-h18"
"""Identity of the features: a model trained with other features cannot be served."""

_CHAR_LENGTHS = (2, 3, 4, 5)
_MAX_CHARS = 1_000
"""The beginning of a long message says what it is about; the rest would only cost time."""
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F],
    dtype=np.uint64,
)
_SHIFT = np.uint64(64 - 18)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_FOLD = np.uint64(32)


def ngram_counts(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The buckets of a text, ascending and distinct, and their weights 1 + ln(count).

    Both arrays have shape (number of distinct buckets,); empty for a text without letters and digits.
    """
    shortened = text[:_MAX_CHARS]
    words = tokens(shortened)
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(words)]
    named = [zlib.crc32(term.encode("utf-8", "surrogatepass")) % BUCKETS for term in (*words, *pairs)]
    padded = f" {normalise(shortened)} ".encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(padded, dtype=np.uint32).astype(np.uint64)
    parts = [np.array(named, dtype=np.int64)]
    if len(codes) > 2:
        products = codes[None, :] * _MULTIPLIERS[:, None]
        parts.extend(_windows(products))
    buckets, counts = np.unique(np.concatenate(parts), return_counts=True)
    return buckets, (1.0 + np.log(counts)).astype(np.float32)


def _windows(products: NDArray[np.uint64]) -> Iterator[NDArray[np.int64]]:
    """One bucket for each window of each length; `products` has one row per position in the window."""
    summed = products[0]
    for place in range(1, min(len(_MULTIPLIERS), products.shape[1])):
        # A window is the one that is a character shorter, plus its last character.
        summed = summed[:-1] + products[place, place:]
        length = place + 1
        if length not in _CHAR_LENGTHS:
            continue
        mixed = summed + np.uint64(length)
        mixed ^= mixed >> _FOLD
        mixed *= _MIX  # unsigned arithmetic wraps around, as a hash should
        yield (mixed >> _SHIFT).astype(np.int64)


def rows_of(buckets: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """The row of each of `size` buckets in weights that hold only `buckets`; -1 for those that they do not hold."""
    rows = np.full(size, -1, dtype=np.int32)
    rows[buckets] = np.arange(len(buckets), dtype=np.int32)
    return rows
