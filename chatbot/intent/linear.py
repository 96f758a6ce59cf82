"""The trained intent model behind the port: vectors and n-grams in, a calibrated prediction out.

It needs NumPy only and keeps no state between calls, so any number of threads may share a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import OUT_OF_SCOPE, IntentPrediction, IntentScore, NearestUtterance
from chatbot.errors import ArtifactError
from chatbot.intent.artifact import IntentArtifact, IntentWeights, load_artifact
from chatbot.intent.ngrams import BUCKETS, ngram_counts, rows_of
from chatbot.intent.scoring import (
    Evidence,
    centred,
    in_scope_probability,
    nearest_similarities,
    pooled_logits,
    scope_signals,
    softmax,
    vote_logits,
)
from chatbot.text import language

_BATCH = 256


def load_linear_model(directory: Path, *, encoder_id: str | None = None) -> LinearIntentModel:
    """Load and check a trained model directory.

    Args:
        directory: `<models_dir>/<version>`.
        encoder_id: `Encoder.id` of the vectors that the model will get, or None to check later.

    Raises:
        ArtifactError: it is missing, half-written, damaged, or was trained on another encoder's vectors.
    """
    artifact = load_artifact(directory)
    if encoder_id is not None and artifact.encoder_id != encoder_id:
        raise ArtifactError(
            f"Intent model {artifact.version} was trained on vectors of encoder {artifact.encoder_id!r}, but "
            f"{encoder_id!r} is set: set that encoder again, or train with: chatbot train intent."
        )
    return LinearIntentModel(artifact)


@dataclass(frozen=True)
class LinearIntentModel:
    """An `IntentModel`. Apart from the n-grams of a text, one message costs a few small matrix products."""

    artifact: IntentArtifact
    _rows: NDArray[np.int32] = field(init=False, repr=False)
    """Row of each hash bucket in the lexical weights, -1 for buckets that did not occur in training."""
    _dense: NDArray[np.float32] = field(init=False, repr=False)
    """The dense head with one row per intent."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", rows_of(self.artifact.weights.buckets, BUCKETS))
        object.__setattr__(self, "_dense", np.ascontiguousarray(self.artifact.weights.dense.T))

    @property
    def version(self) -> str:
        """The name of its directory."""
        return self.artifact.version

    @property
    def intents(self) -> tuple[str, ...]:
        """The model's intents, without the out-of-scope label."""
        return self.artifact.intents

    @property
    def encoder_id(self) -> str:
        """The `Encoder.id` that its vectors must come from."""
        return self.artifact.encoder_id

    def predict(self, text: str, vector: NDArray[np.float32]) -> IntentPrediction:
        """Rank the intents for one message; `vector` has shape (dimension,). Raises ArtifactError for another shape."""
        return self.predict_many([text], np.asarray(vector)[None, :])[0]

    def predict_many(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[IntentPrediction]:
        """As `predict`, for n messages; `vectors` has shape (n, dimension). Raises ArtifactError for another shape."""
        if not texts:
            return []
        self._check_shape(vectors, len(texts))
        found: list[IntentPrediction] = []
        for start in range(0, len(texts), _BATCH):
            found.extend(self._predict_batch(texts[start : start + _BATCH], vectors[start : start + _BATCH]))
        return found

    def nearest(self, vector: NDArray[np.float32], *, limit: int = 5) -> tuple[NearestUtterance, ...]:
        """The closest prototypes, best first; `vector` has shape (dimension,). Raises ArtifactError for another shape.

        Similarities are cosines, since the encoders' vectors have length 1.
        """
        one = np.asarray(vector)[None, :]
        self._check_shape(one, 1)
        weights = self.artifact.weights
        rows = (_products(one, weights.prototypes)[0], _products(one, weights.oos_prototypes)[0])
        similarities = np.minimum(np.maximum(np.concatenate(rows), -1.0), 1.0)
        best = np.argsort(-similarities, kind="stable")[: max(0, limit)]
        ends = np.cumsum(weights.prototype_counts)  # end of each intent's prototypes; the rest are out of scope
        names = (*self.artifact.intents, OUT_OF_SCOPE)
        texts = self.artifact.utterances
        found = zip(best.tolist(), np.searchsorted(ends, best, side="right").tolist(), strict=True)
        return tuple(
            NearestUtterance(
                (texts[row] or "") if texts else "",
                names[intent],
                float(similarities[row]),
                from_conversation=bool(texts) and texts[row] is None,
            )
            for row, intent in found
        )

    def _check_shape(self, vectors: NDArray[np.float32], count: int) -> None:
        expected = (count, self.artifact.weights.dense.shape[0])
        if vectors.shape != expected:
            raise ArtifactError(
                f"Intent model {self.version} needs vectors of shape {expected}, not {vectors.shape}: use encoder "
                f"{self.encoder_id!r}."
            )

    def _predict_batch(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[IntentPrediction]:
        weights = self.artifact.weights
        evidence = self.evidence(texts, vectors)
        groups = self._languages_of(texts)
        probabilities = softmax(pooled_logits(evidence, weights.pool[groups]))
        in_scope = in_scope_probability(scope_signals(evidence, probabilities), weights.scope, groups)
        order = np.argsort(-probabilities, axis=1, kind="stable")
        ranked = probabilities[np.arange(len(texts))[:, None], order]
        return [
            self._prediction(order[i].tolist(), ranked[i].tolist(), float(in_scope[i]), int(groups[i]))
            for i in range(len(texts))
        ]

    def _languages_of(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Index of each text's language in the model's languages, shape (n,); 0 for a language that is not there."""
        known = self.artifact.languages
        if len(known) == 1:
            return np.zeros(len(texts), dtype=np.int64)
        found = (language(text) for text in texts)
        return np.array([known.index(name) if name in known else 0 for name in found], dtype=np.int64)

    def _prediction(
        self, order: list[int], probabilities: list[float], in_scope: float, group: int
    ) -> IntentPrediction:
        names, limits = self.artifact.intents, self.artifact.thresholds[group]
        return IntentPrediction(
            ranked=tuple(map(IntentScore, map(names.__getitem__, order), probabilities)),
            in_scope=in_scope,
            min_in_scope=limits.min_in_scope,
            min_confidence=limits.min_confidence,
            min_margin=limits.min_margin,
            out_of_scope_below=limits.out_of_scope_below,
            model_version=self.artifact.version,
        )

    def evidence(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> Evidence:
        """The experts' evidence on n messages, before pooling; `vectors` has shape (n, dimension)."""
        weights, k = self.artifact.weights, len(self.artifact.intents)
        dense = _products(vectors, self._dense) + weights.dense_bias
        lexical, known_words = self._lexical(texts, weights)
        similarities = _products(vectors, weights.prototypes)
        nearest, nearest_few = nearest_similarities(similarities)
        nothing = np.zeros(len(texts), dtype=np.float32)
        has_oos = len(weights.oos_prototypes) > 0
        return Evidence(
            dense=centred(dense[:, :k]),
            lexical=centred(lexical[:, :k]),
            votes=vote_logits(similarities, weights.prototype_counts),
            nearest=nearest,
            nearest_few=nearest_few,
            known_words=known_words,
            scope_head=dense[:, k] + lexical[:, k] if has_oos else nothing,
            distance_to_oos=-_products(vectors, weights.oos_prototypes).max(axis=1) if has_oos else nothing,
        )

    def _lexical(self, texts: Sequence[str], weights: IntentWeights) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits of the n-gram head, shape (n, k or k + 1), and the known share of each text, shape (n,)."""
        logits = np.empty((len(texts), weights.lexical.shape[1]), dtype=np.float32)
        known_words = np.zeros(len(texts), dtype=np.float32)
        for i, text in enumerate(texts):
            buckets, counts = ngram_counts(text)
            rows = self._rows[buckets]
            seen = rows >= 0
            rows = rows[seen]
            values = counts[seen] * weights.idf[rows]
            norm = float(np.sqrt(values @ values))
            logits[i] = weights.lexical_bias
            if norm > 0.0:
                logits[i] += np.einsum("r,rk->k", values / norm, weights.lexical[rows])
                mass = float(values.sum())
                known_words[i] = mass / (mass + float(counts[~seen].sum()) * weights.unseen_idf)
        return logits, known_words


def _products(vectors: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Dot products of shape (n, r) from (n, d) and (r, d), one by one.

    A matrix product would wake the threads of the linear algebra library, which on a busy machine costs up to 30 ms
    instead of 0.03.
    """
    return np.asarray(np.vecdot(vectors[:, None, :], rows[None, :, :]))
