"""The services of past conversations over fake stores: real reading and masking, two drafts that mining would find."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fakes_drafts import FakeDraftStore
from fakes_storage import FakeAuditLog, FakeConversationStore, FakeKnowledgeStore

from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind
from chatbot.drafts import Drafts
from chatbot.importing.transcripts import TranscriptOptions, read_transcript_file
from chatbot.knowledge import Knowledge
from chatbot.transcripts import masked_turns
from ui.past_services import PastConversations, TranscriptPreview

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


def fake_past(knowledge: FakeKnowledgeStore, conversations: FakeConversationStore) -> PastConversations:
    use = Knowledge(knowledge, conversations, FakeAuditLog(), lambda: None)
    drafts = FakeDraftStore()

    def read(raw: bytes, name: str, roles: Mapping[str, str], zone: str, dry_run: bool) -> TranscriptPreview:
        found = read_transcript_file(raw, name, TranscriptOptions(dict(roles), zone))
        report = use.import_transcripts(found.turns, found.report, actor="console", dry_run=dry_run)
        return TranscriptPreview(report, found.layout, found.speakers, tuple(masked_turns(found.turns[:10])))

    def mine(progress: Callable[[str, float], None]) -> Mapping[str, int]:
        progress("Grouping questions", 0.5)
        drafts.propose(FOUND)
        return {"questions": 13, "groups": 2, "drafts": 2, "known": 0, "decided": 0, "unanswered": 0}

    return PastConversations(read, mine, drafts, Drafts(drafts, use, FakeAuditLog()))
