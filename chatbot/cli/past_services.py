"""The actions of the console's tab of past conversations, put together from the running application.

Knows: the application, importing, mining. Does not know: pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.bootstrap.application import Application
from chatbot.knowledge.drafts import Drafts

if TYPE_CHECKING:
    from chatbot.domain import TranscriptUndo
    from chatbot.knowledge.transcript_files import TranscriptColumns, TranscriptOptions, Transcripts, Watch
    from ui.console.transcripts.services import PastConversations

ACTOR = "console"
_LISTED = 30


def past_conversations(running: Application) -> PastConversations:
    """The services of the tab."""
    from chatbot.knowledge.transcript_files import import_transcripts, look_at_columns
    from training.pipelines.mining import mine_conversations
    from ui.console.transcripts.services import PastConversations

    opened, use = running.stores, running.knowledge

    def look(file: Path, options: TranscriptOptions) -> TranscriptColumns | None:
        return look_at_columns(file, file.name, options)

    def read(file: Path, options: TranscriptOptions, dry_run: bool, watch: Watch) -> Transcripts:
        return import_transcripts(use, file, file.name, options, actor=ACTOR, dry_run=dry_run, watch=watch)

    def undo(import_id: str) -> TranscriptUndo:
        return use.undo_transcripts(import_id, actor=ACTOR)

    def mine(progress: Callable[[str, float], None]) -> Mapping[str, int]:
        return mine_conversations(opened, progress=progress).as_json()

    return PastConversations(
        look,
        read,
        lambda: opened.knowledge.imports(kind="transcripts", limit=_LISTED),
        undo,
        mine,
        opened.drafts,
        Drafts(opened.drafts, use, opened.audit),
        running.settings.max_import_mb,
    )
