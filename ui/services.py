"""What the pages need, handed in as one value.

Knows: domain, ports and the assistant. Does not know: gradio, which implementations are behind the ports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chatbot.assistant import Assistant
from chatbot.domain import FaqEntry, ImportReport
from chatbot.explaining import Explanation
from chatbot.ports import ConversationStore, KnowledgeStore, ModelRegistry, StateStore
from chatbot.settings import Settings

if TYPE_CHECKING:
    from training.gate import GateVerdict
    from training.reviewing import ReviewDesk
    from training.unanswered import UnansweredTopic

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

    `import_faq(raw, filename, dry_run)` imports a FAQ file; `preview_rows(raw, filename)` reads it without changing
    anything; `undo_import(import_id)` puts the entries back and returns how many changed; `export_faq()` gives the
    knowledge base as a CSV file. `retrain(mode, progress)` trains an intent model in one of MODES and calls
    `progress(step, share)` with a share of 0 to 1; where a training runs already it follows that one. `training_runs()`
    says whether one does, `cancel_training()` asks it to stop. `promote(version, override)` asks the gate and returns
    what it said; `rollback()` returns the version that is live again; `compare(version)` is what the gate says of it,
    with every recent message that would change. `report_of(version)` reads what training reported about a version.
    `desk` is the review queue, `topics()` what nobody answered, `add_faq(entry)` adds an entry.
    `explain(text)` says what would be decided for a message, without storing it. All of them raise
    ChatbotError for the user's mistakes.
    """

    assistant: Assistant
    conversations: ConversationStore
    knowledge: KnowledgeStore
    state: StateStore
    registry: ModelRegistry
    import_faq: Callable[[bytes, str, bool], ImportReport]
    preview_rows: Callable[[bytes, str], tuple[list[FaqEntry], ImportReport]]
    undo_import: Callable[[str], int]
    export_faq: Callable[[], bytes]
    retrain: Callable[[str, Callable[[str, float], None]], TrainedSummary]
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
