"""Finds labels of the team that look wrong, before they are used for training; a person decides.

A label is doubted if the live model, which has not seen the message, finds it far less likely than its own best guess.
Queued messages are uncertain ones, so a label that is merely not the best guess is no reason to doubt it.

Measured with a fifth of a day's labels moved to the intent most similar to the right one (800 labels per set): a factor
of 0.1 finds 47 % of the wrong ones on BANKING77, 64 % on CLINC150 and 77 % on SMP2017, with a precision of 62, 77 and
75 %; a factor of 0.5 finds 78, 78 and 88 %, with a precision of 46, 51 and 63 %. Held-out models trained on the day as
well, votes of neighbours, and products of these with the live model are no better (average precision 0.64, 0.73, 0.83
for the live model; 0.56, 0.72, 0.78; 0.58, 0.50, 0.37; at best 0.63, 0.74, 0.83).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chatbot.bootstrap.encoders import BaseEncoder
from chatbot.bootstrap.models import live_intent_model, serving_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.domain import MessageLabel
from chatbot.types import Progress
from training.datasets.seen_texts import seen_rows
from training.labelling.message_vectors import message_vectors
from training.labelling.queue import guesses

FAR = 0.1
"""A label is doubted if its probability is below this factor, 0 to 1, of that of the best guess."""
_NEWEST = 2_000


@dataclass(frozen=True, slots=True)
class DoubtedLabel:
    """A label, the live model's better guess, and the probability it gives to both, 0 to 1."""

    label: MessageLabel
    probability: float
    suggested: str
    suggested_probability: float

    def as_json(self) -> dict[str, Any]:
        """Return the doubt as `review doubts --json` prints it."""
        return {
            "message_id": self.label.message_id,
            "text": self.label.text,
            "intent": self.label.intent,
            "by": self.label.by,
            "batch": self.label.batch,
            "probability": round(self.probability, 4),
            "suggested": self.suggested,
            "suggested_probability": round(self.suggested_probability, 4),
        }


def doubted_labels_of_team(
    stores: Stores, base: BaseEncoder, progress: Progress | None = None, *, far: float = FAR
) -> list[DoubtedLabel]:
    """Current labels that the live model doubts and was not trained on, the most doubtful first.

    Labels of intents that it does not know are left out: it cannot judge them.
    """
    encoder = serving_encoder(stores, base)
    model = live_intent_model(stores, encoder, None)
    if model is None:
        return []
    labels = [x for x in stores.review.labels(limit=_NEWEST, standing=True) if x.intent is not None]
    texts = [label.text for label in labels]
    seen = seen_rows(stores.settings.models_dir("intent") / model.version, texts)
    new = [label for place, label in enumerate(labels) if seen is None or not seen[place]]
    if not new:
        return []
    texts = [label.text for label in new]
    vectors = message_vectors(texts, encoder, stores.settings.home / "review" / "labelled", progress)
    found = []
    for label, prediction in zip(new, model.predict_many(texts, vectors), strict=True):
        ranked = guesses(prediction)
        shares = dict(ranked)
        if label.intent not in shares or not ranked:
            continue
        best, likely = ranked[0]
        own = shares[str(label.intent)]
        if best != label.intent and own < far * likely:
            found.append(DoubtedLabel(label, own, best, likely))
    return sorted(found, key=lambda doubt: doubt.probability / doubt.suggested_probability)
