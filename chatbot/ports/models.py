"""Models: what encodes, understands, finds and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chatbot.domain import (
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
        """Length of one vector."""

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
        """The intents it knows, without the out-of-scope label."""

    @property
    def encoder_id(self) -> str:
        """The `Encoder.id` its vectors must come from."""

    def predict(self, text: str, vector: Vectors) -> IntentPrediction:
        """Rank the intents for one message; `vector` has shape (dimension,)."""

    def predict_many(self, texts: Sequence[str], vectors: Vectors) -> list[IntentPrediction]:
        """The same for many; `vectors` has shape (n, dimension)."""

    def nearest(self, vector: Vectors, *, limit: int = 5) -> tuple[NearestUtterance, ...]:
        """The training utterances closest to a message, `oos` ones too, by falling similarity: for explanations."""


class Retriever(Protocol):
    """Ranked FAQ entries for a query. Immutable: a changed knowledge base gets a new retriever."""

    @property
    def fingerprint(self) -> str:
        """Identity of the indexed phrasings and the encoder together."""

    @property
    def size(self) -> int:
        """How many entries can be found."""

    @property
    def dense_share(self) -> Mapping[str, float]:
        """By language, how much of the learned weight the dense leg has, 0 to 1; the lexical leg has the rest."""

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        """The least score from which at most this share of the answers in a language is expected to be wrong."""

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each entry once, by calibrated score; `vector` has shape (dimension,)."""


class Generator(Protocol):
    """A language model that continues a conversation."""

    @property
    def version(self) -> str: ...

    @property
    def instructions(self) -> str:
        """What the model is told beside the conversation, in all languages; empty where nothing is."""

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Yield the reply to the last message of `history` in pieces of whole characters. Closing it stops the model.

        Raises:
            UngroundedReply: a guarded generator, before an unsupported fact would leave it.
            GeneratorUnavailable: nothing can be written at the moment; never after a first piece has left.
        """
