"""Similarity of texts by vectors and words together, in either language and for any encoder.

Vectors are centred first: some encoders give a cosine of 0.8 to any two texts. A cosine then counts only as far as it
exceeds that of unrelated texts, which is estimated from the texts themselves. An encoder that does not support the
language of a text gives all such texts the same vector, so the caller leaves vectors out and words count alone.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import norm

from chatbot.text import language, tokens
from chatbot.vectors.centring import centred, scaled_to_unit

MIN_CENTRED = 30
"""Fewer texts have no meaningful centre: only their words are compared."""
DENSE_SHARE = 0.5
SAME = 0.6
"""Similarity from which on two messages ask the same: of such pairs 94 to 100 % share an intent (four public sets)."""
NEIGHBOURS = 8
ROUNDS = 3
STRANGERS = 3
"""Expected number of texts that are similar to a text by chance."""
_SHARPNESS = 2
_SKETCH = 512
_CHUNK = 1_000
_SAMPLE = 1_500

Floats = NDArray[np.float32]
Places = Sequence[int] | NDArray[np.int_]


def same_questions(texts: Sequence[str], vectors: Floats, read: Collection[str]) -> sparse.csr_array:
    """Which texts ask the same question, each including itself: sparse (n, n) of ones.

    Args:
        texts: n messages of any language.
        vectors: (n, d) unit vectors of them.
        read: the languages that the encoder supports.
    """
    rows, columns = [np.arange(len(texts))], [np.arange(len(texts))]
    spoken = np.array([language(text) for text in texts])
    for lang in np.unique(spoken):
        own = np.flatnonzero(spoken == lang)
        likeness = Likeness([texts[at] for at in own.tolist()], vectors[own] if lang in read else None)
        for start in range(0, len(own), _CHUNK):
            part = np.arange(start, min(start + _CHUNK, len(own)))
            near, to = np.nonzero(likeness.between(part, np.arange(len(own))) >= SAME)
            rows.append(own[part[near]])
            columns.append(own[to])
    one, other = np.concatenate(rows), np.concatenate(columns)
    pairs = sparse.coo_array((np.ones(len(one)), (one, other)), shape=(len(texts), len(texts))).tocsr()
    pairs.data[:] = 1.0
    return pairs


class Likeness:
    """Similarity of n texts, 0 to 1: centred vectors, and TF-IDF weighted n-grams."""

    def __init__(
        self,
        texts: Sequence[str],
        vectors: Floats | None,
        *,
        dense_share: float = DENSE_SHARE,
        background: Floats | None = None,
    ) -> None:
        """`vectors` has shape (n, d), or is None to use words alone; `dense_share`, 0 to 1, is their weight.

        `background`, shape (m, d), are vectors of other messages; what they all have in common does not distinguish
        texts.
        """
        known = vectors if vectors is None or background is None else np.concatenate([vectors, background])
        if known is None or vectors is None or len(known) < MIN_CENTRED:
            dense_share, vectors, known = 0.0, None, None
        self._share = dense_share
        self._words: sparse.csr_matrix | Floats = _tf_idf(texts)
        moved = None if known is None else centred(known)
        self._dense = None if moved is None else moved[: len(texts)]
        self._chance = 0.0 if moved is None else _by_chance(moved, len(texts))

    def __len__(self) -> int:
        return int(self._words.shape[0])

    def between(self, rows: Places, columns: Places) -> Floats:
        """Similarity matrix of shape (rows, columns)."""
        product = self._words[rows] @ self._words[columns].T
        words = np.asarray(product.todense() if sparse.issparse(product) else product, np.float32)
        if self._dense is None:
            return words
        cosines = self._dense[rows] @ self._dense[columns].T
        dense = np.clip((cosines - self._chance) / (1.0 - self._chance), 0.0, 1.0)
        return np.asarray(self._share * dense + (1 - self._share) * words, np.float32)

    def by_centrality(self, rows: Sequence[int], weights: Floats) -> list[int]:
        """Places within `rows`, most central first, ties by place."""
        mean = self.between(rows, rows) @ weights
        return [int(at) for at in np.argsort(-mean, kind="stable")]

    def gathered(self, among: int) -> Likeness:
        """The same texts, each moved towards similar ones among the first `among`.

        Mean shift (Fukunaga and Hostetler, 1975) with the similarity as kernel: gaps inside a topic close, those
        between topics do not, and a text without similar ones stays where it is.
        """
        words = _sketch(self._words)
        moved = copy.copy(self)
        moved._words = words
        every, shore = np.arange(len(self)), np.arange(among)
        for _ in range(ROUNDS):
            nearest, weights = moved._neighbours(every, shore)
            step = copy.copy(moved)
            step._words = _shifted(words, moved._words, nearest, weights)
            if self._dense is not None and moved._dense is not None:
                step._dense = _shifted(self._dense, moved._dense, nearest, weights)
            moved = step
        return moved

    def _neighbours(self, rows: NDArray[np.int_], columns: NDArray[np.int_]) -> tuple[NDArray[np.int_], Floats]:
        """For each row its nearest columns and their weights, both of shape (rows, neighbours)."""
        k = min(NEIGHBOURS, len(columns) - 1)
        places, weights = [], []
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            near = self.between(part, columns)
            itself = part < len(columns)
            near[np.flatnonzero(itself), part[itself]] = -1.0
            best = np.argpartition(-near, max(k - 1, 0), axis=1)[:, :k]
            places.append(best)
            weights.append(np.maximum(np.take_along_axis(near, best, axis=1), 0.0) ** _SHARPNESS)
        return np.concatenate(places), np.concatenate(weights)


def _shifted(own: Floats, moved: Floats, nearest: NDArray[np.int_], weights: Floats) -> Floats:
    """The weighted mean of each row and its neighbours (its own weight is 1), scaled to unit length."""
    summed = own + np.einsum("nk,nkd->nd", weights, moved[nearest], optimize=True)
    return scaled_to_unit(np.asarray(summed, np.float32))


def _by_chance(vectors: Floats, count: int) -> float:
    """The cosine that `STRANGERS` of `count` unrelated texts exceed with a given text.

    Pairs of one topic lie above the median, so the spread of unrelated texts is estimated from the pairs below it.
    """
    some = vectors[:: max(1, len(vectors) // _SAMPLE)]
    cosines = (some @ some.T)[np.triu_indices(len(some), 1)]
    middle = float(np.median(cosines))
    spread = float(np.sqrt(np.mean((cosines[cosines <= middle] - middle) ** 2)))
    deviations = float(norm.isf(min(0.5, STRANGERS / count)))
    return float(np.clip(middle + deviations * spread, 0.0, 0.9))


def _tf_idf(texts: Sequence[str]) -> sparse.csr_matrix:
    """TF-IDF weighted n-gram counts, rows of norm 1."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    counted = CountVectorizer(analyzer=_words, dtype=np.float32).fit_transform(texts)
    return sparse.csr_matrix(TfidfTransformer(sublinear_tf=True).fit_transform(counted), dtype=np.float32)


def _words(text: str) -> list[str]:
    """Words, their 4-grams for other endings and typing errors, Chinese characters single and in pairs."""
    words = tokens(text)
    return words + [word[at : at + 4] for word in words if word.isascii() for at in range(len(word) - 3)] or [""]


def _sketch(words: sparse.csr_matrix | Floats) -> Floats:
    """Random projection to few columns (Achlioptas, 2003), which nearly keeps the products; rows of unit length."""
    if not isinstance(words, sparse.csr_matrix):
        return words
    if words.shape[1] <= _SKETCH:
        return np.asarray(words.todense(), np.float32)
    from sklearn.random_projection import SparseRandomProjection

    projection = SparseRandomProjection(_SKETCH, dense_output=True, random_state=0)
    return scaled_to_unit(np.asarray(projection.fit_transform(words), np.float32))
