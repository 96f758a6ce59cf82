"""The journey of one message: remember, understand, search, decide, answer, remember.

Knows: ports, routing and the answerers. Does not know: gradio, fastapi, torch, faiss, sqlalchemy.
"""

from __future__ import annotations

import logging
import time
from collections import abc
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from chatbot.concurrency.keyed_lock import Turns
from chatbot.concurrency.priority import SHARED, Courtesy
from chatbot.dialogue.answers import clarify, fallback, faq, generate, handoff
from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.dialogue.answers.phrases import phrase
from chatbot.dialogue.explanation import Explanation, checks, decision_record
from chatbot.dialogue.snapshot import Snapshot
from chatbot.dialogue.understanding import RecentVectors, Understood, analyse, by_wording, understand
from chatbot.domain import (
    Conversation,
    Message,
    NearestUtterance,
    Reason,
    Reply,
    ReplyPart,
    Role,
    Route,
    RouteDecision,
)
from chatbot.errors import ChatbotError, HeldError, InputError
from chatbot.ports import ConversationStore
from chatbot.text import clean, language
from chatbot.types import Vectors

_LOG = logging.getLogger(__name__)
_HISTORY = 12
_LONGEST_WAIT = 30.0
"""Seconds that a message waits for the one before it in the same conversation."""

ANSWERERS: Mapping[Route, Callable[[Brief], Iterator[Draft]]] = {
    Route.FAQ: faq.answer,
    Route.CLARIFY: clarify.answer,
    Route.GENERATE: generate.answer,
    Route.HANDOFF: handoff.answer,
    Route.FALLBACK: fallback.answer,
}


def check_message(text: str, *, max_chars: int) -> str:
    """The message without what nobody can see.

    Raises:
        InputError: it is empty or too long.
    """
    if len(text) > max_chars:
        raise InputError(f"The message has {len(text):,} characters, the limit is {max_chars:,}. Please shorten it.")
    cleaned = clean(text)
    if not cleaned:
        raise InputError("The message is empty. Please type a question.")
    return cleaned


