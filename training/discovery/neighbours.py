"""Nearest neighbours among labelled utterances, and near-duplicates with different intents.

Cosines have no absolute meaning: some encoders give 0.7 to any two texts. Vectors are therefore centred, and a pair
counts as close by rank: closer than all but the closest of the pairs that share an intent. An encoder that does not
support the language of a text gives all such texts the same vector, so no pair is reported without shared n-grams.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.intent.ngrams import BUCKETS, ngram_counts
from chatbot.vectors.centring import scaled_to_unit

_CHUNK = 1_024
_SKETCH = 512
"""Columns that the n-grams are hashed into to find candidates: errs by about 0.04; the exact overlap is then computed.
"""
_SAME_WORDING = 0.7
_SIMILAR_WORDING = 0.45
"""Shared idf mass of two texts' n-grams: sufficient alone, and sufficient if the encoder finds the two close as well.
"""
_CLOSEST = 0.95
"""As close as the closest 5 % of utterances are to their nearest neighbour in their own intent."""
_MOST_OF_A_GROUP = 50


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest neighbours of n rows; -1 and -inf where there is none.

    `nearest` (n,) is the nearest of all others, `elsewhere` (n,) of those with another label, with its `similarity`
    (n,); `within` (n,) is the similarity to the nearest row with the same label.
    """

    nearest: NDArray[np.int64]
    elsewhere: NDArray[np.int64]
    similarity: NDArray[np.float32]
    within: NDArray[np.float32]


def find_neighbours(vectors: NDArray[np.float32], labels: NDArray[np.int64]) -> Neighbours:
    """Nearest neighbours by inner product, in chunks, so that memory is linear in the number of rows."""
    parts = [_chunk(vectors, labels, start) for start in range(0, len(vectors), _CHUNK)]
    return Neighbours(*(np.concatenate([part[place] for part in parts]) for place in range(4)))


def _chunk(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], start: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    similarities = vectors[start : start + _CHUNK] @ vectors.T
    rows = np.arange(len(similarities))
    similarities[rows, rows + start] = -np.inf
    same = labels[start : start + _CHUNK, None] == labels[None, :]
    within = np.where(same, similarities, -np.inf).max(axis=1)
    nearest = similarities.argmax(axis=1)
    nearest[np.isneginf(similarities[rows, nearest])] = -1
    similarities[same] = -np.inf
    elsewhere = similarities.argmax(axis=1)
    similarity = similarities[rows, elsewhere]
    elsewhere[np.isneginf(similarity)] = -1
    return nearest, elsewhere, similarity, within.astype(np.float32)


def same_words(labels: NDArray[np.int64], groups: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of rows of one near-duplicate group with different labels, by the group's first row of every label."""
    members: dict[int, dict[int, int]] = defaultdict(dict)
    for row, (group, label) in enumerate(zip(groups.tolist(), labels.tolist(), strict=True)):
        members[group].setdefault(label, row)
    found = []
    for rows in members.values():
        first, *others = list(rows.values())[:_MOST_OF_A_GROUP]
        found += [(first, other) for other in others]
    return found


def nearly_same(texts: Sequence[str], labels: NDArray[np.int64], found: Neighbours) -> list[tuple[int, int]]:
    """Pairs of rows (the lower first) with different labels and nearly the same wording, the most similar first.

    Args:
        texts: the texts of the n rows.
        labels: (n,).
        found: the neighbours by the centred vectors of the encoder.
    """
    weighted = _weighted_ngrams(texts)
    lexical = find_neighbours(_sketch(weighted), labels)
    own = found.within[np.isfinite(found.within)]
    close = found.similarity >= np.quantile(own, _CLOSEST) if len(own) else np.zeros(len(texts), dtype=bool)
    alike: dict[tuple[int, int], float] = {}
    for candidates, least in (
        (_pairs(lexical.elsewhere), _SAME_WORDING),
        (_pairs(np.where(close, found.elsewhere, -1)), _SIMILAR_WORDING),
    ):
        overlaps = _overlaps(weighted, candidates)
        alike |= {pair: share for pair, share in zip(candidates, overlaps.tolist(), strict=True) if share >= least}
    return sorted(alike, key=lambda pair: (-alike[pair], pair))


def _pairs(other: NDArray[np.int64]) -> list[tuple[int, int]]:
    return sorted({(min(row, to), max(row, to)) for row, to in enumerate(other.tolist()) if to >= 0})


def _weighted_ngrams(texts: Sequence[str]) -> sparse.csr_array:
    """The n-grams of each text, weighted by idf: sparse (n, BUCKETS)."""
    found = [ngram_counts(text)[0] for text in texts]
    indices = np.concatenate(found)
    idf = np.log((1.0 + len(texts)) / (1.0 + np.bincount(indices, minlength=BUCKETS))) + 1.0
    ends = np.cumsum([0, *(len(buckets) for buckets in found)])
    return sparse.csr_array((idf[indices].astype(np.float32), indices, ends), shape=(len(texts), BUCKETS))


def _sketch(weighted: sparse.csr_array) -> NDArray[np.float32]:
    """The rows hashed into few columns with random signs (Weinberger et al. 2009), of unit length."""
    random = np.random.default_rng(0)
    signs = random.choice(np.array([-1.0, 1.0], dtype=np.float32), BUCKETS)
    columns = random.integers(0, _SKETCH, BUCKETS)
    hashing = sparse.csr_array((signs, (np.arange(BUCKETS), columns)), shape=(BUCKETS, _SKETCH))
    dense = np.asarray((weighted @ hashing).todense(), dtype=np.float32)
    return scaled_to_unit(dense)


def _overlaps(weighted: sparse.csr_array, pairs: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """The idf mass shared by both texts of a pair, as a share of their union: shape (len(pairs),), 0 to 1."""
    if not pairs:
        return np.empty(0)
    first, second = np.array(pairs).T
    mass = np.asarray(weighted.sum(axis=1), dtype=np.float64).ravel()
    shared = np.asarray(weighted[first].minimum(weighted[second]).sum(axis=1), dtype=np.float64).ravel()
    return np.asarray(shared / np.maximum(mass[first] + mass[second] - shared, 1e-9))
