"""The Chinese page says in Chinese what is wrong with past conversations and drafts."""

from __future__ import annotations

import pytest

from chatbot.domain.drafts import Draft, DraftEvidence, DraftKind
from chatbot.errors import ChatbotError
from chatbot.importing.transcripts.reading import TranscriptOptions, read_transcript_file
from chatbot.knowledge.drafts import Drafts
from chatbot.knowledge.imports import Knowledge
from support.fakes.drafts import FakeDraftStore
from support.fakes.storage import FakeAuditLog, FakeConversationStore, FakeKnowledgeStore
from ui.wording.problems import worded
from ui.wording.words import Words

ZH = Words("zh")
HEADER = "conversation_id,turn,speaker,text,timestamp\n"
LONG = "x" * 20_001


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize(
    "rows",
    [",1,user,hi,", "a,one,user,hi,", "a,1,narrator,hi,", "a,1,user, ,", "a,1,user,hi,yesterday", f"a,1,user,{LONG},"],
)
def test_rows_that_cannot_be_taken(rows: str) -> None:
    reading = read_transcript_file((HEADER + rows + "\nb,1,user,hi,\n").encode(), "t.csv", TranscriptOptions())
    (problem,) = reading.report.problems
    assert is_chinese(worded(problem.problem, ZH)), problem.reason


@pytest.mark.parametrize(
    ("raw", "file", "zone"), [(b"[]", "t.json", "UTC"), (b'{"messages": [', "t.json", "UTC"), (b"x", "t.txt", "Mars")]
)
def test_files_that_cannot_be_taken(raw: bytes, file: str, zone: str) -> None:
    with pytest.raises(ChatbotError) as caught:
        read_transcript_file(raw, file, TranscriptOptions(zone=zone))
    assert is_chinese(worded(caught.value.problem, ZH)), str(caught.value)


@pytest.mark.parametrize(
    "draft",
    [
        Draft(DraftKind.FAQ, "q", DraftEvidence(1, 1)),
        Draft(DraftKind.FAQ, "q", DraftEvidence(1, 1), "call [phone]"),
        Draft(DraftKind.UTTERANCES, "q", DraftEvidence(1, 1), variants=("a",)),
    ],
)
def test_drafts_that_cannot_be_accepted(draft: Draft) -> None:
    store, audit = FakeDraftStore(), FakeAuditLog()
    store.propose([draft])
    drafts = Drafts(store, Knowledge(FakeKnowledgeStore(), FakeConversationStore(), audit, lambda: None), audit)
    with pytest.raises(ChatbotError) as caught:
        drafts.accept(1, actor="ann")
    assert is_chinese(worded(caught.value.problem, ZH)), str(caught.value)