class Assistant:
    """Answers messages. Safe to share between threads; messages of one conversation are answered one after another."""

    def __init__(
        self,
        conversations: ConversationStore,
        snapshot: Callable[[], Snapshot],
        *,
        max_message_chars: int = 2_000,
        courtesy: Courtesy = SHARED,
    ) -> None:
        """`courtesy` keeps replies that are being written out of the way of this one's quick steps."""
        self._courtesy = courtesy
        self._conversations = conversations
        self._snapshot = snapshot
        self._max_chars = max_message_chars
        self._turns = Turns(longest_wait=_LONGEST_WAIT)
        self._recent = RecentVectors()

    def start(self, visitor_id: str, lang: str) -> Conversation:
        """Begin a conversation."""
        return self._conversations.start(visitor_id, lang)

    def check(self, text: str) -> str:
        """The message as it will be stored. For callers that begin a conversation only for a message worth one.

        Raises:
            InputError: it is empty or too long.
        """
        return check_message(text, max_chars=self._max_chars)

    def reply(self, conversation: Conversation, text: str) -> Reply:
        """Answer one message and return the finished reply. See `stream`."""
        for part in self.stream(conversation, text):
            if part.reply is not None:
                return part.reply
        raise RuntimeError("a reply ended without its last part")

    def stream(self, conversation: Conversation, text: str) -> abc.Generator[ReplyPart, None, None]:
        """Answer one message in parts; the last one carries the reply, which is stored by then.

        Closing the iterator early stops the generator and stores what was shown. A message in a conversation that a
        colleague has is only stored: nothing is generated, and the reply says who gets it. One that is taken while its
        reply is prepared keeps that reply from being stored.

        Raises:
            InputError: the message is empty or too long, or the message before is still being answered; nothing is
                stored then.
            StorageError: the message cannot be stored.
        """
        text = self.check(text)
        with self._turns.taken(conversation.id):
            yield from self._answered(conversation, text)

    def _answered(self, conversation: Conversation, text: str) -> Iterator[ReplyPart]:
        clock = _Clock()
        with self._courtesy.quick():
            said = self._conversations.add_message(conversation.id, Role.CUSTOMER, text)
        clock.lap("remember")
        lang = "zh" if language(text) == "zh" else ("en" if any(c.isalpha() for c in text) else conversation.lang)
        if conversation.held_by:
            yield _with_person(said, lang, clock)
            return
        snapshot: Snapshot | None = None
        draft: Draft | None = None
        try:
            with self._courtesy.quick():
                snapshot = self._snapshot()
                understood = understand(snapshot, self._conversations, conversation, text, clock.lap, self._recent)
            for draft in self._drafts(snapshot, conversation, understood, lang):
                yield ReplyPart(draft.text)
        except GeneratorExit:
            if draft is not None and snapshot is not None:
                with suppress(HeldError):
                    self._remember(conversation, text, draft, understood, snapshot, clock)
            raise
        except Exception as error:  # noqa: BLE001  # the customer must get a sentence; the traceback goes to the log
            known = isinstance(error, ChatbotError)
            _LOG.error("a step of the reply failed in conversation %s: %s", conversation.id, error, exc_info=not known)
            understood = Understood(None, None, RouteDecision(Route.FALLBACK, Reason.STEP_FAILED, 0.0))
            draft = Draft(phrase("failed", lang), Route.FALLBACK, Reason.STEP_FAILED)
        clock.lap("answer")
        if draft is None:
            raise RuntimeError("an answerer gave no draft")
        try:
            with self._courtesy.quick():
                reply = self._remember(conversation, text, draft, understood, snapshot, clock)
        except HeldError:  # a colleague took the conversation meanwhile
            yield _with_person(said, lang, clock)
            return
        yield ReplyPart(draft.text, reply)

    def explain(self, text: str) -> Explanation:
        """What would be decided for a message outside any conversation, and why; nothing is stored.

        Raises:
            InputError: it is empty or too long.
        """
        text, snapshot = self.check(text), self._snapshot()
        vector: Vectors = snapshot.encoder.encode_one(text)
        understood = analyse(snapshot, text, vector, _Clock().lap)
        understood = by_wording(snapshot, understood, text) or understood
        policy = understood.policy or snapshot.policy
        return Explanation(
            understood.prediction,
            understood.hits or (),
            understood.decision,
            policy,
            checks(understood.prediction, understood.hits, policy),
            snapshot.intent_model.nearest(vector) if snapshot.intent_model else (),
            snapshot.versions(),
        )

    def nearest(self, text: str) -> tuple[NearestUtterance, ...]:
        """The training utterances of the live model that are closest to a message; none without an intent model."""
        snapshot = self._snapshot()
        if snapshot.intent_model is None:
            return ()
        return snapshot.intent_model.nearest(snapshot.encoder.encode_one(self.check(text)))

    def _drafts(
        self, snapshot: Snapshot, conversation: Conversation, understood: Understood, lang: str
    ) -> Iterator[Draft]:
        decision = understood.decision
        if understood.phrase or understood.reply:
            said = understood.reply or phrase(understood.phrase, lang)
            yield Draft(said, decision.route, decision.reason, choices=understood.choices)
            return
        brief = Brief(
            decision,
            lang,
            understood.hits or (),
            lambda: self._conversations.messages(conversation.id, last=_HISTORY),
            snapshot.generator,
        )
        yield from ANSWERERS[decision.route](brief)

    def _remember(
        self,
        conversation: Conversation,
        text: str,
        draft: Draft,
        understood: Understood,
        snapshot: Snapshot | None,
        clock: _Clock,
    ) -> Reply:
        decision, hits = understood.decision, understood.hits or ()
        versions = snapshot.versions() if snapshot else {}
        policy = understood.policy
        looked_at = checks(understood.prediction, understood.hits, policy) if policy else ()
        record = {
            "route": draft.route.value,
            "reason": draft.reason.value,
            **decision_record(understood.prediction, hits, decision, policy, looked_at, versions),
            "sources": [hit.entry.id for hit in draft.sources],
            "choices": list(draft.choices),
            "timings_ms": clock.laps(),
        }
        if draft.held_back is not None:
            record["held_back"] = dict(zip(("rule", "said"), draft.held_back, strict=True))
        if understood.topic:
            record["topic"] = understood.topic
        if understood.searched not in {"", text}:
            record["searched"] = understood.searched
        stored: Message = self._conversations.add_message(conversation.id, Role.ASSISTANT, draft.text, decision=record)
        return Reply(
            text=draft.text,
            route=draft.route,
            reason=draft.reason,
            confidence=decision.confidence,
            intent=decision.intent,
            sources=draft.sources,
            choices=draft.choices,
            timings_ms=clock.laps(total=True),
            conversation_id=conversation.id,
            message_id=stored.id,
            prediction=understood.prediction,
            candidates=hits,
            model_versions=versions,
            checks=looked_at,
        )


def _with_person(said: Message, lang: str, clock: _Clock) -> ReplyPart:
    """What the sender of a message learns that went to a colleague. It is no message of the conversation."""
    text, laps = phrase("with_person", lang), clock.laps(total=True)
    reply = Reply(text, Route.HANDOFF, Reason.WITH_PERSON, 1.0, None, (), (), laps, said.conversation_id, said.id)
    return ReplyPart(text, reply)


class _Clock:
    """Milliseconds of each step."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self._laps[step] = round(self._laps.get(step, 0.0) + (now - self._last) * 1000, 3)
        self._last = now

    def laps(self, *, total: bool = False) -> dict[str, float]:
        if not total:
            return dict(self._laps)
        return self._laps | {"total": round((time.perf_counter() - self._start) * 1000, 3)}
