"""A generator with the grounding guard applied."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from chatbot.domain import FaqEntry, FaqHit, Message
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.errors import UngroundedReply
from chatbot.facts.sentences import complete, sentences
from chatbot.generation.guard.grounding import Finding, GroundingGuard, Judge, leading
from chatbot.generation.guard.rewriting import instead
from chatbot.ports import Generator

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GuardedGenerator:
    """Passes on, sentence by sentence, only what the guard allows."""

    inner: Generator
    guard: GroundingGuard

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def instructions(self) -> str:
        return self.inner.instructions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream whole sentences, each checked before it is sent.

        Raises:
            UngroundedReply: in place of the first refused sentence, with text that may replace it; no part of that
                sentence has been sent.
        """
        hits = leading(hits)
        judge = self.guard.judge(history, hits, lang=lang, secret=self.instructions)
        finding = judge.before()
        said = ""
        if finding is None:
            with closing(self.inner.stream(history, hits, lang=lang)) as pieces:
                for sentence, confidence in _sentences(pieces):
                    finding = judge.check(sentence, said, confidence)
                    if finding is not None:
                        break
                    said += sentence
                    yield Piece(sentence)
        finding = finding or judge.after()
        if finding is not None:
            raise self._refusal(finding, judge, lang, said)

    def _refusal(self, finding: Finding, judge: Judge, lang: str, said: str) -> UngroundedReply:
        # Text by the customer or the model is not logged: it may contain personal data.
        _LOG.info("the guard held a sentence back (%s, %d characters)", finding.rule, len(finding.said))
        enough = bool(said.strip()) and not judge.sources and judge.kind is not None
        found = instead(self.guard, judge, lang, said)
        return UngroundedReply(finding.said, rule=finding.rule, instead=found, enough=enough)


def _sentences(pieces: Iterator[Piece]) -> Iterator[tuple[str, float | None]]:
    """Whole sentences with the mean log probability of their tokens, None if it is unknown."""
    held, score, count = "", 0.0, 0
    for piece in pieces:
        held += piece.text
        if piece.log_probability is not None:
            score, count = score + piece.log_probability, count + piece.tokens
        length = complete(held)
        if length:
            for sentence in sentences(held[:length]):
                yield sentence, score / count if count else None
            held, score, count = held[length:], 0.0, 0
    if held.strip():
        yield held, score / count if count else None


def names_in(entries: Sequence[FaqEntry]) -> frozenset[str]:
    """Capitalised words of the curated answers: names the shop itself uses, so the generator may use them."""
    words = (word.strip(".,;:!?()\"'") for entry in entries for word in entry.answer.split())
    return frozenset(word for word in words if word[:1].isupper() and word.isalpha())
