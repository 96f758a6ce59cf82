"""Small fakes of the models, which return what a test configures and record their inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chatbot.domain import FaqEntry, FaqHit, IntentPrediction, IntentScore, Message, NearestUtterance
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.text import tokens
from chatbot.types import Vectors


class FakeEncoder:
    """A bag of hashed tokens: texts that share words have close vectors. Deterministic and thread-safe."""

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension
        self.asked: list[str] = []

    @property
    def id(self) -> str:
        return f"fake-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), unit norm."""
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            for token in ("", *tokens(text)):
                digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
                vectors[row, int.from_bytes(digest[:4], "little") % self._dimension] += 1.0
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def encode_one(self, text: str) -> Vectors:
        """Shape (dimension,)."""
        self.asked.append(text)
        vector: Vectors = self.encode([text])[0]
        return vector


@dataclass
class FakeIntentModel:
    """Predicts the intent that a test set for a text, else `unknown` out of scope."""

    answers: Mapping[str, str] = field(default_factory=dict)
    version: str = "fake-intent-1"
    encoder_id: str = "fake-64"
    probability: float = 0.9
    in_scope: float = 0.95
    asked: list[str] = field(default_factory=list)
    looked_up: int = 0

    @property
    def intents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.answers.values()))

    def predict(self, text: str, vector: Vectors) -> IntentPrediction:
        self.asked.append(text)
        return self.predict_many([text], vector[None])[0]

    def predict_many(self, texts: Sequence[str], vectors: Vectors) -> list[IntentPrediction]:
        return [self._predict(text) for text, _ in zip(texts, vectors, strict=True)]

    def nearest(self, vector: Vectors, *, limit: int = 5) -> tuple[NearestUtterance, ...]:
        """The configured texts that share words with the message, by `FakeEncoder`."""
        self.looked_up += 1
        known = FakeEncoder(len(vector)).encode(list(self.answers))
        found = [
            NearestUtterance(text, intent, min(1.0, float(row @ vector)))
            for (text, intent), row in zip(self.answers.items(), known, strict=True)
        ]
        return tuple(sorted(found, key=lambda one: -one.similarity)[: max(0, limit)])

    def _predict(self, text: str) -> IntentPrediction:
        if text not in self.answers:
            ranked = tuple(IntentScore(intent, 1 / len(self.intents)) for intent in self.intents)
            return IntentPrediction(ranked, 0.05, model_version=self.version)
        best = self.answers[text]
        rest = [intent for intent in self.intents if intent != best]
        others = tuple(IntentScore(intent, (1 - self.probability) / len(rest)) for intent in rest)
        return IntentPrediction(
            (IntentScore(best, self.probability), *others), self.in_scope, model_version=self.version
        )


@dataclass
class FakeRetriever:
    """Returns the hits that a test set for a text, else none."""

    hits: Mapping[str, Sequence[FaqHit]] = field(default_factory=dict)
    fingerprint: str = "fake-index-1"
    asked: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len({hit.entry.id for hits in self.hits.values() for hit in hits})

    @property
    def dense_share(self) -> Mapping[str, float]:
        return {"en": 0.5, "zh": 0.5}

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        return 0.5

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        self.asked.append(text)
        return tuple(self.hits.get(text, ()))[:limit]


@dataclass
class FakeGenerator:
    """Streams its pieces one by one; a piece that is an exception is raised."""

    pieces: Sequence[str | Exception] = ("Hello", " there", "!")
    version: str = "fake-generator-1"
    instructions: str = ""
    histories: list[list[Message]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    said: int = 0
    stopped: bool = False
    on_stop: Callable[[], None] = lambda: None

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        self.histories.append(list(history))
        self.languages.append(lang)
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                self.said += 1
                yield Piece(piece)
        finally:
            self.stopped = True
            self.on_stop()


def entry(key: str, *, question: str = "", answer: str = "", intent: str | None = None, lang: str = "en") -> FaqEntry:
    """A FAQ entry; question and answer are derived from the key unless given."""
    return FaqEntry(key, question or f"Question {key}?", answer or f"Answer {key}.", intent=intent, lang=lang)
