"""The journey of one message: store it, decide, answer, store the reply."""

from __future__ import annotations

import logging
import time
from collections import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from functools import partial as partial_of

from chatbot.concurrency.keyed_lock import KeyedLock
from chatbot.concurrency.priority import SHARED, PriorityGate
from chatbot.dialogue import routing
from chatbot.dialogue.answers import canned, clarify, fallback, faq, generate, handoff, suggest
from chatbot.dialogue.answers.partial import Brief, PartialReply
from chatbot.dialogue.customers_script import as_stored, in_customers_script
from chatbot.dialogue.decide import Decided, decide, no_messages
from chatbot.dialogue.explanation import Explanation
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import (
    Conversation,
    CustomerMessage,
    Message,
    NearestUtterance,
    Reply,
    ReplyPart,
    Role,
    Route,
    RouteDecision,
)
from chatbot.errors import ChatbotError, HeldError, InputError
from chatbot.ports import ConversationStore, Encoder
from chatbot.text import clean
from chatbot.types import Vectors
from chatbot.vectors.caches import RecentVectors

_LOG = logging.getLogger(__name__)
HISTORY = 12
"""Newest messages of a conversation, the current one included, that a reply may look at."""
_REMEMBERED = 1_024
"""Texts whose vectors are kept in memory, the last ones asked for."""
_LONGEST_WAIT = 30.0
"""Seconds that a message waits for the one before it in the same conversation."""

