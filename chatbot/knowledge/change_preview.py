"""Previews a change to the knowledge base: which logged questions would get another answer."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.dialogue.decide import Decided
from chatbot.dialogue.replay import LoggedQuestion, before, decide_again
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import Duplicates, FaqEntry, Message, Role, Route
from chatbot.ports import ConversationStore
from chatbot.retrieval.build import build_retriever
from chatbot.types import Progress, no_progress
from chatbot.vectors.caches import FOLDER

QUESTIONS = 200
CONVERSATIONS = 500
"""How many of the newest conversations are searched for questions."""
_AT_ONCE = 50
"""Conversations read by one statement; most previews need no second one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question: the route, and with a curated answer the entry's id, question and answer."""

    route: Route
    entry_id: str = ""
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ReplayChange:
    """A logged question that would get another answer."""

    text: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Replay:
    """The number of questions asked again, and those whose answer changed."""

    asked: int
    changes: tuple[ReplayChange, ...]


def replay(
    snapshot: Snapshot,
    conversations: ConversationStore,
    entries: Sequence[FaqEntry],
    *,
    index_dir: Path,
    limit: int = QUESTIONS,
    progress: Progress = no_progress,
) -> Replay:
    """Ask the newest distinct logged questions, in context, with the current knowledge base and with `entries`."""
    progress("collect", 0.05)
    questions = logged_questions(conversations, limit=limit)
    if not questions:
        return Replay(0, ())
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        known = index_dir / FOLDER
        if known.is_dir():  # so that only new phrasings are encoded
            shutil.copytree(known, Path(folder) / FOLDER)
        progress("reindex", 0.2)
        encoder = snapshot.encoder
        changed = (
            build_retriever(entries, encoder.encode, encoder_id=encoder.id, index_dir=Path(folder)) if entries else None
        )
        after = dataclasses.replace(snapshot, retriever=changed)
        changes = []
        for at, (question, decided) in enumerate(decide_again((snapshot, after), questions)):
            progress("ask", 0.4 + 0.6 * at / len(questions))
            now, then = map(_outcome, decided)
            if now != then:
                changes.append(ReplayChange(question.text, now, then))
    return Replay(len(questions), tuple(changes))


def logged_questions(conversations: ConversationStore, *, limit: int) -> list[LoggedQuestion]:
    """The newest distinct messages of customers, newest conversations first."""
    questions: dict[str, LoggedQuestion] = {}
    for messages in _newest(conversations):
        for message in messages:
            if message.role is Role.CUSTOMER and message.text.strip() and message.text not in questions:
                questions[message.text] = LoggedQuestion(message.text, before(messages, message.id))
        if len(questions) >= limit:
            break
    return list(questions.values())[:limit]


def _newest(conversations: ConversationStore) -> Iterator[list[Message]]:
    """The messages of the newest conversations, read as far as they are asked for."""
    newest = [conversation.id for conversation in conversations.list(limit=CONVERSATIONS)]
    for start in range(0, len(newest), _AT_ONCE):
        yield from conversations.messages_of(newest[start : start + _AT_ONCE]).values()


def after_edit(entries: Iterable[FaqEntry], changed: FaqEntry) -> list[FaqEntry]:
    """The knowledge base with one entry changed or added."""
    kept = {entry.id: entry for entry in entries}
    kept[changed.id] = changed
    return list(kept.values())


def after_import(entries: Iterable[FaqEntry], new: Iterable[FaqEntry], duplicates: Duplicates) -> list[FaqEntry]:
    """The knowledge base as an import would leave it."""
    kept = {entry.id: entry for entry in entries}
    by_question = {(entry.question.casefold(), entry.lang): entry.id for entry in reversed(list(kept.values()))}
    for entry in new:
        known = entry.id if entry.id in kept else by_question.get((entry.question.casefold(), entry.lang))
        if known is None or duplicates is Duplicates.UPDATE:
            kept[known or entry.id] = dataclasses.replace(entry, id=known or entry.id)
        elif duplicates is Duplicates.KEEP and kept[known] != dataclasses.replace(entry, id=known):
            kept[f"{entry.id} (new)"] = dataclasses.replace(entry, id=f"{entry.id} (new)")
    return list(kept.values())


def _outcome(decided: Decided) -> Outcome:
    decision = decided.decision
    if decision.route is not Route.FAQ:
        return Outcome(decision.route)
    entry = decision.hits[0].entry
    return Outcome(decision.route, entry.id, entry.question, entry.answer)
