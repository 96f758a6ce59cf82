"""Groups questions that ask the same, in either language, and names what each group is about.

Knows: texts, vectors, words. Does not know: where the questions come from, what is done with the groups.

Two texts are as alike as their vectors and their words say together. An encoder that does not read the language of a
text gives any two of them one vector, so the caller says how much vectors count. Vectors are centred first: some
encoders give a cosine of 0.8 to any two texts. Groups are found by average linkage (Sokal and Michener, 1958), which
needs no number of groups and keeps chains of half-alike texts apart.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.text import normalise, tokens
from training.neighbours import centred

ALIKE = {"en": 0.3, "zh": 0.4}
"""Average likeness from which two groups are one, by language: Chinese shares characters more easily.

Chosen on the questions of two public FAQ sets: 0.87 F1 of pairs in English, 0.66 in Chinese by words alone.
"""
MAX_LINKED = 4_000
"""Distinct texts that are linked with one another (memory grows with the square); others join the nearest group."""
MIN_CENTRED = 30
"""Fewer texts have no centre to speak of: their words alone count."""
KEY_PHRASES = 4
_DENSE_SHARE = 0.5
_MIN_PHRASE_SHARE = 0.3

_EDGE_WORDS = """
a an the is are am be was do does did can could would will shall should may might i you we they it he she my
your our their me us in on at of for to from with by and or not if how what why when where which who there
this that have has get got any some so please hi hello
"""
_EDGES = frozenset(_EDGE_WORDS.split()) | {""}
_ZH_EDGES = frozenset(
    "的了吗呢吧啊呀我你您他她它们是在有就都也还和与跟怎么什哪谁几多少要想能可以会请问这那个不没把被给让去来到对"
)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class QuestionCluster:
    """Places of the texts of one group, the most central first, with the phrases that set it apart."""

    members: tuple[int, ...]
    key_phrases: tuple[str, ...]

    @property
    def central(self) -> int:
        """Place of the text most like all others of the group."""
        return self.members[0]


def cluster_questions(
    texts: Sequence[str], vectors: Floats | None, *, alike: float = ALIKE["en"], min_size: int = 2
) -> list[QuestionCluster]:
    """Groups of at least `min_size` texts, largest first. `vectors` has shape (n, d), or None where words alone count.

    Texts that differ in case and signs only are one for the grouping, and count as often as they come.
    """
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        key = normalise(text)
        if key:
            places.setdefault(key, []).append(place)
    if not places:
        return []
    # The most frequent ones are linked, so that a rare wording never decides about groups.
    order = sorted(places, key=lambda key: -len(places[key]))
    firsts = [places[key][0] for key in order]
    weights = np.array([len(places[key]) for key in order], np.float32)
    likeness = Likeness([texts[place] for place in firsts], None if vectors is None else vectors[firsts])
    linked = min(len(firsts), MAX_LINKED)
    labels = _joined(likeness, _linked(likeness.among(linked), weights[:linked], alike), linked, alike)
    groups: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        if label >= 0:
            groups[int(label)].append(row)
    phrases = _key_phrases({label: [texts[firsts[row]] for row in rows] for label, rows in groups.items()})
    found = []
    for label, rows in groups.items():
        ordered = [rows[at] for at in likeness.by_centrality(rows, weights[rows])]
        members = tuple(place for row in ordered for place in places[order[row]])
        if len(members) >= min_size:
            found.append(QuestionCluster(members, phrases[label]))
    return sorted(found, key=lambda one: (-len(one.members), one.central))


class Likeness:
    """How alike texts are, 0 to 1: half their centred vectors, half their n-grams weighted by rarity."""

    def __init__(self, texts: Sequence[str], vectors: Floats | None, *, dense_share: float = _DENSE_SHARE) -> None:
        if len(texts) < MIN_CENTRED:
            vectors = None
        self._share = 0.0 if vectors is None else dense_share
        self._words = _weighed(texts)
        self._dense = None if vectors is None else centred(vectors)
        self._chance = 0.0 if self._dense is None else _by_chance(self._dense)

    def among(self, count: int) -> Floats:
        """Matrix of shape (count, count) of the first texts."""
        return self.between(np.arange(count), np.arange(count))

    def between(self, rows: Sequence[int] | NDArray[np.int_], columns: Sequence[int] | NDArray[np.int_]) -> Floats:
        """Matrix of shape (rows, columns)."""
        words = np.asarray((self._words[rows] @ self._words[columns].T).todense(), np.float32)
        if self._dense is None:
            return words
        cosines = self._dense[rows] @ self._dense[columns].T
        dense = np.clip((cosines - self._chance) / (1.0 - self._chance), 0.0, 1.0)
        return np.asarray(self._share * dense + (1 - self._share) * words, np.float32)

    def by_centrality(self, rows: Sequence[int], weights: Floats) -> list[int]:
        """Places within `rows`, most central first, ties by place."""
        mean = self.between(rows, rows) @ weights
        return [int(at) for at in np.argsort(-mean, kind="stable")]


def _linked(likeness: Floats, weights: Floats, alike: float) -> NDArray[np.int_]:
    from sklearn.cluster import AgglomerativeClustering

    if len(likeness) < 2:
        return np.zeros(len(likeness), np.int_)
    linking = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1.0 - alike
    )
    return np.asarray(linking.fit_predict(1.0 - likeness), np.int_)


def _joined(likeness: Likeness, labels: NDArray[np.int_], linked: int, alike: float) -> NDArray[np.int_]:
    """Labels of all texts: the rest joins the group of the nearest linked text, if that is alike enough."""
    total = likeness._words.shape[0]
    every = np.full(total, -1, np.int_)
    every[:linked] = labels
    for begin in range(linked, total, 1_000):
        rows = np.arange(begin, min(begin + 1_000, total))
        near = likeness.between(rows, np.arange(linked))
        best = near.argmax(1)
        every[rows] = np.where(near.max(1) >= alike, labels[best], -1)
    return every


def _weighed(texts: Sequence[str]) -> sparse.csr_matrix:
    """n-gram counts weighted by inverse document frequency, rows of norm 1."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    counted = CountVectorizer(analyzer=_words, dtype=np.float32).fit_transform(texts)
    return sparse.csr_matrix(TfidfTransformer(sublinear_tf=True).fit_transform(counted), dtype=np.float32)


