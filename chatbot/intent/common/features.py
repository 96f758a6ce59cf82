"""What the model of common intents sees of a text: hashed n-grams, and hashed patterns of word classes.

Measured by cross-validation on `data/common_intents` (2026-12-01): recall of a wish for a person at 1.5 % false alarms
on the hard questions and refusals, English and Chinese: n-grams alone .56 and .56, with the patterns .61 and .70.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.intent.common.word_classes import classes
from chatbot.intent.ngrams import BUCKETS as NGRAM_BUCKETS
from chatbot.intent.ngrams import FORMAT as NGRAMS
from chatbot.intent.ngrams import ngram_counts

FORMAT = f"{NGRAMS}+classes1-h17"
"""Identity of the features: a model trained with other features cannot be served."""
PATTERN_BUCKETS = 1 << 17
BUCKETS = NGRAM_BUCKETS + PATTERN_BUCKETS
"""Size of both hash spaces together; the patterns' buckets follow those of the n-grams."""

_MOST_CHARACTERS = 400
"""Of a longer message the two ends count, half each: the wish stands at the beginning or at the end."""
_REACH = 3
"""How many classified words further on a class still makes a pair."""
_NO_CLASS, _START, _END = ("_",), ("^",), ("$",)
_Classes = Sequence[tuple[str, ...]]


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The buckets of a text, ascending and distinct, and their weights; both of shape (number of buckets,)."""
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[: _MOST_CHARACTERS // 2]} {text[-_MOST_CHARACTERS // 2 :]}"
    buckets, weights = ngram_counts(text)
    named = {zlib.crc32(pattern.encode()) % PATTERN_BUCKETS for pattern in _patterns(text)}
    patterns = np.array(sorted(named), dtype=np.int64)
    return (
        np.concatenate([buckets, patterns + NGRAM_BUCKETS]),
        np.concatenate([weights, np.ones(len(patterns), dtype=np.float32)]),
    )


def _patterns(text: str) -> Iterator[str]:
    """Which classes stand in a text, which follow which, and which are neighbours."""
    words = classes(text)
    known = [of_word for of_word in words if of_word]
    for place, here in enumerate(known):
        yield from here
        for reach in range(1, _REACH + 1):
            if place + reach < len(known):
                near = "2" if reach == 1 else "s"
                yield from (f"{near} {a} {b}" for a, b in itertools.product(here, known[place + reach]))
        yield from _joined("3", known[place : place + 3], 3)
    every = [_START, *(of_word or _NO_CLASS for of_word in words), _END]
    for place in range(len(every)):
        yield from _joined("a", every[place : place + 2], 2)
        yield from _joined("t", every[place : place + 3], 3)
    yield f"length {min(8, int(np.log2(len(words) + 1) * 2))}"
    if text.rstrip().endswith(("?", "？")):
        yield "asks"


def _joined(kind: str, window: _Classes, length: int) -> Iterator[str]:
    """Each choice of one class a word; nothing from a window that the end of the text cuts short."""
    if len(window) == length:
        yield from (f"{kind} {' '.join(names)}" for names in itertools.product(*window))
