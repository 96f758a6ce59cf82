"""The search that every answer comes from: the retriever's hits, weighed by what the intent model says.

Knows: the ports and the evidence. Does not know: routes, conversations, which models there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.dialogue.evidence import weigh
from chatbot.domain import FaqHit, IntentPrediction
from chatbot.ports import IntentModel, Retriever
from chatbot.text import language
from chatbot.types import Vectors

WEIGHED = 10
"""So many best hits are weighed; what is further down is not lifted to the top by an intent."""


def search(
    retriever: Retriever, prediction: IntentPrediction | None, text: str, vector: Vectors, *, limit: int
) -> tuple[FaqHit, ...]:
    """Best entries first, at most `limit`, with the scores that decide; `vector` is the unit vector of `text`."""
    found = retriever.search(text, vector, limit=max(limit, WEIGHED))
    weighed = weigh(prediction, found[:WEIGHED], text=text, lang=language(text))
    return (weighed + found[WEIGHED:])[:limit]


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
        """By language, how much of the learned weight the dense leg has."""
        return self.retriever.dense_share

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The least score that an answer needs in a language."""
        return self.retriever.answer_from(lang, tolerated_wrong)

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each entry once, by calibrated score; `vector` has shape (dimension,)."""
        prediction = self.intent_model.predict(text, vector) if self.intent_model and text else None
        return search(self.retriever, prediction, text, vector, limit=limit)
