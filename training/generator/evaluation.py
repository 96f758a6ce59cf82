"""Evaluates a generator on the agent turns of transcripts."""

from __future__ import annotations

import math
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

from chatbot.domain import FaqEntry, FaqHit, Message, Role, TranscriptTurn
from chatbot.domain.pieces import text_of
from chatbot.errors import TrainingError, UngroundedReply
from chatbot.facts.extraction import names
from chatbot.generation.guard.grounding import GroundingGuard
from chatbot.generation.guard.guarded_generator import GuardedGenerator
from chatbot.generation.guard.source_facts import unsupported
from chatbot.ports import Generator
from chatbot.text import tokens
from chatbot.types import Encode, Progress
from training.generator.examples import Dialogue, dialogues
from training.generator.fact_checker import FactChecker
from training.generator.likeness import rouge_l, similarity


@runtime_checkable
class _Scoring(Protocol):
    def log_likelihood(
        self, history: Sequence[Message], hits: Sequence[FaqHit], reply: str, *, lang: str
    ) -> tuple[float, int]: ...


@dataclass(frozen=True, slots=True)
class GeneratorEvaluation:
    """Figures of one generator on one set of transcripts.

    `perplexity` is None for a generator that cannot score a given text, `similarity` without an encoder. `rouge_l` and
    `similarity` compare with the agent's real reply. `grounded` is the share of replies that the guard passed
    unchanged, `rewritten` the share completed from a source, `refused` the share replaced. Invented facts per 100
    replies are counted by `training.generator.fact_checker`. `p50_ms` is the median time of a whole reply without the
    guard, in milliseconds.
    """

    n: int
    perplexity: float | None
    distinct_1: float
    distinct_2: float
    similarity: float | None
    rouge_l: float
    grounded: float
    rewritten: float
    refused: float
    ungrounded_rate: float
    invented_per_100: float
    invented_per_100_unguarded: float
    p50_ms: float

    def as_json(self) -> dict[str, Any]:
        """Return the figures as a JSON object."""
        return asdict(self)


def evaluate_generator(
    turns: Sequence[TranscriptTurn],
    generator: Generator,
    faq: Sequence[FaqEntry] = (),
    *,
    limit: int = 200,
    guard: GroundingGuard | None = None,
    encode: Encode | None = None,
    progress: Progress | None = None,
) -> GeneratorEvaluation:
    """Let the generator answer in place of the agent, and score the agent's real replies.

    Each agent turn is answered from the conversation before it and from the FAQ answers that support that turn.
    Perplexity is per token of the generator's own vocabulary, so only generators with the same tokenizer are
    comparable. At most `limit` turns are taken, spread evenly. Without `guard`, a guard without an encoder is used.

    Raises:
        TrainingError: the transcripts hold no agent turn.
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
    guard = guard or GroundingGuard(known_names=known)
    guarded = GuardedGenerator(generator, guard)
    check = FactChecker([*(turn.text for turn in turns), *(entry.answer for entry in faq)])
    replies, wanted, times, outcomes = [], [], [], Counter[str]()
    total, count, ungrounded, invented, unguarded = 0.0, 0, 0, 0, 0
    for number, (one, index) in enumerate(taken, start=1):
        history, hits = situation(one, index)
        started = time.perf_counter()
        reply = text_of(generator.stream(history, hits, lang=one.lang))
        times.append((time.perf_counter() - started) * 1000)
        replies.append(reply)
        wanted.append(one.lines[index].text)
        said = [message.text for message in history if message.role is Role.CUSTOMER]
        sources = [*(hit.entry.answer for hit in hits), *(m.text for m in history if m.role is not Role.CUSTOMER)]
        ungrounded += bool(unsupported(reply, sources, customer=said, known_names=known))
        shown, outcome = _as_shown(guarded, history, hits, one.lang)
        outcomes[outcome] += 1
        may_be_said = [*said, *known, *guard.small_talk(one.lang).texts]
        invented += len(check.invented(shown, sources, may_be_said))
        unguarded += len(check.invented(reply, sources, may_be_said))
        if isinstance(generator, _Scoring) and one.lines[index].grounded:
            score, length = generator.log_likelihood(history, hits, one.lines[index].text, lang=one.lang)
            total, count = total + score, count + length
        if progress:
            progress("Answering in place of the agents", number / len(taken))
    n = len(taken)
    return GeneratorEvaluation(
        n=n,
        perplexity=round(math.exp(-total / count), 3) if count else None,
        distinct_1=distinct(replies, 1),
        distinct_2=distinct(replies, 2),
        similarity=round(similarity(replies, wanted, encode), 4) if encode is not None else None,
        rouge_l=round(statistics.fmean(map(rouge_l, replies, wanted)), 4),
        grounded=round(outcomes["grounded"] / n, 4),
        rewritten=round(outcomes["rewritten"] / n, 4),
        refused=round(outcomes["refused"] / n, 4),
        ungrounded_rate=round(ungrounded / n, 4),
        invented_per_100=round(100 * invented / n, 2),
        invented_per_100_unguarded=round(100 * unguarded / n, 2),
        p50_ms=round(statistics.median(times), 1),
    )


def _as_shown(
    guarded: GuardedGenerator, history: Sequence[Message], hits: Sequence[FaqHit], lang: str
) -> tuple[str, str]:
    """The text the guard lets through, and whether it is `grounded`, `rewritten` or `refused` (no text is left)."""
    text = ""
    try:
        for piece in guarded.stream(history, hits, lang=lang):
            text += piece.text
    except UngroundedReply as refused:
        return (text + refused.instead, "rewritten") if refused.instead else ("", "refused")
    return text, "grounded"


def situation(dialogue: Dialogue, index: int) -> tuple[list[Message], tuple[FaqHit, ...]]:
    """The messages before one turn and the sources that support it, in the generator's input format."""
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
    """Distinct word n-grams divided by all (Li et al., 2016, arXiv:1510.03055); 0 when there are none."""
    grams: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = [word for word in tokens(text) if len(word) != 2 or word.isascii()]  # single CJK characters, no pairs
        grams.update(zip(*(words[k:] for k in range(n)), strict=False))
    return round(len(grams) / grams.total(), 4) if grams else 0.0