ANSWERS: Mapping[Route, Callable[[Brief], Iterator[PartialReply]]] = {
    Route.FAQ: faq.answer,
    Route.SUGGEST: suggest.answer,
    Route.CLARIFY: clarify.answer,
    Route.GENERATE: generate.answer,
    Route.CANNED: canned.answer,
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
        gate: PriorityGate = SHARED,
        customers_script: bool = True,
    ) -> None:
        """Put an assistant together.

        `gate` keeps replies that are being generated out of the way of this one's quick steps. With `customers_script`
        whoever writes Traditional Chinese is answered in it.
        """
        self._customers_script = customers_script
        self._gate = gate
        self._conversations = conversations
        self._snapshot = snapshot
        self._max_chars = max_message_chars
        self._in_turn = KeyedLock(longest_wait=_LONGEST_WAIT)
        self._recent = RecentVectors(most=_REMEMBERED)

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

    def stream(
        self, conversation: Conversation, text: str, *, earlier: Sequence[Message] | None = None
    ) -> abc.Generator[ReplyPart, None, None]:
        """Answer one message in parts; the last one carries the reply, which is stored by then.

        Closing the iterator early stops the generator and stores what was shown. A message in a conversation that an
        agent has is only stored: nothing is generated, and the reply says who gets it. One that is taken while its
        reply is prepared keeps that reply from being stored.

        Args:
            conversation: where the message belongs, as stored.
            text: what the customer wrote.
            earlier: the messages before it, oldest first, where the caller has read them; else they are read when
                something depends on them.

        Raises:
            InputError: the message is empty or too long; nothing is stored then.
            BusyError: the message before is still being answered; nothing is stored then.
            StorageError: the message cannot be stored.
        """
        text = self.check(text)
        with self._in_turn.held(conversation.id):
            yield from self._answered(conversation, text, earlier)

    def _answered(
        self, conversation: Conversation, text: str, earlier: Sequence[Message] | None
    ) -> Iterator[ReplyPart]:
        clock = _Clock()
        with self._gate.urgent():
            asked = self._conversations.add_message(conversation.id, Role.CUSTOMER, text)
        clock.lap("remember")
        message = CustomerMessage.read(text)
        lang = conversation.lang if message.is_wordless else message.lang
        if conversation.held_by:
            yield self._with_agent(asked, lang, clock)
            return

        @cache
        def before() -> Sequence[Message]:
            if earlier is not None:
                return earlier[1 - HISTORY :]
            newest = self._conversations.messages(conversation.id, last=HISTORY)
            return [message for message in newest if message.id < asked.id]

        snapshot: Snapshot | None = None
        partial: PartialReply | None = None
        decided = Decided(routing.failed())
        try:
            with self._gate.urgent():
                snapshot = self._snapshot()
                encode = partial_of(self._encoded, snapshot.encoder)
                decided = decide(snapshot, message, before, encode=encode, lap=clock.lap)
            brief = Brief(
                decided.decision,
                lang,
                decided.policy or snapshot.policy,
                decided.hits or (),
                lambda: [*before(), asked],
                snapshot.generator,
            )
            shown = in_customers_script(text, before) if self._customers_script else as_stored
            for partial in map(shown, ANSWERS[decided.decision.route](brief)):
                yield ReplyPart(partial.text)
        except GeneratorExit:
            if partial is not None and snapshot is not None:
                with suppress(HeldError):
                    self._remember(asked, partial, decided, snapshot, clock)
            raise
        except Exception as error:  # noqa: BLE001  # the customer must get a sentence; the traceback goes to the log
            known = isinstance(error, ChatbotError)
            _LOG.error("a step of the reply failed in conversation %s: %s", conversation.id, error, exc_info=not known)
            decided = Decided(routing.failed())
            partial = self._fixed(decided.decision, lang, text)
        clock.lap("answer")
        if partial is None:
            raise RuntimeError("an answer came without a reply")
        try:
            with self._gate.urgent():
                reply = self._remember(asked, partial, decided, snapshot, clock)
        except HeldError:  # an agent took the conversation meanwhile
            yield self._with_agent(asked, lang, clock)
            return
        yield ReplyPart(partial.text, reply)

    def explain(self, text: str, earlier: Sequence[Message] = ()) -> Explanation:
        """What would be decided for a message, and why; nothing is stored.

        Args:
            text: the message.
            earlier: the messages before it, oldest first; none for a message outside any conversation.

        Raises:
            InputError: it is empty or too long.
        """
        message, snapshot = CustomerMessage.read(self.check(text)), self._snapshot()
        decided = decide(snapshot, message, lambda: earlier)
        return Explanation(decided, _nearest(snapshot, message.text), snapshot.versions())

    def nearest(self, text: str) -> tuple[NearestUtterance, ...]:
        """The training utterances of the live model that are closest to a message; none without an intent model."""
        return _nearest(self._snapshot(), self.check(text))

    def _encoded(self, encoder: Encoder, text: str) -> Vectors:
        """The vector of a text, shape (dimension,): the topic of a follow-up is mostly the message before it."""
        known: Vectors = self._recent.of([text], lambda texts: encoder.encode_one(texts[0])[None], encoder.id)[0]
        return known

    def _remember(
        self, asked: Message, partial: PartialReply, decided: Decided, snapshot: Snapshot | None, clock: _Clock
    ) -> Reply:
        """Store a reply with its decision."""
        versions = snapshot.versions() if snapshot else {}
        decision = partial.decision
        record = replace(
            decided.record(versions, asked.text),
            route=decision.route,
            reason=decision.reason,
            sources=tuple(hit.entry.id for hit in partial.sources),
            choices=partial.choices,
            offer=partial.offer,
            held_back=partial.held_back,
            stored_reply=partial.stored_text,
            stored_choices=partial.stored_choices,
            timings_ms=clock.laps(),
        )
        stored = self._conversations.add_message(asked.conversation_id, Role.ASSISTANT, partial.text, decision=record)
        return Reply(
            text=partial.text,
            route=decision.route,
            reason=decision.reason,
            confidence=decision.confidence,
            intent=decision.intent,
            sources=partial.sources,
            choices=partial.choices,
            timings_ms=clock.laps(total=True),
            message=stored,
            prediction=decided.prediction,
            candidates=decided.hits or (),
            checks=decided.decision.checks,
        )

    def _fixed(self, decision: RouteDecision, lang: str, text: str) -> PartialReply:
        """The fixed sentence of a decision that needs nothing but the message."""
        shown = in_customers_script(text, no_messages) if self._customers_script else as_stored
        return shown(next(ANSWERS[decision.route](Brief(decision, lang))))

    def _with_agent(self, asked: Message, lang: str, clock: _Clock) -> ReplyPart:
        """What the sender of a message learns that went to an agent. It is no message of the conversation."""
        decision = routing.with_agent()
        said = self._fixed(decision, lang, asked.text).text
        laps = clock.laps(total=True)
        reply = Reply(said, decision.route, decision.reason, decision.confidence, None, (), (), laps, asked)
        return ReplyPart(said, reply)


def _nearest(snapshot: Snapshot, text: str) -> tuple[NearestUtterance, ...]:
    if snapshot.intent_model is None:
        return ()
    return snapshot.intent_model.nearest(snapshot.encoder.encode_one(text))


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
