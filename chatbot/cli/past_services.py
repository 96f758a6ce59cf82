"""The actions of the console's tab of past conversations, put together from the running application.

Knows: the application, importing, mining. Does not know: pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chatbot.bootstrap import Application
from chatbot.drafts import Drafts

if TYPE_CHECKING:
    from ui.past_services import PastConversations, TranscriptPreview

ACTOR = "console"
_SHOWN_TURNS = 10


def past_conversations(running: Application) -> PastConversations:
    """The services of the tab."""
    from chatbot.importing.transcripts import TranscriptOptions, read_transcript_file
    from chatbot.transcripts import masked_turns
    from training.mining_job import mine_conversations
    from ui.past_services import PastConversations, TranscriptPreview

    opened = running.stores

    def read(raw: bytes, name: str, roles: Mapping[str, str], zone: str, dry_run: bool) -> TranscriptPreview:
        reading = read_transcript_file(raw, name, TranscriptOptions(dict(roles), zone))
        report = running.knowledge.import_transcripts(reading.turns, reading.report, actor=ACTOR, dry_run=dry_run)
        return TranscriptPreview(
            report, reading.layout, reading.speakers, tuple(masked_turns(reading.turns[:_SHOWN_TURNS]))
        )

    def mine(progress: Callable[[str, float], None]) -> Mapping[str, int]:
        return mine_conversations(opened, progress=progress).as_json()

    return PastConversations(read, mine, opened.drafts, Drafts(opened.drafts, running.knowledge, opened.audit))
