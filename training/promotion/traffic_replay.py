"""Replays recent traffic with two versions, to find messages whose route or answer changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.dialogue.decide import Decided
from chatbot.dialogue.implicit_feedback import evidence
from chatbot.dialogue.replay import LoggedQuestion, decide_again
from chatbot.dialogue.replay import before as earlier_than
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import LoggedMessage, Message, Route
from chatbot.pii import mask

LIKED = 1.5
"""Nats of evidence from which on an answer counts as liked; at or below minus this, as disliked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A version's decision about a message: the route, and the question of the answer or the intent."""

    route: str
    about: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Change:
    """A message that two versions treat differently; `evidence` (nats) is the implicit feedback on the answer."""

    message_id: int
    text: str
    before: Answer
    after: Answer
    evidence: float

    def as_json(self) -> dict[str, Any]:
        """Return the change as `models diff --json` prints it, with personal data masked."""
        return {
            "message_id": self.message_id,
            "text": mask(self.text),
            "before": [self.before.route, self.before.about, round(self.before.confidence, 4)],
            "after": [self.after.route, self.after.about, round(self.after.confidence, 4)],
            "evidence": round(self.evidence, 2),
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """The number of replayed messages, the number whose answers customers liked, and the changes."""

    n: int
    liked: int
    changes: tuple[Change, ...]

    @property
    def liked_lost(self) -> int:
        """Liked answers that would change."""
        return sum(change.evidence >= LIKED for change in self.changes)

    @property
    def disliked_changed(self) -> int:
        """Disliked answers that would change."""
        return sum(change.evidence <= -LIKED for change in self.changes)


def replay(
    messages: Sequence[LoggedMessage],
    conversations: Mapping[str, Sequence[Message]],
    before: Snapshot,
    after: Snapshot,
    progress: Callable[[float], None],
) -> Replay:
    """Decide each message with both versions, in the context of its conversation.

    Args:
        messages: the customers' messages.
        conversations: by id, the messages of each of their conversations.
        before: the live version.
        after: the candidate.
        progress: called with the share done, 0 to 1.
    """
    questions = [
        LoggedQuestion(message.text, earlier_than(conversations.get(message.conversation_id, ()), message.id))
        for message in messages
    ]
    changes = []
    liked = 0
    for place, (message, (_, decided)) in enumerate(
        zip(messages, decide_again((before, after), questions), strict=True), start=1
    ):
        feedback = evidence(message.signals)
        liked += feedback >= LIKED
        old, new = map(_answer, decided)
        if (old.route, old.about) != (new.route, new.about):
            changes.append(Change(message.id, message.text, old, new, feedback))
        progress(place / len(messages))
    changes.sort(key=lambda change: -abs(change.evidence))
    return Replay(len(messages), int(liked), tuple(changes))


def _answer(decided: Decided) -> Answer:
    decision = decided.decision
    if decision.route is Route.FAQ:
        about = decision.hits[0].entry.question
    elif decision.route is Route.CLARIFY:
        about = " | ".join(decision.choices or [hit.entry.question for hit in decision.hits])
    else:
        about = decision.intent or ""
    return Answer(decision.route.value, about, decision.confidence)