def _words(text: str) -> list[str]:
    """Words, their runs of four letters against other endings and typing errors, Chinese single and in pairs."""
    words = tokens(text)
    return words + [word[at : at + 4] for word in words if word.isascii() for at in range(len(word) - 3)] or [""]


def _by_chance(vectors: Floats) -> float:
    """The cosine that 95 % of pairs of any texts stay under: how wide that is depends on the encoder."""
    some = vectors[:: max(1, len(vectors) // 500)]
    cosines = (some @ some.T)[np.triu_indices(len(some), 1)]
    return float(np.clip(np.quantile(cosines, 0.95), 0.0, 0.9)) if cosines.size else 0.0


def _key_phrases(groups: Mapping[int, Sequence[str]]) -> dict[int, tuple[str, ...]]:
    """For each group the words, and pairs of words, that most of its texts and few other groups have."""
    counts = {label: Counter(phrase for text in texts for phrase in _phrases(text)) for label, texts in groups.items()}
    spread = Counter(phrase for count in counts.values() for phrase in count)
    named: dict[int, tuple[str, ...]] = {}
    for label, texts in groups.items():
        scored = sorted(
            (
                (count / len(texts)) * float(np.log((1 + len(groups)) / spread[phrase]) + 0.1) * _length(phrase),
                phrase,
            )
            for phrase, count in counts[label].items()
            if count / len(texts) >= _MIN_PHRASE_SHARE
        )[::-1]
        chosen: list[str] = []
        for _, phrase in scored:
            if not any(phrase in other or other in phrase for other in chosen):
                chosen.append(phrase)
        named[label] = tuple(chosen[:KEY_PHRASES])
    return named


def _length(phrase: str) -> float:
    """Longer phrases say more: pairs of words, and longer runs of characters."""
    return 1.0 + 0.3 * (" " in phrase if phrase.isascii() else len(phrase) - 2)


def _phrases(text: str) -> set[str]:
    """Words and pairs of words; of Chinese, which has no blanks, runs of two to six characters."""
    found: set[str] = set()
    words: list[str] = []
    for run in normalise(text).split():
        if run.isascii():
            words.append(run)
            continue
        words.append("")
        for length in range(2, 7):
            found.update(run[at : at + length] for at in range(len(run) - length + 1))
    long = {word for word in words if len(word) > 2 and word not in _EDGES and not word.isdigit()}
    pairs = {f"{a} {b}" for a, b in itertools.pairwise(words) if {a, b}.isdisjoint(_EDGES)}
    return long | pairs | {phrase for phrase in found if phrase[0] not in _ZH_EDGES and phrase[-1] not in _ZH_EDGES}
