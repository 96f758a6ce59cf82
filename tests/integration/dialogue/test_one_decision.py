"""The chat, `explain` and both replays decide alike: over 500 messages of both languages, in their conversations."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chatbot.bootstrap.application import Application
from chatbot.dialogue.assistant import Assistant
from chatbot.dialogue.replay import LoggedQuestion, before, decide_again
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import CustomerMessage, Message, Route
from chatbot.knowledge.change_preview import replay as preview
from support.paths import QUESTIONS
from training.promotion.traffic_replay import replay as traffic

SHORT = {
    "en": ("ok", "yes", "no", "thanks", "2", "none of these", "the first one", "👍", "no thanks", "hm"),
    "zh": ("好的", "是的", "不是", "谢谢", "2", "都不是", "第一个", "没有了", "嗯", "转人工"),
}
LEAST = 500


def rows(name: str) -> list[dict[str, str]]:
    with (QUESTIONS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def talks() -> Iterator[tuple[str, list[str]]]:
    """Language and messages of conversations: follow-ups, questions, small talk, commands, and short replies to all."""
    for number, row in enumerate(rows("followups.csv")):
        lang = row["lang"]
        yield lang, [row["before"], row["text"], SHORT[lang][number % len(SHORT[lang])]]
    texts = [row["text"] for name in ("paraphrases.csv", "keywords.csv", "unrelated.csv") for row in rows(name)]
    texts += [row["text"] for row in rows("small_talk.csv")[:40]]
    texts += [row["text"] for row in rows("adversarial.csv")[::6]]
    for number, text in enumerate(texts):
        lang = CustomerMessage.read(text).lang
        yield lang, [text, SHORT[lang][number % len(SHORT[lang])]]


@dataclass
class Chats:
    """What the chat made of every message."""

    snapshot: Snapshot
    assistant: Assistant
    conversations: dict[str, list[Message]]

    def asked(self) -> Iterator[tuple[Message, Message, tuple[Message, ...]]]:
        """Each message with its reply and the messages before it."""
        for messages in self.conversations.values():
            for at in range(0, len(messages), 2):
                yield messages[at], messages[at + 1], before(messages, messages[at].id)


@pytest.fixture(scope="module")
def chats(sample_shop: Application) -> Chats:
    # Without a generator: what a model writes is no decision, and takes its time.
    snapshot = dataclasses.replace(sample_shop.live(), generator=None)
    store = sample_shop.stores.conversations
    assistant = Assistant(store, lambda: snapshot)
    begun = []
    for lang, texts in talks():
        conversation = assistant.start("somebody-who-asks", lang)
        for text in texts:
            assistant.reply(conversation, text)
        begun.append(conversation.id)
    return Chats(snapshot, assistant, store.messages_of(begun))


def test_the_messages_are_of_every_kind(chats: Chats) -> None:
    replies = [reply for _, reply, _ in chats.asked()]
    assert len(replies) >= LEAST
    assert {CustomerMessage.read(said.text).lang for said, _, _ in chats.asked()} == {"en", "zh"}
    seen = {reply.decision.decided for reply in replies if reply.decision is not None}
    assert seen == set(Route)


def test_explain_decides_as_the_chat_did(chats: Chats) -> None:
    wrong = []
    for said, reply, earlier in chats.asked():
        assert reply.decision is not None
        explained = chats.assistant.explain(said.text, earlier).record()
        stored = reply.decision
        same = (explained.route, explained.hits, explained.checks, explained.topic, explained.intent) == (
            stored.decided,
            stored.hits,
            stored.checks,
            stored.topic,
            stored.intent,
        )
        if not same or (stored.decided is not Route.GENERATE and explained.reason is not stored.reason):
            wrong.append((said.text, explained.route, explained.reason, stored.decided, stored.reason))
    assert wrong == []


def test_what_is_decided_again_is_what_the_chat_decided(chats: Chats) -> None:
    every = list(chats.asked())
    questions = [LoggedQuestion(said.text, earlier) for said, _, earlier in every]
    wrong = []
    for (said, reply, _), (_, (again,)) in zip(every, decide_again((chats.snapshot,), questions), strict=True):
        assert reply.decision is not None
        stored, record = reply.decision, again.record(chats.snapshot.versions(), said.text)
        if (record.route, [hit.id for hit in record.hits]) != (stored.decided, [hit.id for hit in stored.hits]):
            wrong.append((said.text, record.route, stored.decided))
        elif stored.decided is not Route.GENERATE and record.reason is not stored.reason:
            wrong.append((said.text, record.reason, stored.reason))
        if stored.route is Route.FAQ:
            assert [hit.entry.id for hit in again.decision.hits] == list(stored.sources)
    assert wrong == []


def test_the_preview_of_a_change_shows_the_answers_that_customers_got(
    chats: Chats, sample_shop: Application, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answered: dict[str, set[tuple[Route | None, str]]] = {}
    for said, reply, _ in chats.asked():
        assert reply.decision is not None
        source = reply.decision.sources[0] if reply.decision.route is Route.FAQ else ""
        answered.setdefault(said.text, set()).add((reply.decision.decided, source))
    # Without any entry every answer changes, so that the preview lists them all.
    done = preview(
        chats.snapshot, sample_shop.stores.conversations, (), index_dir=tmp_path_factory.mktemp("index"), limit=10_000
    )
    listed = {change.text: (change.before.route, change.before.entry_id) for change in done.changes}
    assert {text for text, before_it in listed.items() if before_it not in answered[text]} == set()
    always = {text for text, got in answered.items() if all(route is Route.FAQ for route, _ in got)}
    assert always - set(listed) == set()


def test_the_gate_replays_the_routes_that_customers_got(chats: Chats, sample_shop: Application) -> None:
    review = sample_shop.stores.review
    logged = [m for m in review.logged(limit=10_000, unlabelled=False) if m.conversation_id in chats.conversations]
    nothing_known = dataclasses.replace(chats.snapshot, retriever=None, intent_model=None)
    again = traffic(logged, chats.conversations, chats.snapshot, nothing_known, lambda _share: None)
    decided = {said.id: reply.decision.decided for said, reply, _ in chats.asked() if reply.decision is not None}
    assert again.n == len(logged)
    assert {c.message_id for c in again.changes if c.before.route != decided[c.message_id]} == set()
    assert len([c for c in again.changes if c.before.route == Route.FAQ]) >= 50
