"""Entries to the index that searches them, wherever the settings keep it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from chatbot.bootstrap.reading import read_with
from chatbot.dialogue.implicit_feedback import confirmed_answers
from chatbot.domain import FaqEntry
from chatbot.ports import Encoder, Retriever
from chatbot.ports.learning import ReviewStore
from chatbot.types import Progress, no_progress

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores
    from chatbot.retrieval.backends import DenseBackend
    from chatbot.storage.database.engine import Database


LOOK_BACK = 2_000
"""Logged messages, newest first, that confirmations are looked for in."""


def index_of(
    entries: Sequence[FaqEntry],
    encoder: Encoder,
    stores: Stores,
    previous: Retriever | None = None,
    progress: Progress = no_progress,
) -> Retriever | None:
    """The index of entries, from what `previous` or the home already hold where possible; None without entries."""
    from chatbot.reading.reading_retriever import ReadingRetriever
    from chatbot.retrieval.build import build_retriever
    from chatbot.retrieval.hybrid import HybridRetriever
    from chatbot.retrieval.reranking import CrossEncoderScorer, RerankedRetriever

    if not entries:
        return None
    inner = previous.inner if isinstance(previous, RerankedRetriever | ReadingRetriever) else previous
    found = build_retriever(
        entries,
        encoder.encode,
        encoder_id=encoder.id,
        index_dir=stores.settings.index_dir,
        previous=inner if isinstance(inner, HybridRetriever) else None,
        backend=DENSE_INDEXES[stores.settings.dense_index](stores.database),
        confirmed=lambda: _confirmed(stores.review),
        progress=progress,
    )
    model = stores.settings.reranker
    if not model:
        return read_with(found, entries, encoder, stores.settings, previous, progress)
    loaded = previous.scorer if isinstance(previous, RerankedRetriever) and previous.scorer.model == model else None
    return RerankedRetriever(found, loaded or CrossEncoderScorer(model))


def _confirmed(review: ReviewStore) -> list[tuple[str, str]]:
    """What customers confirmed, newest first."""
    return confirmed_answers(review.logged(limit=LOOK_BACK, unlabelled=False))


def _in_files(_: Database) -> DenseBackend:
    from chatbot.retrieval.backends import in_files

    return in_files()


def _pgvector(database: Database) -> DenseBackend:
    from chatbot.retrieval.backends import DenseBackend
    from chatbot.storage.faq.vectors import PgVectors

    vectors = PgVectors(database)
    return DenseBackend("pgvector", vectors.build, lambda name, _files: vectors.load(name))


DENSE_INDEXES: Mapping[str, Callable[[Database], DenseBackend]] = {"faiss": _in_files, "pgvector": _pgvector}
