"""From a message to a decision: encoded once, understood, searched, decided; a follow-up also with its topic.

Knows: ports, routing, how follow-ups are told. Does not know: answers, what is stored.

A follow-up is looked at twice: by its own words, and by its own words with the topic of the conversation. With the
topic, the vector is moved towards the topic's and the intent model reads both texts, while the lexical search keeps to
the customer's own words: a topic's words would drown them. The better calibrated of the two wins.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chatbot.dialogue.answers.phrases import is_phrase, phrase
from chatbot.dialogue.choices import choice_number, chosen
from chatbot.dialogue.follow_ups import LOOK_BACK, may_follow, topic_of
from chatbot.dialogue.prompt_injection import commands
from chatbot.dialogue.ranking import search
from chatbot.dialogue.routing import decide, in_scope, own_route
from chatbot.dialogue.short_replies import Before, ShortReply, said_before, short_reply
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import (
    Conversation,
    FaqHit,
    IntentPrediction,
    Reason,
    Route,
    RouteDecision,
    RoutingPolicy,
)
from chatbot.ports import ConversationStore, Encoder
from chatbot.text import language
from chatbot.types import Vectors

CANDIDATES = 5
TOPIC_SHARE = 0.5
"""How far the vector of a follow-up is moved towards its topic's: own words must stay the larger part."""
_QUESTION_AND_NONE = 2
_PERSON = "person"
"""The kind of small talk that asks for a person."""
_SAID = {
    ShortReply.YES: "glad",
    ShortReply.NO: "not_that",
    ShortReply.NOTED: "noted",
    ShortReply.DONE: "done",
}
_SAID_TO = {
    (Before.QUESTION, ShortReply.YES): "go_on",
    (Before.QUESTION, ShortReply.NO): "done",
    (Before.PERSON, ShortReply.NO): "noted",
}
"""The sentence for a short reply to what the assistant said last."""
Lap = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message was taken for. `searched` is its text unless it chose one of the offered questions."""

    prediction: IntentPrediction | None
    hits: tuple[FaqHit, ...] | None
    decision: RouteDecision
    policy: RoutingPolicy | None = None
    """What decided; None when a step failed before."""
    searched: str = ""
    topic: str = ""
    """What the message was read together with; empty when its own words decided."""
    phrase: str = ""
    """The fixed sentence that answers it, by its key; empty where the route's module answers."""
    reply: str = ""
    """The whole reply, where small talk has a ready one."""
    choices: tuple[str, ...] = ()
    """What is offered beside that sentence."""


class RecentVectors:
    """Vectors of the texts that were encoded last: the topic of a follow-up is mostly the message before it."""

    def __init__(self, most: int = 1_024) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def encoded(self, encoder: Encoder, text: str) -> Vectors:
        """The vector of a text, shape (dimension,); the same array for all callers, not to be written to."""
        key = encoder.id, text
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        vector: Vectors = encoder.encode_one(text)
        with self._lock:
            self._known[key] = vector
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return vector


def understand(
    snapshot: Snapshot,
    conversations: ConversationStore,
    conversation: Conversation,
    text: str,
    lap: Lap,
    recent: RecentVectors,
) -> Understood:
    """Understand the newest message of a conversation, which is stored already. `lap` is told each finished step."""
    offered: Sequence[str] = ()
    short = short_reply(text)
    if short is not None:
        before, offered = said_before(conversations.messages(conversation.id, last=LOOK_BACK + 1)[:-1])
        text = _meant(short, offered) if before is Before.CHOICES else ""
        if not text:
            return _of_short(short, before, offered, snapshot.policy)
    if choice_number(text) is not None or is_phrase("none_of_these", text):
        offered = offered or said_before(conversations.messages(conversation.id, last=2))[1]
        text = chosen(text, offered) or text
        if offered and is_phrase("none_of_these", text):
            decision = RouteDecision(Route.FALLBACK, Reason.NO_MATCH, 1.0)
            return Understood(None, None, decision, snapshot.policy, phrase="none_chosen")
    vector = recent.encoded(snapshot.encoder, text)
    lap("encode")
    own = analyse(snapshot, text, vector, lap)
    worded = by_wording(snapshot, own, text)
    if worded is not None:
        return worded
    if snapshot.retriever is None or not may_follow(text) or not _may_need_topic(own, snapshot.policy):
        return own
    topic = topic_of(conversations.messages(conversation.id, last=LOOK_BACK + 1)[:-1])
    if not topic:
        return own
    moved = vector + np.float32(TOPIC_SHARE) * recent.encoded(snapshot.encoder, topic)
    lap("encode")
    moved /= max(float(np.linalg.norm(moved)), 1e-9)
    # Words that may be about something else entirely lend their doubt to whatever is found with the topic.
    trust = own.prediction.in_scope if own.prediction is not None else 1.0
    joined = analyse(snapshot, text, moved, lap, topic=topic, trust=trust)
    return joined if _best(joined) > _best(own) else own


