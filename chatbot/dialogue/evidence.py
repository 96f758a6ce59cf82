"""What retrieval and the intent model together say about each FAQ hit: pure arithmetic on probabilities.

Knows: the domain. Does not know: models, thresholds, routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.domain import FaqHit, IntentPrediction
from chatbot.text import normalise

WEIGHT = 0.65
"""Exponent of the intent model's likelihood ratio. Both witnesses read the same vector, so the second one counts for
less than one: 0 would ignore it, 1 would treat it as independent."""
LEFTOVER = 0.02
"""Least probability that no entry answers, before the intent model is heard."""


def weigh(prediction: IntentPrediction | None, hits: Sequence[FaqHit], *, text: str, lang: str) -> tuple[FaqHit, ...]:
    """The hits with scores that take the intent model into account, best first.

    P(entry answers) = P(in scope) P(entry answers | in scope). The second factor is Bayes' rule over "this entry
    answers" and "none does": the retriever's calibrated scores are the prior, the intents' probabilities relative to
    chance, raised to `WEIGHT`, the evidence. Entries without an intent that the model knows get no evidence either way,
    so knowledge that is newer than the model is judged by the retriever alone; so is an entry that stores the
    message word for word: the team said what it means, maybe after the model was trained. An entry in another language
    than the message stands back behind its translation.
    """
    hits = _own_language_first(hits, lang)
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
    said = normalise(text)
    scored = []
    for hit, value, judged in zip(hits, weighed, known, strict=True):
        score = value / mass * (prediction.in_scope if judged else 1.0)
        stored = said and normalise(hit.phrasing) == said
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
