"""Samples the tokens of a reply from a causal language model, one by one, with its key-value cache."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.generation.backends.copying import Copier

_LOOP = 8
"""A reply that repeats this many tokens in the same order is stuck in a loop."""
_CANDIDATES = 256
"""Nucleus sampling considers this many of the best tokens: sorting a whole vocabulary costs more than the model."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn; a temperature of 0 takes the most probable one (greedy).

    A low temperature keeps copied facts right; nucleus sampling (Holtzman et al., 2020) cuts the tail. The repetition
    penalty (Keskar et al., 2019) counts words of the reply only: digits must repeat, and so must copied sources.
    """

    temperature: float = 0.3
    top_p: float = 0.9
    repetition_penalty: float = 1.05
    max_tokens: int = 96
    seed: int = 0


class Decoder:
    """Generates continuations with one model. Thread-safe: one forward pass runs at a time."""

    def __init__(
        self,
        model: Any,
        ends: Sequence[int],
        *,
        forbidden: Any = None,
        penalised: Any = None,
        calibration: float = 1.0,
    ) -> None:
        """`forbidden` and `penalised` are boolean tensors over the vocabulary; `ends` are the tokens that end a reply.

        `calibration` divides the logits (temperature scaling, Guo et al., 2017), so that the probabilities are
        calibrated.
        """
        import torch

        self._calibration = calibration
        self.lock = threading.Lock()
        self._model = model
        self._ends = frozenset(ends)
        size = int(model.config.vocab_size)
        self._forbidden = forbidden if forbidden is not None and bool(forbidden.any()) else None
        self._penalised = penalised if penalised is not None else torch.ones(size, dtype=torch.bool)
        self._end_ids = torch.tensor(sorted(self._ends), dtype=torch.long)

    def tokens(
        self,
        given: Sequence[int],
        sampling: Sampling,
        *,
        seed: int,
        most: int,
        seconds: float,
        copier: Copier | None = None,
    ) -> Iterator[tuple[int, float]]:
        """Yield each token with its log probability in nats before temperature and penalty, `copier` included.

        Ends at an end token, after `most` tokens, after `seconds`, or when the reply repeats itself.
        """
        import torch

        until = time.monotonic() + seconds
        dice = torch.Generator().manual_seed(seed)
        ids, cache = torch.tensor([list(given)]), None
        said: list[int] = []
        counted = torch.zeros(0, dtype=torch.long)
        while len(said) < most and time.monotonic() < until:
            with self.lock, torch.inference_mode():
                out = self._model(input_ids=ids, cache=cache, use_cache=True, logits_to_keep=1)
                logits = out.logits[0, -1].float() / self._calibration
                if copier is not None:
                    logits = _mixed(logits, *copier.following(said))
                token = self._draw(logits, counted, sampling, dice, first=not said)
                chance = float(logits[token] - logits.logsumexp(0))
            if token in self._ends:
                return
            said.append(token)
            if _goes_round(said):
                return
            yield token, chance
            ids, cache = torch.tensor([[token]]), out.cache
            if self._penalised[token]:
                counted = torch.tensor(sorted({*counted.tolist(), token}))

    def log_likelihood(self, given: Sequence[int], wanted: Sequence[int], copier: Copier | None = None) -> float:
        """Log probability in nats of `wanted` after `given`."""
        return self.log_likelihoods(given, wanted, copier, [self._calibration])[0]

    def log_likelihoods(
        self, given: Sequence[int], wanted: Sequence[int], copier: Copier | None, calibrations: Sequence[float]
    ) -> list[float]:
        """The log probability under each of several calibrations instead of the decoder's own."""
        import torch

        with self.lock, torch.inference_mode():
            logits = self._model(input_ids=torch.tensor([[*given, *wanted]]), use_cache=False).logits[0]
        places, tokens = torch.arange(len(wanted)), torch.tensor(list(wanted))
        copied = [copier.following(wanted[:at]) for at in range(len(wanted))] if copier is not None else []
        found = []
        for calibration in calibrations:
            rows = logits[len(given) - 1 : -1].float() / calibration
            if copied:
                rows = torch.stack([_mixed(row, *follows) for row, follows in zip(rows, copied, strict=True)])
            found.append(float(torch.log_softmax(rows, dim=-1)[places, tokens].sum()))
        return found

    def _draw(self, logits: Any, counted: Any, sampling: Sampling, dice: Any, *, first: bool) -> int:
        import torch

        scores = logits.clone()
        if self._forbidden is not None:
            scores.masked_fill_(self._forbidden, -torch.inf)
        if first and len(self._end_ids):
            scores[self._end_ids] = -torch.inf
        if len(counted) and sampling.repetition_penalty != 1.0:
            value = scores[counted]
            scores[counted] = torch.where(
                value > 0, value / sampling.repetition_penalty, value * sampling.repetition_penalty
            )
        if sampling.temperature <= 0:
            return int(scores.argmax())
        scores /= sampling.temperature
        best, order = scores.topk(min(_CANDIDATES, len(scores)))
        ranked = (best - scores.logsumexp(0)).exp()
        # The best token always stays, even if it alone exceeds top_p.
        ranked[(ranked.cumsum(0) - ranked) >= sampling.top_p] = 0.0
        return int(order[torch.multinomial(ranked, 1, generator=dice)])


def _goes_round(said: Sequence[int]) -> bool:
    if len(said) < 2 * _LOOP:
        return False
    last = list(said[-_LOOP:])
    return any(list(said[at : at + _LOOP]) == last for at in range(len(said) - _LOOP))


def _mixed(logits: Any, share: float, chances: dict[int, float]) -> Any:
    """Log probabilities of the weighted mixture of two distributions; the logits unchanged if `share` is 0."""
    import torch

    if not share:
        return logits
    mixed = torch.log_softmax(logits, dim=-1).exp_() * (1 - share)
    for token, chance in chances.items():
        mixed[token] += share * chance
    return mixed.log_()
