"""The retriever: dense and lexical scores of every phrasing, the best phrasing per entry, one calibrated score.

A large base that was edited has two layers: the entries that were indexed together, less those changed or deleted
since, and the new and changed ones in a small index of their own, scored with the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot import text as words
from chatbot.domain import FaqEntry, FaqHit
from chatbot.retrieval.fusion import RIVALS, Fusion, Scores
from chatbot.retrieval.phrasings import Phrasings, Scored
from chatbot.types import Vectors

LANGUAGES = ("en", "zh")
"""The languages that `chatbot.text.language` distinguishes."""
BLOCK = 64
"""Size of the blocks whose maxima are compared first when the largest values are selected."""
WORD_FOR_WORD = 0.99
"""Minimum score of the only entry that stores the customer's exact words, whatever the fusion says."""
SAME_WORDS = 1.0 - 1e-6
"""Lexical score from which a phrasing may be the customer's exact words."""
MOST_ALIKE = 50
"""Most such phrasings that are compared."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Entries that were indexed together; None marks one that was changed or deleted since."""

    phrasings: Phrasings
    entries: Sequence[FaqEntry | None]
    digests: Sequence[bytes]
    """The digest of each entry as it was indexed."""
    gone: NDArray[np.bool_] | None = None
    """True where `entries` is None; None if it nowhere is."""


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """Implements `ports.Retriever`. Safe for concurrent searches: nothing changes after construction."""

    fingerprint: str
    encoder_id: str
    layers: Sequence[Layer]
    fusions: Mapping[str, Fusion]

    @property
    def size(self) -> int:
        """Number of entries that can be found."""
        gone = sum(int(layer.gone.sum()) for layer in self.layers if layer.gone is not None)
        return sum(len(layer.entries) for layer in self.layers) - gone

    @property
    def answers_indexed(self) -> bool:
        """Whether answers are part of the index."""
        return bool(self.layers) and self.layers[0].phrasings.answers is not None

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, the dense score's share of the learned weight, 0 to 1."""
        sums = {lang: fusion.dense + fusion.lexical for lang, fusion in self.fusions.items()}
        return {lang: fusion.dense / sums[lang] for lang, fusion in self.fusions.items() if sums[lang] > 0}

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The lowest score at which at most this share of the answers in a language is expected to be wrong."""
        return self.fusions[lang].answer_from(tolerated_wrong) if lang in self.fusions else 1.0

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each once, at most `limit`; `vector` is the unit vector of `text`."""
        if limit < 1 or not self.size:
            return ()
        lang = words.language(text)
        fusion = self.fusions[lang]
        found = [_Found.of(layer, layer.phrasings.score(text, vector, lang), fusion) for layer in self.layers]
        weight = fusion.answer_weight(max(float(one.strengths.max()) for one in found))
        strengths = np.concatenate([one.strengths + weight * one.scored.answers for one in found])
        bounds = np.cumsum([0, *(len(one.strengths) for one in found)])
        said = words.normalise(text)
        stored = [start + at for one, start in zip(found, bounds.tolist(), strict=False) for at in one.storing(said)]
        same = stored[0] if len(stored) == 1 else None
        if same is not None:
            strengths[same] = max(strengths[same], float(strengths.max()))
        ranked = strongest(strengths, min(max(limit, RIVALS), self.size), first=same)
        scores = fusion.probabilities(strengths[ranked])
        if same is not None and scores[0] < WORD_FOR_WORD:
            scores = np.append(WORD_FOR_WORD, np.minimum(scores[1:], 1.0 - WORD_FOR_WORD))
        hits = []
        for place, score in zip(ranked[:limit].tolist(), scores[:limit].tolist(), strict=True):
            number = int(np.searchsorted(bounds, place, side="right")) - 1
            hits.append(found[number].hit(place - int(bounds[number]), fusion, score, weight))
        return tuple(hits)


@dataclass(frozen=True, slots=True)
class _Found:
    """The scored entries of one layer; `strengths` has shape (entries scored,)."""

    layer: Layer
    scored: Scored
    lexical: Scores
    strengths: Scores

    @classmethod
    def of(cls, layer: Layer, scored: Scored, fusion: Fusion) -> _Found:
        lexical = scored.best(scored.lexical)
        strengths = fusion.strengths(scored.best(scored.dense), lexical)
        if layer.gone is not None:
            strengths[layer.gone[scored.entries]] = -np.inf
        return cls(layer, scored, lexical, strengths)

    def storing(self, said: str) -> list[int]:
        """Places of the entries that store exactly these normalised words; more than one only if stored twice."""
        found = []
        for place in np.flatnonzero(self.lexical >= SAME_WORDS)[:MOST_ALIKE].tolist():
            entry = self.layer.entries[int(self.scored.entries[place])]
            if entry is not None and any(words.normalise(phrasing) == said for phrasing in entry.phrasings):
                found.append(place)
        return found

    def hit(self, place: int, fusion: Fusion, score: float, answer_weight: float) -> FaqHit:
        scored, position = self.scored, int(self.scored.entries[place])
        own = slice(scored.starts[place], scored.starts[place + 1] if place + 1 < len(scored.starts) else None)
        entry = self.layer.entries[position]
        if entry is None:
            raise LookupError(f"entry {position} is gone")  # its strength is below that of every other
        nearest = int(fusion.strengths(scored.dense[own], scored.lexical[own]).argmax())
        dense, lexical = float(scored.dense[own].max()), float(self.lexical[place])
        return FaqHit(
            entry=entry,
            score=score,
            phrasing=entry.phrasings[int(scored.rows[own][nearest]) - int(self.layer.phrasings.first[position])],
            dense=dense,
            lexical=lexical,
            dense_part=fusion.dense * dense,
            lexical_part=fusion.lexical * lexical,
            answer=float(scored.answers[place]),
            answer_part=answer_weight * float(scored.answers[place]),
        )


def strongest(strengths: Scores, limit: int, *, first: int | None = None) -> NDArray[np.intp]:
    """Positions of the `limit` largest values, descending, ties in order; `first` comes before its ties."""
    if first is not None:
        strengths = strengths.copy()
        strengths[first] = np.nextafter(strengths[first], np.inf)
    # At least `limit` blocks have a maximum no lower than the lowest of the top `limit` maxima, hence at least as many
    # values.
    blocks = len(strengths) // BLOCK
    if blocks > limit:
        maxima = strengths[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        candidates = np.flatnonzero(strengths >= np.partition(maxima, blocks - limit)[blocks - limit])
    else:
        candidates = np.arange(len(strengths))
    order: NDArray[np.intp] = candidates[np.argsort(-strengths[candidates], kind="stable")][:limit]
    return order
