"""Ranks the FAQ entries found for a message: the retriever's hits, weighed by what the intent model says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.domain import CustomerMessage, FaqHit, IntentPrediction
from chatbot.ports import IntentModel, Retriever
from chatbot.text import normalise
from chatbot.types import Vectors

WEIGHED = 10
"""At most this many of the best hits are weighed; what is further down is not lifted to the top by an intent."""
WEIGHT = 0.65
"""Exponent of the intent model's likelihood ratio. Retriever and intent model read the same vector, so the second one
counts for less than one: 0 would ignore it, 1 would treat it as independent."""
LEFTOVER = 0.02
"""Least probability that no entry answers, before the intent model is heard."""


def search(
    retriever: Retriever, prediction: IntentPrediction | None, message: CustomerMessage, vector: Vectors, *, limit: int
) -> tuple[FaqHit, ...]:
    """Best entries first, at most `limit`, with the scores that decide; `vector` is the message's unit vector, (d,)."""
    hits = retriever.search(message.text, vector, limit=max(limit, WEIGHED))
    return (weigh(prediction, hits[:WEIGHED], message) + hits[WEIGHED:])[:limit]


def weigh(prediction: IntentPrediction | None, hits: Sequence[FaqHit], message: CustomerMessage) -> tuple[FaqHit, ...]:
    """The hits with scores that take the intent model into account, best first.

    P(entry answers) = P(in scope) P(entry answers | in scope). The second factor is Bayes' rule over "this entry
    answers" and "none does": the retriever's calibrated scores are the prior, the intents' probabilities relative to
    chance, raised to `WEIGHT`, the evidence. Entries without an intent that the model knows get no evidence either way,
    so knowledge that is newer than the model is judged by the retriever alone; so is an entry that stores the
    message word for word: the team said what it means, maybe after the model was trained. An entry in another language
    than the message stands back behind its translation.
    """
    hits = _own_language_first(hits, message.lang)
    if prediction is None or not prediction.ranked or not hits:
        return hits
    share = {score.intent: score.probability for score in prediction.ranked}
    intents = len(share)
    known = [hit.entry.intent in share for hit in hits]
    if not any(known):
        return hits
    none = max(LEFTOVER, 1.0 - sum(hit.score for hit in hits))
    weighed = [
        hit.score * (share[str(hit.entry.intent)] * intents) ** WEIGHT if judged else hit.score
        for hit, judged in zip(hits, known, strict=True)
    ]
    mass = none + sum(weighed)
    scored = []
    for hit, value, judged in zip(hits, weighed, known, strict=True):
        score = value / mass * (prediction.in_scope if judged else 1.0)
        stored = message.normalised and normalise(hit.phrasing) == message.normalised
        scored.append(_scored(hit, max(score, hit.score) if stored else score))
    return tuple(sorted(scored, key=lambda hit: -hit.score))


def _own_language_first(hits: Sequence[FaqHit], lang: str) -> tuple[FaqHit, ...]:
    """Hits in the message's language in front; a foreign one keeps its score only where there is no own one."""
    own = [hit for hit in hits if hit.entry.lang == lang]
    if not own or len(own) == len(hits):
        return tuple(hits)
    best_own = own[0].score
    foreign = [_scored(hit, min(hit.score, best_own) * 0.5) for hit in hits if hit.entry.lang != lang]
    return tuple(sorted([*own, *foreign], key=lambda hit: -hit.score))


def _scored(hit: FaqHit, score: float) -> FaqHit:
    return replace(hit, score=score)


@dataclass(frozen=True, slots=True)
class WeighedRetriever:
    """The same search as a retriever, for measuring. Implements `ports.Retriever`."""

    retriever: Retriever
    intent_model: IntentModel | None

    @property
    def fingerprint(self) -> str:
        """Identity of the index."""
        return self.retriever.fingerprint

    @property
    def size(self) -> int:
        """How many entries can be found."""
        return self.retriever.size

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, how much of the learned weight the dense similarity has."""
        return self.retriever.dense_share

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The least score that an answer needs in a language."""
        return self.retriever.answer_from(lang, tolerated_wrong)

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each entry once, by calibrated score; `vector` has shape (dimension,)."""
        prediction = self.intent_model.predict(text, vector) if self.intent_model and text else None
        return search(self.retriever, prediction, CustomerMessage.read(text), vector, limit=limit)
