"""What the pages need, in groups named for what they do, handed in as one value.

Everything is called from several threads at once and raises ChatbotError for the user's mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from chatbot.dialogue.assistant import Assistant
from chatbot.domain import FaqEntry, ImportRecord, LabelAction, MessageLabel, TranscriptUndo
from chatbot.domain.drafts import Draft
from chatbot.domain.promotion import GateVerdict
from chatbot.domain.review import ItemDetail, QueueItem, UnansweredTopic
from chatbot.handoff.inbox import Inbox
from chatbot.knowledge.change_preview import Replay
from chatbot.knowledge.consistency import Finding
from chatbot.knowledge.drafts import Drafts
from chatbot.knowledge.entries import Editing
from chatbot.knowledge.imports import Knowledge
from chatbot.knowledge.transcript_files import TranscriptColumns, TranscriptOptions, Transcripts
from chatbot.ports import ConversationStore, KnowledgeStore, ModelRegistry, StateStore
from chatbot.ports.drafts import DraftStore
from chatbot.settings import Settings
from chatbot.types import Progress

MODES = ("fast", "auto", "full")
"""How an intent model may be trained: on the encoder as it is, on the better of both, on a tuned one."""


@dataclass(frozen=True, slots=True)
class TrainedSummary:
    """What a training run made: a version, whether it answers customers now, its figures, what the gate says of it."""

    version: str
    went_live: bool
    metrics: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    verdict: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelReport:
    """The report of one version: Markdown that names its pictures by file name, and the pictures (PNG)."""

    text: str
    pictures: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class KnowledgeServices:
    """The team's FAQ.

    `imports` imports files and undoes that, `editing` changes single entries. `consistency(progress)` lists what is
    wrong among the entries; `preview(entries, progress)` says which logged questions would get another answer from
    these entries.
    """

    store: KnowledgeStore
    imports: Knowledge
    editing: Editing
    consistency: Callable[[Progress], Sequence[Finding]]
    preview: Callable[[Sequence[FaqEntry], Progress], Replay]


@dataclass(frozen=True, slots=True)
class TranscriptServices:
    """Conversations held elsewhere.

    `columns(file, options)` gives the header of a table and which column is which, None for other files.
    `read(file, options, dry_run, watch)` imports a file, or says what an import would do; what `watch` raises cancels.
    `imports()` are the newest first, `undo(id)` takes one back.
    """

    columns: Callable[[Path, TranscriptOptions], TranscriptColumns | None]
    read: Callable[[Path, TranscriptOptions, bool, Progress], Transcripts]
    imports: Callable[[], Sequence[ImportRecord]]
    undo: Callable[[str], TranscriptUndo]


@dataclass(frozen=True, slots=True)
class DraftServices:
    """Proposed FAQ entries and utterances.

    `propose(progress)` finds some in the transcripts and returns counts; `decisions` changes, accepts and rejects those
    that `store` keeps.
    """

    store: DraftStore
    decisions: Drafts
    propose: Callable[[Progress], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class TrainingServices:
    """Training of an intent model.

    `run(mode, progress)` trains in one of MODES and calls `progress(step, share)` with a share of 0 to 1; where a
    training runs already it follows that one. `running()` says whether one does, `cancel()` asks it to stop.
    """

    run: Callable[[str, Progress], TrainedSummary]
    running: Callable[[], bool]
    cancel: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class ModelServices:
    """Versions of the intent model.

    `promote(version, override)` asks the gate and returns what it said; `rollback()` returns the version that is live
    again; `compare(version)` is what the gate says of it, with every recent message that would change.
    `report(version)` reads what training reported about a version.
    """

    registry: ModelRegistry
    promote: Callable[[str, str], str]
    rollback: Callable[[], str]
    compare: Callable[[str], GateVerdict]
    report: Callable[[str], ModelReport]


class ReviewQueue(Protocol):
    """Messages to label."""

    def take(self, by: str, *, count: int = 1) -> list[QueueItem]:
        """The next messages, reserved for this person."""

    def detail(self, item: QueueItem) -> ItemDetail:
        """What helps to label a message."""

    def label(self, message_ids: Sequence[int], action: LabelAction, by: str, *, intent: str = "") -> str:
        """Label messages and return the batch. Raises InputError, NotFoundError."""

    def undo(self, by: str) -> list[MessageLabel]:
        """Take back the last batch of this person. Raises NotFoundError."""

    def intents(self) -> list[str]:
        """Every intent that a message can be labelled with."""


@dataclass(frozen=True, slots=True)
class ReviewServices:
    """What the team learns from customers' messages.

    `topics()` are what nobody answered. Of one of them, with personal data masked: `wording(topic)` is the question and
    its further phrasings, `agent_answer(topic)` what agents answered most often or "", `draft(topic)` a FAQ draft.
    """

    queue: ReviewQueue
    topics: Callable[[], Sequence[UnansweredTopic]]
    wording: Callable[[UnansweredTopic], tuple[str, tuple[str, ...]]]
    agent_answer: Callable[[UnansweredTopic], str]
    draft: Callable[[UnansweredTopic], Draft]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the pages: `assistant` answers, `inbox` is what agents do with waiting conversations."""

    settings: Settings
    state: StateStore
    assistant: Assistant
    conversations: ConversationStore
    inbox: Inbox
    knowledge: KnowledgeServices
    transcripts: TranscriptServices
    drafts: DraftServices
    training: TrainingServices
    models: ModelServices
    review: ReviewServices
