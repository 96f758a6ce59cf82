"""Measures a generator on the agents' turns of transcripts.

Knows: any generator, the guard, FAQ answers as sources. Does not know: how the generator works or was trained.
"""

from __future__ import annotations

import math
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

from chatbot.domain import FaqEntry, FaqHit, Message, Role, TranscriptTurn
from chatbot.errors import TrainingError
from chatbot.generation.facts import names
from chatbot.generation.support import unsupported
from chatbot.ports import Generator
from chatbot.text import tokens
from training.generator_examples import Dialogue, dialogues


@runtime_checkable
class _Scoring(Protocol):
    def log_likelihood(
        self, history: Sequence[Message], hits: Sequence[FaqHit], reply: str, *, lang: str
    ) -> tuple[float, int]: ...


@dataclass(frozen=True, slots=True)
class GeneratorEvaluation:
    """`perplexity` is None for a generator that cannot score a given text, and `p50_ms` is a whole reply's median."""

    n: int
    perplexity: float | None
    distinct_2: float
    ungrounded_rate: float
    p50_ms: float

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)


def evaluate_generator(
    turns: Sequence[TranscriptTurn], generator: Generator, faq: Sequence[FaqEntry] = (), *, limit: int = 200
) -> GeneratorEvaluation:
    """Let the generator answer in place of the agent, and score what the agent really said.

    Each agent's turn is answered from the conversation before it and from the FAQ answers that support that turn. A
    reply is ungrounded when the guard would refuse it. Perplexity is per token of the generator's own vocabulary, so
    only generators of one tokenizer compare. At most `limit` turns are taken, spread evenly.

    Raises:
        TrainingError: the transcripts hold no agent's turn.
    """
    places = [
        (one, index)
        for one in dialogues(turns, faq)
        for index, line in enumerate(one.lines)
        if line.speaker is not Role.CUSTOMER and index
    ]
    if not places:
        raise TrainingError("The transcripts hold no agent's turn that answers a customer. Give more transcripts.")
    stride = max(1, math.ceil(len(places) / limit))
    taken = places[::stride]
    known = frozenset(name for entry in faq for name in names(entry.answer))
    replies, times, ungrounded, total, count = [], [], 0, 0.0, 0
    for one, index in taken:
        history, hits = situation(one, index)
        started = time.perf_counter()
        reply = "".join(generator.stream(history, hits, lang=one.lang))
        times.append((time.perf_counter() - started) * 1000)
        replies.append(reply)
        said = [message.text for message in history if message.role is Role.CUSTOMER]
        if unsupported(reply, [hit.entry.answer for hit in hits], customer=said, known_names=known):
            ungrounded += 1
        if isinstance(generator, _Scoring) and one.lines[index].grounded:
            score, length = generator.log_likelihood(history, hits, one.lines[index].text, lang=one.lang)
            total, count = total + score, count + length
    return GeneratorEvaluation(
        n=len(taken),
        perplexity=round(math.exp(-total / count), 3) if count else None,
        distinct_2=distinct(replies, 2),
        ungrounded_rate=round(ungrounded / len(taken), 4),
        p50_ms=round(statistics.median(times), 1),
    )


def situation(dialogue: Dialogue, index: int) -> tuple[list[Message], tuple[FaqHit, ...]]:
    """The messages before one turn and the sources that support it, as the generator gets them."""
    history = [
        Message(Role.CUSTOMER if line.speaker is Role.CUSTOMER else Role.ASSISTANT, line.text)
        for line in dialogue.lines[:index]
    ]
    hits = tuple(
        FaqHit(FaqEntry(f"source-{number}", "", answer, lang=dialogue.lang), 1.0)
        for number, answer in enumerate(dialogue.lines[index].sources)
    )
    return history, hits


def distinct(texts: Iterable[str], n: int) -> float:
    """Different word n-grams divided by all (Li et al., 2016, arXiv:1510.03055); 0 when there are none."""
    grams: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = [word for word in tokens(text) if len(word) != 2 or word.isascii()]  # single CJK characters, no pairs
        grams.update(zip(*(words[k:] for k in range(n)), strict=False))
    return round(len(grams) / grams.total(), 4) if grams else 0.0
