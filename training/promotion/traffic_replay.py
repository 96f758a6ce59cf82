"""Recent traffic answered once more by two versions: which real messages change their route or answer.

Knows: the path from a message to a decision. Does not know: labels, gates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.dialogue.implicit_feedback import evidence
from chatbot.dialogue.snapshot import Snapshot
from chatbot.dialogue.understanding import analyse
from chatbot.domain import LoggedMessage, Route
from chatbot.pii import mask
from chatbot.text import clean

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
    before: Snapshot,
    after: Snapshot,
    vectors: Callable[[Snapshot, Sequence[str]], NDArray[np.float32]],
    progress: Callable[[float], None],
) -> Replay:
    """Answer each message by itself with both versions; `vectors` gives (n, d) by a snapshot's encoder."""
    texts = [clean(message.text) for message in messages]
    old_vectors = vectors(before, texts)
    new_vectors = old_vectors if before.encoder.id == after.encoder.id else vectors(after, texts)
    changes = []
    liked = 0
    for place, message in enumerate(messages):
        signs = evidence(message.signals)
        liked += signs >= LIKED
        old = _answer(before, texts[place], old_vectors[place])
        new = _answer(after, texts[place], new_vectors[place])
        if (old.route, old.about) != (new.route, new.about):
            changes.append(Change(message.id, message.text, old, new, signs))
        progress((place + 1) / len(messages))
    changes.sort(key=lambda change: -abs(change.evidence))
    return Replay(len(messages), int(liked), tuple(changes))


def _answer(snapshot: Snapshot, text: str, vector: NDArray[np.float32]) -> Answer:
    found = analyse(snapshot, text, vector, lambda step: None)
    decision = found.decision
    if decision.route is Route.FAQ and decision.hits:
        about = decision.hits[0].entry.question
    elif decision.route is Route.CLARIFY:
        about = " | ".join(hit.entry.question for hit in decision.hits)
    else:
        about = decision.intent or ""
    return Answer(decision.route.value, about, decision.confidence)
