"""Transcript services over fake stores: real reading and masking, and two drafts that mining would find."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind
from chatbot.knowledge.drafts import Drafts
from chatbot.knowledge.imports import Knowledge
from chatbot.knowledge.transcript_files import TranscriptOptions, Transcripts, import_transcripts, look_at_columns
from chatbot.types import Progress
from support.fakes.drafts import FakeDraftStore
from support.fakes.storage import FakeAuditLog, FakeConversationStore, FakeKnowledgeStore
from ui.services import DraftServices, TranscriptServices

FOUND = (
    Draft(
        DraftKind.FAQ,
        "Can I pay with a gift card?",
        DraftEvidence(9, 7, 0.82, ("gift card",), (("c1", "<b>gift card</b> ok?"),)),
        "Yes, gift cards are taken at the checkout.",
        ("gift card ok",),
    ),
    Draft(DraftKind.FAQ, "Where is your shop?", DraftEvidence(4, 3, 0.4), "At [address], ask for [name]."),
)


def fake_transcripts(
    knowledge: FakeKnowledgeStore, conversations: FakeConversationStore
) -> tuple[TranscriptServices, DraftServices]:
    use = Knowledge(knowledge, conversations, FakeAuditLog(), lambda: None)
    drafts = FakeDraftStore()

    def read(file: Path, options: TranscriptOptions, dry_run: bool, watch: Progress) -> Transcripts:
        return import_transcripts(use, file, file.name, options, actor="console", dry_run=dry_run, watch=watch)

    def mine(progress: Progress) -> Mapping[str, int]:
        progress("group", 0.5)
        drafts.propose(FOUND)
        return {"questions": 13, "groups": 2, "drafts": 2, "known": 0, "decided": 0, "unanswered": 0}

    transcripts = TranscriptServices(
        columns=lambda file, options: look_at_columns(file, file.name, options),
        read=read,
        imports=conversations.imports,
        undo=lambda import_id: use.undo_transcripts(import_id, actor="console"),
    )
    return transcripts, DraftServices(store=drafts, decisions=Drafts(drafts, use, FakeAuditLog()), propose=mine)