def analyse(
    snapshot: Snapshot, text: str, vector: Vectors, lap: Lap, *, topic: str = "", trust: float = 1.0
) -> Understood:
    """Predict, search and decide for a text with its vector of shape (dimension,); `trust` scales the scores."""
    read = f"{text} {topic}" if topic else text
    prediction = snapshot.intent_model.predict(read, vector) if snapshot.intent_model else None
    lap("understand")
    hits = None
    if snapshot.retriever is not None:
        found = search(snapshot.retriever, prediction, text, vector, limit=CANDIDATES)
        hits = tuple(replace(hit, score=hit.score * trust) for hit in found) if trust < 1.0 else found
    lap("search")
    policy = snapshot.policy_for(text)
    return Understood(prediction, hits, decide(prediction, hits, policy), policy, text, topic)


def by_wording(snapshot: Snapshot, own: Understood, text: str) -> Understood | None:
    """What the wording alone decides, whatever was found: a command, or small talk that nothing answers."""
    return _commanded(own, text) if commands(text) else _small_talk(snapshot, own, text)


def _may_need_topic(own: Understood, policy: RoutingPolicy) -> bool:
    """Whether the topic may help: not with what no intent covers, nor with "thanks", "ok" or "a person, please"."""
    best = own.prediction.best if own.prediction is not None else None
    return in_scope(own.prediction) and (best is None or own_route(best.intent, policy) is None)


def _best(understood: Understood) -> float:
    return understood.hits[0].score if understood.hits else 0.0


def _meant(short: ShortReply, offered: Sequence[str]) -> str:
    """What a short reply says to an offer: its only question, or "none of these"; empty where it leaves that open."""
    if short in (ShortReply.NO, ShortReply.DONE):
        return offered[-1] if offered else ""
    return offered[0] if len(offered) == _QUESTION_AND_NONE else ""


def _of_short(short: ShortReply, before: Before, offered: Sequence[str], policy: RoutingPolicy) -> Understood:
    """What "yes", "ok" or "no" gets, which says nothing to search for."""
    if before is Before.PERSON and short is ShortReply.YES:
        return Understood(None, None, RouteDecision(Route.HANDOFF, Reason.SHORT_REPLY, 1.0), policy)
    if before is Before.CHOICES:
        decision = RouteDecision(Route.CLARIFY, Reason.SHORT_REPLY, 1.0)
        return Understood(None, None, decision, policy, phrase="which_one", choices=tuple(offered))
    said = _SAID_TO.get((before, short)) or _SAID[short]
    decision = RouteDecision(Route.GENERATE, Reason.SHORT_REPLY, 1.0)
    return Understood(None, None, decision, policy, phrase="hello" if before is Before.NOTHING else said)


def _small_talk(snapshot: Snapshot, own: Understood, text: str) -> Understood | None:
    """What small talk gets that nothing else answers: its reply, or a person where one is asked for."""
    decision = own.decision
    unanswered = decision.route is Route.FALLBACK or decision.reason is Reason.WEAK_MATCH
    if snapshot.small_talk is None or not unanswered:
        return None
    found = snapshot.small_talk(text, language(text), decision.route is Route.FALLBACK)
    if found is None:
        return None
    kind, reply = found
    route = Route.HANDOFF if kind == _PERSON else Route.GENERATE
    return replace(
        own, decision=replace(decision, route=route, reason=Reason.SMALL_TALK), reply="" if kind == _PERSON else reply
    )


def _commanded(own: Understood, text: str) -> Understood:
    """A message that tries to command the assistant is told no; what entries answer in it is only offered."""
    decision = own.decision
    if decision.route not in (Route.FAQ, Route.CLARIFY):
        alone = replace(decision, route=Route.GENERATE, reason=Reason.COMMAND)
        return replace(own, decision=alone, phrase="command_alone") if decision.route is Route.FALLBACK else own
    questions = dict.fromkeys(hit.entry.question for hit in decision.hits)
    choices = (*questions, phrase("none_of_these", language(text)))
    decision = replace(decision, route=Route.CLARIFY, reason=Reason.COMMAND)
    return replace(own, decision=decision, phrase="command", choices=choices)
