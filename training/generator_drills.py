"""Copying exercises: windows whose only regularity is that the agent repeats the source the customer asks about.

Knows: token ids and the control marks. Does not know: conversations, what a text means.

Transcripts alone let a small model remember its few hundred answers; text that means nothing cannot be remembered, so
it has to learn to look up (the induction heads of Olsson et al., 2022, arXiv:2209.11895).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from chatbot.generation.prompts import AGENT, CONTROL_TOKENS, CUSTOMER, END, LANGUAGES, SOURCE, language_mark, plain
from training.generator_examples import Window, other_digits

_SHORTEST, _LONGEST = 6, 40
_NONSENSE = 0.5
_TWO_SOURCES = 0.5


class Drills:
    """Makes exercises of random tokens and of real answers with other digits."""

    def __init__(self, encode: Callable[[str], list[int]], *, vocabulary: int, answers: Sequence[str]) -> None:
        """`vocabulary` is the number of token ids; `answers` are texts worth copying."""
        self._encode = encode
        marks = {token for mark in CONTROL_TOKENS for token in encode(mark)}
        self._ids = [token for token in range(vocabulary) if token not in marks]
        self._answers = [answer for answer in answers if plain(answer)]

    def window(self, length: int, rng: random.Random) -> Window:
        """One window of at most `length` tokens with as many exercises as fit; only the copies are learned."""
        ids = self._encode(language_mark(rng.choice(LANGUAGES)))
        weights = [0.0] * len(ids)
        while True:
            prompt, copy = self._exercise(rng)
            if len(ids) + len(prompt) + len(copy) > length and any(weights):
                return Window(tuple(ids), tuple(weights))
            ids = (ids + prompt + copy)[:length]
            weights = (weights + [0.0] * len(prompt) + [1.0] * len(copy))[:length]
            if len(ids) == length:
                return Window(tuple(ids), tuple(weights))

    def _exercise(self, rng: random.Random) -> tuple[list[int], list[int]]:
        wanted, other = self._text(rng), self._text(rng)
        start = rng.randrange(len(wanted))
        question = wanted[start : start + rng.randint(1, 4)]
        shown = [wanted, other] if rng.random() < _TWO_SOURCES else [wanted]
        rng.shuffle(shown)
        sources = [token for text in shown for token in (*self._encode(SOURCE), *text)]
        prompt = [*self._encode(CUSTOMER), *question, *sources, *self._encode(AGENT)]
        return prompt, [*wanted, *self._encode(END)]

    def _text(self, rng: random.Random) -> list[int]:
        if self._answers and rng.random() >= _NONSENSE:
            answer = rng.choice(self._answers)
            return self._encode(plain(other_digits((answer,), answer, rng)[1]))[:_LONGEST]
        return rng.choices(self._ids, k=rng.randint(_SHORTEST, _LONGEST))
