"""What happens to one message: the function that the chat, `explain` and both replays call.

Interpreters look at the message in a fixed order, and the first one that knows what to do decides:

1. the offer of the last reply: a choice taken, "none of these", or "yes", "ok" and "no" (no model is asked);
2. the intent model and the search, by the message's own words;
3. its wording: a command to the assistant, a wish for a person, or small talk that nothing else answers;
4. its parts, where it asks two things and each finds an entry of its own;
5. the topic of the conversation, for a short message that leans on it.

An order to do something, and a question about one's own case, are told that nothing is done or seen here, before
whatever the others decide.

For the last, the vector is moved towards the topic's and the intent model reads both texts, while the lexical search
keeps to the customer's own words: a topic's words would drown them. The more probable of the two readings wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chatbot.dialogue import common_routing, routing
from chatbot.dialogue.choices import chosen, may_choose
from chatbot.dialogue.follow_ups import may_follow, topic_of
from chatbot.dialogue.prompt_injection import commands
from chatbot.dialogue.questions import cuts
from chatbot.dialogue.ranking import search
from chatbot.dialogue.short_replies import last_reply, short_reply
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import (
    CommonReading,
    CustomerMessage,
    DecisionRecord,
    FaqHit,
    IntentPrediction,
    Message,
    Offer,
    Route,
    RouteDecision,
    RoutingPolicy,
)
from chatbot.text import Script
from chatbot.types import Vectors

CANDIDATES = 5
TOPIC_SHARE = 0.5
"""How far the vector of a follow-up is moved towards its topic's: own words must stay the larger part."""
Lap = Callable[[str], None]
"""Is called with the name of each finished step."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about a message and everything it was taken from."""

    decision: RouteDecision
    prediction: IntentPrediction | None = None
    hits: tuple[FaqHit, ...] | None = None
    """None where nothing was searched."""
    policy: RoutingPolicy | None = None
    """The thresholds that decided; None where nothing was compared."""
    searched: str = ""
    """The text that was searched: the message, or the offered question that it chose."""
    topic: str = ""
    """What the message was read together with; empty where its own words decided."""

    def record(self, versions: Mapping[str, str], text: str = "") -> DecisionRecord:
        """The decision as it is stored with the reply to the message `text`."""
        record = DecisionRecord.of(
            self.decision, prediction=self.prediction, hits=self.hits or (), policy=self.policy, versions=versions
        )
        return replace(record, topic=self.topic, searched="" if self.searched == text else self.searched)


def no_messages() -> Sequence[Message]:
    """The messages before the first one of a conversation."""
    return ()


def no_lap(step: str) -> None:
    """Discards the end of a step."""


def decide(
    snapshot: Snapshot,
    message: CustomerMessage,
    earlier: Callable[[], Sequence[Message]] = no_messages,
    *,
    encode: Callable[[str], Vectors] | None = None,
    lap: Lap = no_lap,
) -> Decided:
    """Decide what happens to a message.

    Args:
        snapshot: models, index and policy.
        message: the message, read.
        earlier: gives the messages before it in its conversation, oldest first. Called only where they matter.
        encode: text to unit vector, shape (dimension,); by default the snapshot's encoder.
        lap: is called after each step.
    """
    encode = encode or snapshot.encoder.encode_one
    taken = _by_offer(snapshot.policy, message, earlier)
    if isinstance(taken, Decided):
        return taken
    vector = encode(taken.text)
    lap("encode")
    own = _by_models(snapshot, taken, vector, lap)
    reading = _common(snapshot, taken, own)
    worded = _by_wording(snapshot, taken, own.decision, reading)
    if worded is not None:
        return replace(own, decision=worded)
    found = _by_parts(snapshot, taken, own, encode, lap)
    if found is own:
        found = _with_topic(snapshot, taken, own, vector, earlier, encode, lap)
    if reading is None:
        return found
    decision = common_routing.own_matter(common_routing.outside(found.decision, reading), reading)
    return replace(found, decision=decision)


def _by_parts(
    snapshot: Snapshot, message: CustomerMessage, own: Decided, encode: Callable[[str], Vectors], lap: Lap
) -> Decided:
    """The decision about two questions in one message, where each part finds an entry of its own; else `own`."""
    stored = common_routing.is_stored(message, own.hits)
    if own.policy is None or stored or not routing.may_be_several(own.decision):
        return own
    best, decision = own.policy.min_part, None
    for parts in cuts(message.text):
        found = [_by_models(snapshot, CustomerMessage.read(part), encode(part), lap) for part in parts]
        hits = [one.hits[0] for one in found if one.hits]
        weakest = min((hit.score for hit in hits), default=0.0)
        if len({hit.entry.answer for hit in hits}) == len(parts) and weakest >= best:
            best, decision = weakest, routing.several(hits, own.policy, own.decision)
    return own if decision is None else replace(own, decision=decision)


