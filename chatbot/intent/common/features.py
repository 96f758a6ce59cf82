"""What the model of common intents sees of a text: hashed n-grams, and patterns of word classes.

Measured by cross-validation on `data/common_intents` (2026-12-01): recall of a wish for a person at 1.5 % false alarms
on the hard questions and refusals, English and Chinese: n-grams alone .56 and .56, with the patterns .61 and .70.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from chatbot.intent.common.word_classes import NAMES, classes
from chatbot.intent.ngrams import BUCKETS as NGRAM_BUCKETS
from chatbot.intent.ngrams import FORMAT as NGRAMS
from chatbot.intent.ngrams import ngram_counts

_NO_CLASS, _START, _END = ((len(NAMES) + place,) for place in range(3))
_WIDTH = len(NAMES) + 3
_PAIRS = _WIDTH**2
_ONE, _NEXT, _LATER, _BESIDE = 0, _WIDTH, _WIDTH + _PAIRS, _WIDTH + 2 * _PAIRS
_THREE = _WIDTH + 3 * _PAIRS
_THREE_BESIDE = _THREE + _WIDTH**3
_LENGTH = _THREE_BESIDE + _WIDTH**3
_LONGEST = 8
_ASKS = _LENGTH + _LONGEST + 1
PATTERN_BUCKETS = _ASKS + 1
"""Every pattern has a bucket of its own."""
BUCKETS = NGRAM_BUCKETS + PATTERN_BUCKETS
"""Buckets of both together; the patterns' follow those of the n-grams."""
FORMAT = f"{NGRAMS}+classes{len(NAMES)}"
"""Identity of the features: a model trained with other features cannot be served."""

_MOST_CHARACTERS = 400
"""Of a longer message the two ends count, half each: the wish stands at the beginning or at the end."""
_REACH = 3
"""How many classified words further on a class still makes a pair."""


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The buckets of a text, ascending and distinct, and their weights; both of shape (number of buckets,)."""
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[: _MOST_CHARACTERS // 2]} {text[-_MOST_CHARACTERS // 2 :]}"
    buckets, weights = ngram_counts(text)
    patterns = np.array(sorted(set(_patterns(text))), dtype=np.int64)
    return (
        np.concatenate([buckets, patterns + NGRAM_BUCKETS]),
        np.concatenate([weights, np.ones(len(patterns), dtype=np.float32)]),
    )


def _patterns(text: str) -> Iterator[int]:
    """Which classes stand in a text, which follow which, and which are neighbours."""
    words = classes(text)
    known = [of_word for of_word in words if of_word]
    for place, here in enumerate(known):
        yield from here
        for reach, there in enumerate(known[place + 1 : place + 1 + _REACH]):
            kind = _LATER if reach else _NEXT
            yield from (kind + a * _WIDTH + b for a in here for b in there)
    yield from _threes(_THREE, known)
    every = [_START, *(of_word or _NO_CLASS for of_word in words), _END]
    for here, there in pairwise(every):
        yield from (_BESIDE + a * _WIDTH + b for a in here for b in there)
    yield from _threes(_THREE_BESIDE, every)
    yield _LENGTH + min(_LONGEST, int(np.log2(len(words) + 1) * 2))
    if text.rstrip().endswith(("?", "？")):
        yield _ASKS


def _threes(kind: int, words: list[tuple[int, ...]]) -> Iterator[int]:
    for window in zip(words, words[1:], words[2:], strict=False):
        yield from (kind + (a * _WIDTH + b) * _WIDTH + c for a, b, c in product(*window))
