"""Recent traffic decided once more by two versions: which real messages change their route or answer."""

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
"""Nats of evidence from which an answer counts as liked, and below minus which as disliked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a version would do with a message: the route, and the question of the answer or the intent."""

    route: str
    about: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Change:
    """A message that two versions treat differently; `evidence` (nats) says what its customer thought of the answer."""

    message_id: int
    text: str
    before: Answer
    after: Answer
    evidence: float

    def as_json(self) -> dict[str, Any]:
        """The change as `models diff --json` prints it, personal data masked."""
        return {
            "message_id": self.message_id,
            "text": mask(self.text),
            "before": [self.before.route, self.before.about, round(self.before.confidence, 4)],
            "after": [self.after.route, self.after.about, round(self.after.confidence, 4)],
            "evidence": round(self.evidence, 2),
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """How many messages were replayed, how many of their answers customers had liked, and what changes."""

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
    """Decide each message with both versions, in its conversation.

    Args:
        messages: what customers wrote.
        conversations: by id, the messages of each conversation they stand in.
        before: the live version.
        after: the candidate.
        progress: is called with the share done, 0 to 1.
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
