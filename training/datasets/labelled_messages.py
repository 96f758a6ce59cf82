"""Collects the data of a retraining from a home: seed data, team labels and evaluation set, personal data masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chatbot.bootstrap.stores import Stores
from chatbot.domain import LabelledExample, MessageLabel
from chatbot.pii import mask, public_data
from chatbot.ports.learning import EvaluationSetStore
from chatbot.types import Encode
from training.datasets.assembly import assemble, check_cover, without_near

EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """The training examples, and a sentence on their origin."""

    examples: list[LabelledExample]
    note: str
    counts: dict[str, int]


def gather_labelled(stores: Stores, seed: Sequence[LabelledExample], encode: Encode) -> Gathered:
    """Add every current label to the seed data; new messages of held-out conversations go to the evaluation set.

    Args:
        stores: the stores of the home.
        seed: imported utterances and FAQ phrasings.
        encode: encodes texts as unit vectors, which also find near-duplicates of evaluation messages.

    Raises:
        TrainingError: an intent that the live model knows, or that a person labelled, would be lost.
    """
    labels = stores.review.labels(limit=EVERY, standing=True)
    _follow(stores.evaluation_set, labels)
    frozen = stores.evaluation_set.examples()
    public = public_data(entry.answer for entry in stores.knowledge.entries())
    found = assemble(
        seed, labels, frozen, stores.evaluation_set.messages(), masked=lambda text: mask(text, public=public)
    )
    measured = [example.text for example in (*frozen, *found.newly_frozen)]
    examples = list(found.examples)
    near = 0
    if measured:
        free = without_near(encode([example.text for example in examples]), encode(measured))
        near = int((~free).sum())
        examples = [example for example, kept in zip(examples, free.tolist(), strict=True) if kept]
    check_cover(examples, _needed(stores, labels))
    # Last of all: a run that is refused must not change the evaluation set.
    stores.evaluation_set.add(found.newly_frozen, dict(enumerate(found.messages)))
    counts = found.counts
    note = (
        f"Learned from {counts.seed:,} imported utterances and {counts.labelled:,} labelled messages "
        f"({counts.overruled:,} utterances corrected, {counts.merged:,} near-duplicates merged); {counts.frozen:,} "
        f"messages are frozen for measuring, and {counts.protected + near:,} that resemble them were left out."
    )
    return Gathered(examples, note, asdict(counts) | {"near": near})


def _follow(frozen: EvaluationSetStore, labels: Sequence[MessageLabel]) -> None:
    """Update the labels of the evaluation set; a message whose label was withdrawn leaves the set."""
    standing = {label.message_id: label.intent for label in labels}
    frozen.relabel({message: standing.get(message) for message in frozen.messages()})


def _needed(stores: Stores, labels: Sequence[MessageLabel]) -> set[str]:
    live = stores.registry.live("intent")
    known = next((r.metrics.get("intents", ()) for r in stores.registry.list("intent") if r.version == live), ())
    return {*known, *(label.intent for label in labels if label.intent is not None)}
