"""What the page of past conversations needs, handed in as one value.

Knows: domain, ports, the use cases of transcripts and drafts. Does not know: gradio, file formats, how drafts are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.domain import ImportRecord, TranscriptUndo
from chatbot.knowledge.drafts import Drafts
from chatbot.knowledge.transcript_files import TranscriptColumns, TranscriptOptions, Transcripts
from chatbot.ports.drafts import DraftStore
from chatbot.types import Progress


@dataclass(frozen=True, slots=True)
class PastConversations:
    """Actions on past conversations; all raise ChatbotError for the user's mistakes.

    `look(file, options)` gives the header of a table and which column is which, None for other files.
    `read(file, options, dry_run, watch)` imports a file, or says what an import would do; what `watch` raises cancels.
    `imports()` are the newest first, `undo(id)` takes one back. `mine(progress)` proposes drafts and returns counts,
    calling `progress(step, share)`. `decide` changes, accepts and rejects the drafts that `drafts` keeps.
    """

    look: Callable[[Path, TranscriptOptions], TranscriptColumns | None]
    read: Callable[[Path, TranscriptOptions, bool, Progress], Transcripts]
    imports: Callable[[], Sequence[ImportRecord]]
    undo: Callable[[str], TranscriptUndo]
    mine: Callable[[Progress], Mapping[str, int]]
    drafts: DraftStore
    decide: Drafts
    max_mb: float | None = None
