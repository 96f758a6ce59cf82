"""The pages' services with fakes: a small shop that searches by shared words and writes slowly."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import FaqEntry, FaqHit, Message, Route, RoutingPolicy
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.domain.promotion import GateCheck, GateVerdict
from chatbot.errors import NotFoundError, PromotionRefusedError
from chatbot.handoff.inbox import Inbox
from chatbot.knowledge.change_preview import Outcome, Replay, ReplayChange
from chatbot.knowledge.consistency import Finding, Kind
from chatbot.knowledge.entries import Editing
from chatbot.knowledge.imports import Knowledge
from chatbot.settings import Settings
from chatbot.text import normalise, tokens
from chatbot.types import Progress
from support.fakes.core import FakeEncoder, FakeIntentModel, Vectors
from support.fakes.entries import FakeEntryStore
from support.fakes.handoffs import FakeHandoffStore
from support.fakes.review import FakeDesk
from support.fakes.storage import (
    FakeAuditLog,
    FakeConversationStore,
    FakeKnowledgeStore,
    FakeModelRegistry,
    FakeStateStore,
)
from support.fakes.transcripts import fake_transcripts
from training.discovery.agent_answers import colleague_answer
from training.discovery.unanswered import draft_of, topic_draft
from ui.services import (
    KnowledgeServices,
    ModelReport,
    ModelServices,
    ReviewServices,
    Services,
    TrainedSummary,
    TrainingServices,
)

ENTRIES = (
    FaqEntry(
        "ship",
        "How long does delivery take?",
        "Delivery takes **2 to 4 working days**.",
        ("when will my parcel arrive",),
        "delivery_time",
        "en",
        ("delivery",),
    ),
    FaqEntry("express", "How much is express delivery?", "Express costs S$12.00.", (), "delivery", "en", ("delivery",)),
    FaqEntry(
        "return", "How do I return an item?", "Open your order and choose Return.", (), "returns", "en", ("returns",)
    ),
    FaqEntry("pay", "Which cards do you take?", "Visa and Mastercard.", (), "payment", "en", ("payment",)),
    FaqEntry("hours", "When are you open?", "Every day from 9 to 18.", (), "hours", "en", ("shop",)),
    FaqEntry(
        "zh-ship", "多久能送到？", "一般 2 至 4 个工作日送达。", ("几天能到",), "delivery_time", "zh", ("delivery",)
    ),
    FaqEntry("zh-return", "怎么退货？", "请打开订单，选择“退货”。", ("我要退款",), "returns", "zh", ("returns",)),
)
REPORT = (
    "# Intent model {version}\n\n## Intents\n\n| intent | F1 |\n|---|---|\n| a &lt;b> \\| c <i>d</i> | 0.90 |\n\n"
    "![A dot](dot.png)\n\n![Not here](https://example.com/x.png)\n\n[elsewhere](https://example.com)\n"
)
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
VERDICT = GateVerdict(
    False,
    "worse",
    9,
    (GateCheck("per intent", False, "Worse beyond chance for <b>returns</b>."),),
    changes=({"text": "<i>lost</i> coat", "before": ["faq", "Lost?", 0.9], "after": ["fallback", "", 0.2]},),
    replayed=7,
)
STORY = "Thank you for asking. Let me tell you a long story about our shop, word by word, until you stop me."


@dataclass
class WordRetriever:
    """Scores an entry by the words its best phrasing shares with the query."""

    entries: Sequence[FaqEntry]
    fingerprint: str = "fake-index"

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def dense_share(self) -> Mapping[str, float]:
        return {"en": 0.5, "zh": 0.5}

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        return 0.5

    def search(self, text: str, vector: Vectors, *, limit: int = 5) -> tuple[FaqHit, ...]:
        hits = [FaqHit(entry, self._score(text, entry), entry.question, 0.5, 2.0) for entry in self.entries]
        return tuple(sorted((hit for hit in hits if hit.score > 0.2), key=lambda hit: -hit.score)[:limit])

    def _score(self, text: str, entry: FaqEntry) -> float:
        asked = set(tokens(text))
        if any(normalise(text) == normalise(phrasing) for phrasing in entry.phrasings):
            return 0.93
        shared = [len(asked & set(tokens(p))) / max(1, len(asked | set(tokens(p)))) for p in entry.phrasings]
        return min(0.45, max(shared) * 1.5)


@dataclass
class SlowGenerator:
    """Streams a story word by word, `pause` seconds each, until it is stopped."""

    pause: float
    version: str = "fake-generator"
    instructions: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        for word in STORY.split():
            self.stopped.wait(self.pause)
            yield Piece(word + " ")


def fake_services(home: Path, entries: Sequence[FaqEntry] = ENTRIES, *, pause: float = 0.15) -> Services:
    """All services in memory; nothing is written to `home`. `pause` seconds pass between words and training steps."""
    knowledge = FakeKnowledgeStore(entries)
    conversations = FakeConversationStore()
    audit = FakeAuditLog()
    registry = FakeModelRegistry(knowledge.touch)
    encoder = FakeEncoder()
    intents = FakeIntentModel(
        {"tell me a story": "small_talk", "a person please": "complaint", "delivery express": "browsing"}
    )
    policy = RoutingPolicy(routes={"small_talk": Route.GENERATE, "complaint": Route.HANDOFF})

    def snapshot() -> Snapshot:
        return Snapshot(encoder, intents, WordRetriever(knowledge.entries()), SlowGenerator(pause), policy)

    desk = FakeDesk()

    def retrain(mode: str, progress: Progress) -> TrainedSummary:
        for share in range(0, 100, 10):
            progress(f"{mode}, epoch {share // 10 + 1} of 10", share / 100)
            threading.Event().wait(pause)
        version = f"intent-{len(registry.list()) + 1}"
        metrics = {"accuracy": 0.934, "macro_f1": 0.921, "ece": 0.031, "n": 180}
        record = registry.add("intent", version, metrics)
        return TrainedSummary(version, record.status == "live", metrics)

    def report_of(version: str) -> ModelReport:
        if version not in [record.version for record in registry.list()]:
            raise NotFoundError(f"There is no model version {version!r}.")
        return ModelReport(REPORT.format(version=version), (("dot.png", DOT),))

    def promote(version: str, override: str) -> str:
        if version.endswith("-9") and not override:
            raise PromotionRefusedError("Not promoted: worse for returns.")
        registry.promote("intent", version, by="console")
        return "Passed."

    transcripts, drafts = fake_transcripts(knowledge, conversations)
    return Services(
        settings=Settings(home=home, max_message_chars=500),
        state=FakeStateStore(),
        assistant=Assistant(conversations, snapshot, max_message_chars=500),
        conversations=conversations,
        inbox=Inbox(conversations, FakeHandoffStore(conversations), audit),
        knowledge=KnowledgeServices(
            store=knowledge,
            imports=Knowledge(knowledge, conversations, audit, lambda: None),
            editing=Editing(FakeEntryStore(knowledge), audit, lambda: None),
            consistency=lambda progress: _findings(knowledge.entries()),
            preview=lambda changed, progress: Replay(2, (_change(knowledge.entries(), changed),)),
        ),
        transcripts=transcripts,
        drafts=drafts,
        training=TrainingServices(run=retrain, running=lambda: False, cancel=lambda: False),
        models=ModelServices(
            registry=registry,
            promote=promote,
            rollback=lambda: registry.rollback("intent"),
            compare=lambda version: VERDICT,
            report=report_of,
        ),
        review=ReviewServices(
            queue=desk,
            topics=desk.topics,
            wording=draft_of,
            agent_answer=lambda topic: colleague_answer(conversations, topic.messages),
            draft=topic_draft,
        ),
    )


def _findings(entries: Sequence[FaqEntry]) -> list[Finding]:
    return [Finding(Kind.DUPLICATE, *entries[:2], 0.9)] if entries else []


def _change(now: Sequence[FaqEntry], then: Sequence[FaqEntry]) -> ReplayChange:
    """Treat the first difference as if a customer had asked for it."""
    old = {entry.id: entry for entry in now}
    new = next((entry for entry in then if old.get(entry.id) != entry), then[0])
    before, after = (
        Outcome(Route.FAQ, entry.id, entry.question, entry.answer) if entry else Outcome(Route.FALLBACK)
        for entry in (old.get(new.id), new)
    )
    return ReplayChange(new.question, before, after)
