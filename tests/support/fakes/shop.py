"""An assistant with fakes: a shop with a few questions and intents."""

from __future__ import annotations

from dataclasses import dataclass, field

from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import Conversation, DecisionRecord, FaqHit, Message, Role, Route, RoutingPolicy
from support.fakes.conversations import FakeConversationStore
from support.fakes.core import FakeEncoder, FakeGenerator, FakeIntentModel, FakeRetriever, entry

QUESTION = "How do I return a pan?"
POLICY = RoutingPolicy(routes={"greeting": Route.GENERATE, "complaint": Route.HANDOFF})


@dataclass
class Shop:
    """An assistant with fakes, and the number of snapshots taken."""

    store: FakeConversationStore = field(default_factory=FakeConversationStore)
    encoder: FakeEncoder = field(default_factory=FakeEncoder)
    intents: FakeIntentModel = field(
        default_factory=lambda: FakeIntentModel({QUESTION: "return_item", "hi": "greeting", "你好": "greeting"})
    )
    retriever: FakeRetriever = field(
        default_factory=lambda: FakeRetriever(
            {
                QUESTION: [FaqHit(entry("a", intent="return_item"), 0.8, "Question a?", 0.7, 3.0)],
                "pan?": [FaqHit(entry("a"), 0.5), FaqHit(entry("b"), 0.45)],
                "锅怎么退": [FaqHit(entry("zh", answer="30 天内可以退。"), 0.95)],
            }
        )
    )
    generator: FakeGenerator = field(default_factory=FakeGenerator)
    policy: RoutingPolicy = POLICY
    snapshots: int = 0
    begun: Conversation | None = None

    def snapshot(self) -> Snapshot:
        self.snapshots += 1
        return Snapshot(self.encoder, self.intents, self.retriever, self.generator, self.policy)

    @property
    def assistant(self) -> Assistant:
        return Assistant(self.store, self.snapshot)

    def conversation(self, lang: str = "en") -> Conversation:
        """The single conversation of a test."""
        self.begun = self.store.start("visitor", lang)
        return self.begun

    @property
    def messages(self) -> list[Message]:
        """All its stored messages so far."""
        return self.store.messages(self.begun.id) if self.begun is not None else []

    def kept(self) -> list[tuple[Role, str]]:
        return [(message.role, message.text) for message in self.messages]


def record_of(shop: Shop) -> DecisionRecord:
    """The stored record of the newest decision."""
    record = shop.messages[-1].decision
    if record is None:
        raise LookupError("no decision is stored with the newest message")
    return record
