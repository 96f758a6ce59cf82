"""What the pages need, handed in as one value.

Knows: domain, ports and the assistant. Does not know: gradio, which implementations are behind the ports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.explanation import Explanation
from chatbot.domain import FaqEntry
from chatbot.handoff.inbox import Inbox
from chatbot.knowledge.change_preview import Replay
from chatbot.knowledge.consistency import Finding
from chatbot.knowledge.entries import Editing
from chatbot.knowledge.imports import Knowledge
from chatbot.ports import ConversationStore, KnowledgeStore, ModelRegistry, StateStore
from chatbot.settings import Settings
from chatbot.types import Progress
from ui.console.transcripts.services import PastConversations

if TYPE_CHECKING:
    from training.discovery.unanswered import UnansweredTopic
    from training.labelling.desk import ReviewDesk
    from training.promotion.gate import GateVerdict

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
class Services:
    """Stores and actions behind the pages. All of them are called from several threads at once.

    `use` imports and undoes, `editing` changes single entries. `check(progress)` lists what is wrong in the knowledge
    base; `replay(entries, progress)` says which logged questions would get another answer from these entries.
    `retrain(mode, progress)` trains an intent model in one of MODES and calls `progress(step, share)` with a share of
    0 to 1; where a training runs already it follows that one. `training_runs()` says whether one does,
    `cancel_training()` asks it to stop. `promote(version, override)` asks the gate and returns what it said;
    `rollback()` returns the version that is live again; `compare(version)` is what the gate says of it, with every
    recent message that would change. `report_of(version)` reads what training reported about a version. `desk` is the
    review queue, `topics()` what nobody answered, `add_faq(entry)` adds an entry. `explain(text)` says what would be
    decided for a message, without storing it. `inbox` is what colleagues do with conversations that wait. All of them
    raise ChatbotError for the user's mistakes.
    """

    assistant: Assistant
    conversations: ConversationStore
    knowledge: KnowledgeStore
    state: StateStore
    registry: ModelRegistry
    use: Knowledge
    editing: Editing
    check: Callable[[Progress], Sequence[Finding]]
    replay: Callable[[Sequence[FaqEntry], Progress], Replay]
    retrain: Callable[[str, Progress], TrainedSummary]
    desk: ReviewDesk
    topics: Callable[[], Sequence[UnansweredTopic]]
    add_faq: Callable[[FaqEntry], None]
    training_runs: Callable[[], bool]
    cancel_training: Callable[[], bool]
    promote: Callable[[str, str], str]
    rollback: Callable[[], str]
    compare: Callable[[str], GateVerdict]
    report_of: Callable[[str], ModelReport]
    explain: Callable[[str], Explanation]
    settings: Settings
    past: PastConversations
    inbox: Inbox
