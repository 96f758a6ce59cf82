"""What the use cases need from the outside, as protocols.

Knows: the domain. Does not know: any implementation. One contract test per protocol runs against every implementation
and fake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from chatbot.domain import (
    Conversation,
    FaqEntry,
    FaqHit,
    ImportReport,
    IntentDefinition,
    IntentPrediction,
    LabelledExample,
    Message,
    ModelRecord,
    NearestUtterance,
    Role,
    TranscriptTurn,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


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

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        """Best entries first, each entry once, by calibrated score; `vector` has shape (dimension,)."""


class Generator(Protocol):
    """A language model that continues a conversation."""

    @property
    def version(self) -> str: ...

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> Iterator[str]:
        """Yield the reply to the last message of `history` in pieces. Closing the iterator stops the model.

        A guarded generator raises UngroundedReply before an unsupported fact would leave it.
        """


class ConversationStore(Protocol):
    """Append-only conversations and messages. Each call is one short transaction."""

    def start(self, visitor_id: str, lang: str) -> Conversation: ...

    def add_message(
        self, conversation_id: str, role: Role, text: str, *, decision: Mapping[str, Any] | None = None
    ) -> Message:
        """Append a message. Raises NotFoundError for an unknown conversation."""

    def get(self, conversation_id: str) -> Conversation:
        """Raises NotFoundError."""

    def messages(self, conversation_id: str, *, last: int | None = None) -> list[Message]:
        """In order; with `last`, only that many newest ones. Feedback is filled in."""

    def of_visitor(self, visitor_id: str, *, limit: int = 50) -> list[Conversation]:
        """A visitor's conversations that have messages, newest first."""

    def list(
        self, *, limit: int = 50, offset: int = 0, search: str = "", origin: str = ""
    ) -> Sequence[Conversation]: ...

    def count(self, *, search: str = "", origin: str = "") -> int: ...

    def add_feedback(self, message_id: int, visitor_id: str, helpful: bool) -> None:
        """Record or change a thumb. Raises NotFoundError if the message is not of this visitor's conversation."""

    def add_transcripts(self, turns: Sequence[TranscriptTurn], report: ImportReport) -> ImportReport:
        """Store imported conversations all or nothing; conversations already imported are skipped."""

    def confirmed_examples(self) -> Sequence[LabelledExample]:
        """Logged messages whose answer was confirmed, by a thumb up or a choice, with the intent of that answer."""

    def erase(self, visitor_id: str) -> int:
        """Delete a visitor's conversations, messages and feedback; returns the number of conversations."""


class KnowledgeStore(Protocol):
    """FAQ entries, intents and labelled examples, with undoable imports."""

    def entries(self) -> list[FaqEntry]:
        """All enabled entries in import order."""

    def revision(self) -> str:
        """Changes with every change of entries or live model pointers; cheap enough for every message."""

    def apply_faq(self, entries: Sequence[FaqEntry], report: ImportReport) -> ImportReport:
        """Insert or update entries by id all or nothing and log the import; returns the report with counts and id."""

    def preview_faq(self, entries: Sequence[FaqEntry], report: ImportReport) -> ImportReport:
        """What `apply_faq` would report, without changing anything."""

    def undo_import(self, import_id: str) -> int:
        """Put the entries back as they were before the import; returns how many changed.

        Raises NotFoundError for an unknown import, StorageError when it was undone or edited over later.
        """

    def intents(self) -> list[IntentDefinition]: ...

    def apply_intents(self, definitions: Sequence[IntentDefinition]) -> None: ...

    def examples(self) -> list[LabelledExample]: ...

    def apply_examples(self, examples: Sequence[LabelledExample], report: ImportReport) -> ImportReport: ...


class ModelRegistry(Protocol):
    """Which model versions exist and which one is live, per kind (`intent`, `generator`)."""

    def add(self, kind: str, version: str, metrics: Mapping[str, Any]) -> ModelRecord:
        """Register a version as candidate; the first of its kind goes live."""

    def list(self, kind: str | None = None) -> list[ModelRecord]: ...

    def live(self, kind: str) -> str | None: ...

    def promote(self, kind: str, version: str) -> None:
        """Raises NotFoundError."""

    def rollback(self, kind: str) -> str:
        """Make the previously live version live again and return it. Raises NotFoundError if there is none."""


class AuditLog(Protocol):
    """Who changed what, when."""

    def record(self, actor: str, action: str, detail: Mapping[str, Any]) -> None: ...

    def recent(self, limit: int = 100) -> list[tuple[dt.datetime, str, str, Mapping[str, Any]]]: ...


class StateStore(Protocol):
    """A few small named texts that must survive a restart: password hash, cookie secret."""

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...
