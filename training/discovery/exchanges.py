"""Extracts from past conversations what customers asked, with the lines in which agents answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chatbot.domain import Message, Role
from chatbot.pii import PLACEHOLDER
from chatbot.text import clean, language, normalise, tokens

MAX_QUESTION_CHARS = 300
ANSWERS_AHEAD = 3
"""How many of the agents' next lines may hold the answer: the first is often "let me look"."""
_MIN_WORDS = {"en": 3, "zh": 5}
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n+")
_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings)\b[\w\s\[\],!.'-]{0,30}"
    r"|(?:thanks?|thank you|thx|cheers|ok(?:ay)?|great|perfect|got it|bye|goodbye|yes|no|sure|"
    r"please)\b[\w\s,!.']{0,25}"
    r"|(?:亲[,，~]?)?(?:您好|你好|在吗|在不|在么|哈喽|嗨|谢谢|感谢|好的|嗯+|哦+|收到|再见|拜拜|麻烦了|辛苦了|"
    r"不客气)[\u4e00-\u9fff~！!。,，]{0,6})\W*$",
    re.IGNORECASE,
)
_THANKS = re.compile(r"^.{0,6}(?:谢谢|感谢|你好|您好|晚安|再见|不客气).{0,6}$")
_STALLS = re.compile(
    r"^(?=.{1,80}$)(?:.*\b(?:one moment|just a (?:moment|sec(?:ond)?|minute)|bear with me|hold on|"
    r"let me (?:check|look|see)|"
    r"i(?:'ll| will)? (?:check|look (?:that|it|this|into)))\b.*|.*(?:稍等|稍候|稍后|查一下|看一下|核实一下|"
    r"帮您查|帮您看).*)$",
    re.IGNORECASE,
)
"""Matches a promise to find out, which answers nothing."""
_ASKS = re.compile(
    r"[?？]\s*$|[吗呢么]\W*$"
    r"|^(?:how|what|when|where|why|who|which|can|could|do|does|did|is|are|will|would|may)\b",
    re.IGNORECASE,
)
_ELLIPTICAL = re.compile(
    r"^(?:and|or|also|then|so|but|oh|ok|well|what about|how about|same for)\b"
    r"|^(?:那|还有|另外|如果是|换成|然后|所以)|^[^怎什几多哪谁吗]{1,6}呢\W*$",
    re.IGNORECASE,
)
"""Matches a continuation of the conversation, which is no question by itself."""
_STANDS_FOR_OTHERS = frozenset(
    """
    can could do does did is are was will would may should have has had how what when where why who which much long many
    i you we they he she it that this these those them one ones there the a an to be get take cost still also really
    just then now not for in on of with by me my your please if or and so
    """.split()  # noqa: SIM905  a list of words reads better as text
)
"""Words that name nothing: "how long does it take" asks about the topic of the conversation."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and the lines of people after it, cleaned of courtesies, the nearest first."""

    conversation_id: str
    lang: str
    question: str
    answers: tuple[str, ...]


def exchanges(conversation_id: str, messages: Sequence[Message]) -> Iterator[Exchange]:
    """Every question of a conversation that a person answered. Bots' lines are passed over."""
    runs = list(_runs(messages))
    for at, (speaker, said) in enumerate(runs):
        if speaker is not Role.CUSTOMER:
            continue
        question = question_of(said)
        if question is None or not stands_alone(question):
            continue
        answers: list[str] = []
        for later, lines in runs[at + 1 :]:
            if later is Role.CUSTOMER and question_of(lines) is not None:
                break
            if later is Role.AGENT:
                answers.append("\n".join(lines))
            if len(answers) == ANSWERS_AHEAD:
                break
        if answers:
            yield Exchange(conversation_id, language(question), question, tuple(answers))


def question_of(lines: Iterable[str]) -> str | None:
    """What these lines of a customer ask, without greeting; None where they ask nothing that others may ask, too."""
    kept = [sentence for line in lines for sentence in sentences(line) if not is_courtesy(sentence)]
    kept = [sentence for sentence in kept if len(tokens(PLACEHOLDER.sub(" ", sentence))) >= 2]
    asking = [sentence for sentence in kept if _ASKS.search(sentence)]
    question = clean(" ".join((asking or kept)[:2]))
    bare = PLACEHOLDER.sub(" ", question)
    length = len(normalise(bare).replace(" ", "")) if language(bare) == "zh" else len(normalise(bare).split())
    if length < _MIN_WORDS[language(bare)] or len(question) > MAX_QUESTION_CHARS:
        return None
    return question


def sentences(text: str) -> list[str]:
    """The sentences of a text, without blanks around them."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence greets, thanks or takes leave and says nothing else."""
    return _COURTESY.match(sentence) is not None or _THANKS.match(sentence) is not None


def is_stalling(sentence: str) -> bool:
    """Whether a sentence only promises to find out."""
    return _STALLS.match(sentence) is not None


def stands_alone(question: str) -> bool:
    """Whether a question can be understood without what was said before."""
    return _ELLIPTICAL.match(question) is None and not _STANDS_FOR_OTHERS.issuperset(normalise(question).split())


def _runs(messages: Sequence[Message]) -> Iterator[tuple[Role, list[str]]]:
    """Lines of one side that follow one another, bots left out."""
    side: Role | None = None
    lines: list[str] = []
    for message in messages:
        if message.role is Role.ASSISTANT:
            continue
        if message.role is not side and side is not None:
            yield side, lines
            lines = []
        side = message.role
        lines.append(message.text)
    if side is not None:
        yield side, lines
