"""Entries to the index that searches them, wherever the settings keep it.

Knows: the retrieval adapter and the directory layout. Does not know: which encoder it is given, what hits are used for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.domain import FaqEntry
from chatbot.ports import Encoder, Retriever
from chatbot.settings import Settings

Progress = Callable[[str, float], None]
"""Told a step that takes long and the share of it that is done, 0 to 1."""


def silent(_step: str, _share: float) -> None:
    """Show no progress."""


def index_of(
    entries: Sequence[FaqEntry],
    encoder: Encoder,
    settings: Settings,
    previous: Retriever | None = None,
    progress: Progress = silent,
) -> Retriever | None:
    """The index of entries, from what `previous` or the home already hold where possible; None without entries."""
    from chatbot.retrieval.build import build_retriever
    from chatbot.retrieval.hybrid import HybridRetriever

    if not entries:
        return None
    return build_retriever(
        entries,
        encoder.encode,
        encoder_id=encoder.id,
        index_dir=settings.index_dir,
        previous=previous if isinstance(previous, HybridRetriever) else None,
        progress=progress,
    )