def _with_topic(
    snapshot: Snapshot,
    taken: CustomerMessage,
    own: Decided,
    vector: Vectors,
    earlier: Callable[[], Sequence[Message]],
    encode: Callable[[str], Vectors],
    lap: Lap,
) -> Decided:
    """The reading of a message together with the topic, where it may lean on one and that is the more probable."""
    if snapshot.retriever is None or not may_follow(taken) or not _may_need_topic(own, snapshot.policy):
        return own
    topic = topic_of(earlier())
    if not topic:
        return own
    moved = vector + np.float32(TOPIC_SHARE) * encode(topic)
    lap("encode")
    moved /= max(float(np.linalg.norm(moved)), 1e-9)
    # Words that may be about something else entirely lend their doubt to whatever is found with the topic.
    trust = own.prediction.in_scope if own.prediction is not None else 1.0
    joined = _by_models(snapshot, taken, moved, lap, topic=topic, trust=trust)
    return joined if _best(joined) > _best(own) else own


def _by_offer(
    policy: RoutingPolicy, message: CustomerMessage, earlier: Callable[[], Sequence[Message]]
) -> Decided | CustomerMessage:
    """What a message makes of the last reply's offer: a decision, or the message to go on with."""
    short = short_reply(message)
    if short is None and not may_choose(message) and message.script is not Script.TRADITIONAL:
        return message
    last = last_reply(earlier())
    if last.offer in (Offer.CHOICES, Offer.CLOSEST):
        taken = chosen(message, last.shown or last.choices) if short is None else None
        choice = last.chosen_by(short) if short is not None else last.stored(taken or "")
        if choice and choice == last.none_of_these:
            return Decided(routing.none_chosen(), policy=policy)
        if choice:
            return CustomerMessage.read(choice)
    return Decided(routing.by_offer(short, last), policy=policy) if short is not None else message


def _by_models(
    snapshot: Snapshot,
    message: CustomerMessage,
    vector: Vectors,
    lap: Lap,
    *,
    topic: str = "",
    trust: float = 1.0,
) -> Decided:
    """Predict, search and decide for a message with its vector of shape (dimension,); `trust` scales the scores."""
    read = f"{message.text} {topic}" if topic else message.text
    prediction = snapshot.intent_model.predict(read, vector) if snapshot.intent_model else None
    lap("understand")
    hits = None
    if snapshot.retriever is not None:
        hits = search(snapshot.retriever, prediction, message, vector, limit=CANDIDATES)
        if trust < 1.0:
            hits = tuple(replace(hit, score=hit.score * trust) for hit in hits)
    lap("search")
    policy = snapshot.policy_for(message.lang)
    return Decided(routing.decide(prediction, hits, policy), prediction, hits, policy, message.text, topic)


def _common(snapshot: Snapshot, message: CustomerMessage, own: Decided) -> CommonReading | None:
    """The common intents of a message, where they have a say in it."""
    if snapshot.common_intents is None or not common_routing.may_be_heard(message, own.prediction, own.hits):
        return None
    return snapshot.common_intents.read(message.text)


def _by_wording(
    snapshot: Snapshot, message: CustomerMessage, decision: RouteDecision, reading: CommonReading | None
) -> RouteDecision | None:
    """What the wording decides: a command or a wish for a person, whatever was found; small talk if nothing was."""
    if commands(message.text):
        return routing.commanded(decision)
    wanted = common_routing.person_wanted(decision, reading) if reading is not None else None
    if wanted is not None or not routing.may_be_small_talk(decision):
        return wanted
    talk = snapshot.small_talk
    reply = talk(message.text, message.lang, decision.route is Route.FALLBACK) if talk is not None else None
    # The model of common intents tells a wish for a person from its refusal, which a pattern of words cannot.
    if reply is not None and (reading is None or reply.kind != routing.PERSON):
        return routing.small_talk(decision, reply)
    return common_routing.common_talk(decision, reading) if reading is not None else None


def _may_need_topic(own: Decided, policy: RoutingPolicy) -> bool:
    """Whether the topic may help: not with what no intent covers, nor with "thanks", "ok" or "a person, please"."""
    best = own.prediction.best if own.prediction is not None else None
    covered = routing.in_scope(own.prediction)
    return covered and (best is None or routing.own_route(best.intent, policy) is None)


def _best(decided: Decided) -> float:
    return decided.hits[0].score if decided.hits else 0.0
