"""Implicit feedback: what customers do after an answer says whether it was right.

A signal is weak evidence: it decides which messages a person looks at first and what is suggested there, and never
becomes a label by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chatbot.dialogue.choices import choice_number, chosen
from chatbot.domain import CustomerMessage, LoggedMessage, Message, Role, Route, Signal, SignalKind
from chatbot.text import tokens

WEIGHTS: Mapping[SignalKind, float] = {
    SignalKind.CHOSEN: 2.0,
    SignalKind.THUMB_UP: 1.5,
    SignalKind.THANKS: 0.5,
    SignalKind.ASKED_PERSON: -1.0,
    SignalKind.REPHRASED: -1.0,
    SignalKind.THUMB_DOWN: -2.0,
    SignalKind.NONE_OF_THESE: -2.5,
}
"""Nats that a sign adds to the log odds of "the answer was right": a deliberate click weighs more than a habit."""
_CONFIRMABLE = (Route.FAQ, Route.SUGGEST)
"""Routes whose one source a thumb up confirms; of two answers in one reply it does not say which."""
_SHARED = 0.5
"""Of the words of the shorter message: from so many on, the next message says the same again."""
_THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|cheers|ty|great,? that helps|that helps|perfect)\b|谢谢|多谢|感谢|谢啦|太好了", re.I
)
_LONG_THANKS = 60
"""A longer message that says thanks asks something as well."""
_COMMON_WORDS = """
a an and are can could do does for have how i if in is it me my of on or please so the this to we what when where which
who why will with would you your 的 了 吗 我 你 是 不 有 在 怎 么 怎么
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def evidence(signals: Iterable[Signal]) -> float:
    """What the signs together add to the log odds of "the answer was right", in nats."""
    return sum(WEIGHTS[signal.kind] for signal in signals)


def updated(probability: float, signals: Iterable[Signal]) -> float:
    """A probability, 0 to 1, that an answer is right after the signs were seen: Bayes' rule in log odds."""
    held = min(max(probability, 1e-3), 1.0 - 1e-3)
    return 1.0 / (1.0 + math.exp(-(math.log(held / (1.0 - held)) + evidence(signals))))


def confirmed_answers(messages: Iterable[LoggedMessage]) -> list[tuple[str, str]]:
    """Messages with the id of the entry that answered each, by a thumb up; an empty id where no offered entry did."""
    found = []
    for message in messages:
        kinds = {signal.kind for signal in message.signals}
        if SignalKind.NONE_OF_THESE in kinds:
            found.append((message.text, ""))
        elif SignalKind.THUMB_UP in kinds and message.route in _CONFIRMABLE and len(message.sources) == 1:
            found.append((message.text, message.sources[0]))
    return found


def conversation_signals(messages: Sequence[Message], reasons: Mapping[int, str] | None = None) -> list[Signal]:
    """The signs in one conversation, each with the customer's message whose answer it is about.

    A choice at "did you mean" speaks for the chosen answer to the message that led to the offer. A repeated or reworded
    question, the wish for a person and "none of these" speak against the answer before; thanks speak for it. What a
    customer says after a colleague has written is about the colleague's words, not about the answer before them.

    Args:
        messages: the whole conversation in order, with thumbs.
        reasons: what customers wrote or chose with a thumb, by the id of the rated message.
    """
    found: dict[tuple[int, SignalKind], Signal] = {}
    for stretch in _stretches(messages):
        _note_signs(stretch, reasons or {}, found)
    return list(found.values())


def _note_signs(
    messages: Sequence[Message], reasons: Mapping[int, str], found: dict[tuple[int, SignalKind], Signal]
) -> None:
    def note(about: Message, kind: SignalKind, reply: Message | None, detail: str = "") -> None:
        intent = reply.decision.intent if reply is not None and reply.decision is not None else None
        found[about.id, kind] = Signal(about.id, kind, intent, detail)

    asked: Message | None = None  # in the customer's own words: a choice stands for the question before the offer
    before: Message | None = None  # the reply to it
    for said, reply in _exchanges(messages):
        about = said
        if asked is not None and before is not None:
            offered = _choices(before)
            choice = chosen(CustomerMessage.read(said.text), offered)
            if choice is not None and choice == offered[-1]:
                note(asked, SignalKind.NONE_OF_THESE, before)
                about = asked
            elif choice is not None:
                note(asked, SignalKind.CHOSEN, reply)
                about = asked
            elif reply is not None and reply.decision is not None and reply.decision.route is Route.HANDOFF:
                note(asked, SignalKind.ASKED_PERSON, before)
            elif len(said.text) <= _LONG_THANKS and _THANKS.search(said.text):
                note(asked, SignalKind.THANKS, before)
            elif says_again(asked.text, said.text):
                note(asked, SignalKind.REPHRASED, before)
        if reply is not None and reply.helpful is not None:
            kind = SignalKind.THUMB_UP if reply.helpful else SignalKind.THUMB_DOWN
            note(about, kind, reply, reasons.get(reply.id, ""))
        asked, before = about, reply


def says_again(first: str, second: str) -> bool:
    """Whether a message asks what the one before asked, in other words."""
    one, other = ({token for token in tokens(text) if token not in _COMMON} for text in (first, second))
    if not one or not other:
        return False
    return len(one & other) >= _SHARED * min(len(one), len(other)) and len(one & other) >= min(2, len(one), len(other))


def is_a_click(text: str, before: Message | None) -> bool:
    """Whether a message only answers "did you mean": it says nothing that could be learned."""
    offered = _choices(before)
    return bool(offered) and (
        chosen(CustomerMessage.read(text), offered) is not None or choice_number(text) is not None
    )


def _stretches(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """What stands between messages of colleagues."""
    stretch: list[Message] = []
    for message in messages:
        if message.role is Role.AGENT:
            yield stretch
            stretch = []
        else:
            stretch.append(message)
    yield stretch


def _exchanges(messages: Sequence[Message]) -> Iterator[tuple[Message, Message | None]]:
    """Each customer message with the assistant's reply to it, None where there was none."""
    said: Message | None = None
    for message in messages:
        if message.role is Role.CUSTOMER:
            if said is not None:
                yield said, None
            said = message
        elif message.role is Role.ASSISTANT and said is not None:
            yield said, message
            said = None
    if said is not None:
        yield said, None


def _choices(reply: Message | None) -> tuple[str, ...]:
    """What the reply offered, "none of these" last; nothing unless it asked back."""
    return reply.decision.offered if reply is not None and reply.decision is not None else ()
