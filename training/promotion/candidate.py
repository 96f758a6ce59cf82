"""Loads a version of the intent model as it would serve, and predicts labelled messages with it."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.bootstrap.application import build_index, default_policy
from chatbot.bootstrap.encoders import BaseEncoder
from chatbot.bootstrap.models import load_intent_model, serving_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.ranking import search
from chatbot.dialogue.routing import trusted_intent
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import OUT_OF_SCOPE, CustomerMessage, LabelledExample
from chatbot.retrieval.build import build_retriever
from training.promotion.gate import Judged

_LEAST = 1e-6
_HITS = 3


def version_snapshot(stores: Stores, base: BaseEncoder, version: str, beside: Snapshot | None = None) -> Snapshot:
    """Load everything that this version would use for replies, except the generator.

    Args:
        stores: the stores of the home.
        base: the encoder of the settings.
        version: the version to load.
        beside: a snapshot to compare with. Its index is shared if the encoder is the same; otherwise a separate index
            is built, and the one on disk stays untouched.

    Raises:
        NotFoundError: no such version.
        ArtifactError: its directory is damaged.
    """
    encoder = serving_encoder(stores, base, version=version, previous=beside.encoder if beside else None)
    model = load_intent_model(stores, version=version, encoder_id=encoder.id)
    if beside is None:
        retriever = build_index(stores, encoder)
    elif beside.encoder.id == encoder.id:
        retriever = beside.retriever
    else:
        entries = stores.knowledge.entries()
        place = stores.settings.home / "jobs" / "index"
        made = build_retriever(entries, encoder.encode, encoder_id=encoder.id, index_dir=place) if entries else None
        retriever = made
    return Snapshot(encoder, model, retriever, None, default_policy(stores))


def judged(
    snapshot: Snapshot,
    examples: Sequence[LabelledExample],
    vectors: NDArray[np.float32],
    *,
    answerable: Container[str],
) -> Judged:
    """Predict labelled messages with a version. An intent unknown to the version counts as wrong.

    Args:
        snapshot: the version as it would serve.
        examples: n messages with their true intents.
        vectors: (n, d) of them, by the encoder of the snapshot.
        answerable: intents that have a FAQ entry.
    """
    model, retriever = snapshot.intent_model, snapshot.retriever
    if model is None:
        raise ValueError("a snapshot without an intent model cannot be judged")
    predictions = model.predict_many([example.text for example in examples], vectors)
    rows = []
    for example, vector, prediction in zip(examples, vectors, predictions, strict=True):
        wanted = example.intent or OUT_OF_SCOPE
        shares = {score.intent: score.probability for score in prediction.ranked}
        shares[OUT_OF_SCOPE] = 1.0 - prediction.in_scope
        refused = prediction.in_scope < prediction.out_of_scope_below
        best = prediction.best
        label = OUT_OF_SCOPE if refused or best is None else best.intent
        hits = (
            search(retriever, prediction, CustomerMessage.read(example.text), vector, limit=_HITS)
            if retriever is not None
            else ()
        )
        rows.append(
            (
                label == wanted,
                -np.log(max(shares.get(wanted, 0.0), _LEAST)),
                best.probability if best is not None else 0.0,
                best is not None and best.intent == wanted,
                trusted_intent(prediction) is not None,
                bool(hits) and hits[0].entry.intent == wanted,
                wanted in answerable,
            )
        )
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    kinds = (np.bool_, np.float64, np.float64, np.bool_, np.bool_, np.bool_, np.bool_)
    return Judged(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))
