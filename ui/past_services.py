"""What the page of past conversations needs, handed in as one value.

Knows: domain, ports, the use case of drafts. Does not know: gradio, file formats, how drafts are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chatbot.domain import ImportReport, TranscriptSpeaker, TranscriptTurn
from chatbot.drafts import Drafts
from chatbot.ports.drafts import DraftStore


@dataclass(frozen=True, slots=True)
class TranscriptPreview:
    """What a file of past conversations holds and what an import does, or would do; `turns` are the first, masked."""

    report: ImportReport
    layout: str
    speakers: tuple[TranscriptSpeaker, ...]
    turns: tuple[TranscriptTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class PastConversations:
    """Actions on past conversations; all raise ChatbotError for the user's mistakes.

    `read(raw, filename, roles, zone, dry_run)` imports a file, or says what an import would do; `roles` gives speakers'
    names a role (customer, agent, assistant, skip). `mine(progress)` proposes drafts and returns counts, calling
    `progress(step, share)`. `decide` changes, accepts and rejects the drafts that `drafts` keeps.
    """

    read: Callable[[bytes, str, Mapping[str, str], str, bool], TranscriptPreview]
    mine: Callable[[Callable[[str, float], None]], Mapping[str, int]]
    drafts: DraftStore
    decide: Drafts
