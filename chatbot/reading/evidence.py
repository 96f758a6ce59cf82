"""The evidence that an entry answers a message, as numbers: how close it is, and how much closer than the others.

What a message shares with an entry means little by itself: in a base about one product every entry shares its name. So
every similarity stands beside its distance from the mean of the base and from the best other entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.reading.asking import NUMBERS, denies, kinds
from chatbot.reading.base import EntryBase
from chatbot.text import language
from chatbot.types import Vectors

Values = NDArray[np.float64]

ENCODERS = ("serving", "tokens")
"""The encoder that the home serves with, and the reader's own."""
_SIMILAR = tuple(f"{name}_{part}" for name in ENCODERS for part in ("question", "answer", "whole"))
_SHARED = ("words_entry", "words_question", "in_question", "in_entry")
COMPARED = (*_SIMILAR, *_SHARED)
"""Evidence that is also compared with that of the other entries."""
PLAIN = (
    *("elsewhere", "unknown", "unasked", "numbers_missing", "other_denial", "message_denies"),
    *("same_kind", "other_kind", "other_language", "chinese", "message_length", "answer_length", "entries"),
)
RANKED_BY = ("words_entry", "serving_question", "serving_whole", "tokens_question", "tokens_whole", "tokens_answer")
"""Candidates are the entries with the highest sum of these, each in standard deviations from its mean."""
FEATURES = (
    *COMPARED,
    *PLAIN,
    *(f"{name}_above_mean" for name in COMPARED),
    *(f"{name}_above_others" for name in COMPARED),
    *("rank_above_mean", "rank_above_others"),
)
"""Names of the columns."""
_KINDS_COMPARED = 4
"""The first of `KINDS`: amount, duration, time and place exclude one another."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The entries of a base that are closest to a message."""

    places: NDArray[np.intp]
    """Their positions in the base, closest first, shape (n,)."""
    features: NDArray[np.float32]
    """Shape (n, len(FEATURES))."""


def candidates(base: EntryBase, text: str, vectors: Mapping[str, Vectors], *, limit: int) -> Candidates:
    """The closest entries, at most `limit`, with their evidence; `vectors` by the names of `ENCODERS`."""
    signals = _signals(base, text, vectors)
    deviations = {name: _above_mean(signals[name]) for name in COMPARED}
    rank = sum((deviations[name] for name in RANKED_BY), start=np.zeros(len(base.entries)))
    places = np.argsort(-rank, kind="stable")[:limit]
    columns = [
        *(signals[name] for name in (*COMPARED, *PLAIN)),
        *(deviations[name] for name in COMPARED),
        *(above_others(signals[name]) for name in COMPARED),
        rank,
        above_others(rank),
    ]
    features = np.column_stack([column[places] for column in columns]).astype(np.float32)
    return Candidates(places, features)


def _signals(base: EntryBase, text: str, vectors: Mapping[str, Vectors]) -> dict[str, Values]:
    """By name, shape (entries,)."""
    size = len(base.entries)
    words = base.words.evidence(text)
    asked, denied, numbers = kinds(text), denies(text), frozenset(NUMBERS.findall(text))
    same = (base.kinds[:, :_KINDS_COMPARED] @ asked[:_KINDS_COMPARED]).astype(np.float64)
    both = base.kinds[:, :_KINDS_COMPARED].any(axis=1) & bool(asked[:_KINDS_COMPARED].any())
    return {
        **base.similar(vectors),
        "words_entry": words.entry,
        "words_question": words.question,
        "in_question": words.in_question,
        "in_entry": words.in_entry,
        "elsewhere": words.elsewhere,
        "unknown": words.unknown,
        "unasked": words.unasked,
        "numbers_missing": np.array([len(numbers - held) for held in base.numbers], dtype=np.float64),
        "other_denial": (base.denies != denied).astype(np.float64),
        "message_denies": np.full(size, float(denied)),
        "same_kind": same,
        "other_kind": (both & (same == 0)).astype(np.float64),
        "other_language": (base.languages != language(text)).astype(np.float64),
        "chinese": np.full(size, float(language(text) == "zh")),
        "message_length": np.full(size, np.log1p(len(text))),
        "answer_length": base.lengths,
        "entries": np.full(size, np.log(size)),
    }


def _above_mean(values: Values) -> Values:
    """In standard deviations."""
    deviations: Values = (values - values.mean()) / (values.std() + 1e-6)
    return deviations


def above_others(values: Values) -> Values:
    """The distance to the best other entry: positive for the best, else negative; 0 for a single entry."""
    if len(values) < 2:
        return np.zeros(len(values))
    best, second = np.sort(values)[[-1, -2]]
    distances: Values = np.where(values >= best, values - second, values - best)
    return distances
