"""Models: encoder, intent model, retriever and generator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chatbot.domain import (
    CommonReading,
    FaqHit,
    IntentPrediction,
    Message,
    NearestUtterance,
)
from chatbot.domain.pieces import PieceStream
from chatbot.types import Vectors


class Encoder(Protocol):
    """Text to unit vectors. Safe to call from several threads."""

    @property
    def id(self) -> str:
        """Identity of the vectors: equal ids give equal vectors."""

    @property
    def dimension(self) -> int:
        """Dimension of the vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, L2 norm 1, in the order given."""

    def encode_one(self, text: str) -> Vectors:
        """The vector of one text, shape (dimension,)."""


class IntentModel(Protocol):
    """A trained intent model, loaded from its directory."""

    @property
    def version(self) -> str: ...

    @property
    def intents(self) -> tuple[str, ...]:
        """The model's intents, without the out-of-scope label."""

    @property
    def encoder_id(self) -> str:
        """The `Encoder.id` that its vectors must come from."""

    def predict(self, text: str, vector: Vectors) -> IntentPrediction:
        """Rank the intents for one message; `vector` has shape (dimension,)."""

    def predict_many(self, texts: Sequence[str], vectors: Vectors) -> list[IntentPrediction]:
        """As `predict` for several messages; `vectors` has shape (n, dimension)."""

    def nearest(self, vector: Vectors, *, limit: int = 5) -> tuple[NearestUtterance, ...]:
        """The training utterances closest to a message, `oos` ones included, most similar first: for explanations."""


class CommonIntents(Protocol):
    """The model of what customers of any business say. Needs no vector, and is safe to call from several threads."""

    @property
    def version(self) -> str: ...

    def read(self, text: str) -> CommonReading:
        """The probability of each common intent for one message, and what each needs to count."""


class Retriever(Protocol):
    """Ranked FAQ entries for a query. Immutable: a changed knowledge base gets a new retriever."""

    @property
    def fingerprint(self) -> str:
        """Identity of the indexed phrasings and the encoder together."""

    @property
    def size(self) -> int:
        """Number of entries that can be found."""

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, the dense score's share of the learned weight, 0 to 1; the lexical score has the rest."""

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The lowest score at which at most this share of the answers in a language is expected to be wrong."""

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each entry once, by calibrated score; `vector` has shape (dimension,)."""


class Generator(Protocol):
    """A language model that continues a conversation."""

    @property
    def version(self) -> str: ...

    @property
    def instructions(self) -> str:
        """Instructions that the model gets besides the conversation, in all languages; empty if there are none."""

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Yield the reply to the last message of `history` in pieces of whole characters. Closing it stops the model.

        Raises:
            UngroundedReply: a guarded generator would otherwise yield an unsupported fact.
            GeneratorUnavailable: nothing can be generated at the moment; never raised after the first piece.
        """
