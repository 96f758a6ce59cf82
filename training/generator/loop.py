"""The optimiser loop of generator training, and its configuration."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot.types import Progress
from training.checkpoint import Checkpoint
from training.generator.distributed import Processes
from training.generator.examples import Dialogue, Mix, Window, dice, windows
from training.generator.loss import batch_loss, mean_loss
from training.generator.model import Size
from training.generator.trigram_baseline import Trigrams
from training.loop import Curves, cosine_decay, curves, parameter_groups, set_rate

_MIN_LEARNING_RATE = 0.05
_WARM_UP, _WEIGHT_DECAY, _CLIP_NORM = 0.05, 0.1, 1.0
"""The usual values for GPT-2 (Radford et al., 2019; Brown et al., 2020)."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GeneratorTrainingConfig:
    """Training choices. Equal config, data and machine give equal weights, unless `minutes` cuts the run short."""

    seed: int = 13
    steps: int = 6000
    """Optimiser steps; the held-out loss may end the run earlier."""
    minutes: float | None = None
    """Time limit; the learning rate reaches its minimum by then, whatever the number of steps."""
    batch_tokens: int = 1024
    """Tokens of one forward pass, padding included."""
    accumulation: int = 1
    """Forward passes per step (gradient accumulation)."""
    lora_rank: int = 0
    """Rank of LoRA adapters (Hu et al., 2022) on every projection of a base model; 0 trains all weights."""
    learning_rate: float = 2e-3
    held_out_share: float = 0.1
    evaluations: int = 12
    """How often the held-out loss is measured."""
    averaged_share: float = 0.25
    """Average the weights over this last part of the run, 0 to 1 (Izmailov et al., 2018); 0 uses the last weights."""
    patience: int = 4
    """Stop after this many measurements without improvement."""
    threads: int = 2
    sampled_turns: int = 40
    """Held-out turns answered for the figures of the report."""
    size: Size | None = None
    """Shape of a model from scratch; None chooses it by the amount of data."""
    mix: Mix = field(default_factory=Mix)


@dataclass(slots=True)
class Reached:
    """The position of a run: `epoch` passes over the data, `batches` of the current one, `seconds` of work."""

    epoch: int = 0
    batches: int = 0
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    recent: float = 0.0
    best: float = float("inf")
    misses: int = 0
    measured: float = 0.0
    losses: list[dict[str, float]] = field(default_factory=list)


class Fit:
    """One run of the optimiser."""

    def __init__(
        self,
        model: Any,
        encode: Callable[[str], list[int]],
        config: GeneratorTrainingConfig,
        *,
        checkpoint: Checkpoint | None = None,
        log_dir: Path | None = None,
        processes: Processes | None = None,
    ) -> None:
        self._checkpoint = checkpoint
        self._log_dir = log_dir
        self._processes = processes or Processes()
        self._model = self._parallel = model
        self._encode = encode
        self._config = config
        self._length = min(model.config.n_positions, config.batch_tokens)
        self.steps = 0
        self.tokens = 0

    def run(
        self, train: Sequence[Dialogue], held_out: Sequence[Dialogue], progress: Progress | None
    ) -> list[dict[str, float]]:
        """Train; leaves the weights with the best held-out loss in the model. Returns the measurements in order."""
        with curves(self._log_dir) as curve:
            return self._run(train, held_out, progress, curve)

    def _run(
        self, train: Sequence[Dialogue], held_out: Sequence[Dialogue], progress: Progress | None, curve: Curves
    ) -> list[dict[str, float]]:
        import torch

        config, model = self._config, self._model
        learning = [p for p in model.parameters() if p.requires_grad]
        groups = parameter_groups(learning, config.learning_rate, _WEIGHT_DECAY)
        optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.95))
        self._parallel = self._processes.prepare(model)
        watch = self._batches(held_out, None, dice(config.seed))
        reached, kept, mean = self._resumed_state(optimiser)
        started = time.monotonic() - reached.seconds
        batches = self._own(train, reached.epoch)[reached.batches :]
        done = reached.measured
        while done < 1 and reached.misses < config.patience:
            if not batches:
                reached.epoch, reached.batches = reached.epoch + 1, 0
                batches = self._own(train, reached.epoch)
            taken, batches = batches[: config.accumulation], batches[config.accumulation :]
            reached.batches += len(taken)
            set_rate(optimiser, _rate(done, _WARM_UP))
            loss = self._step(optimiser, taken)
            reached.steps += 1
            reached.tokens += sum(len(window.ids) for batch in taken for window in batch)
            reached.recent = loss if reached.steps == 1 else 0.95 * reached.recent + 0.05 * loss
            reached.seconds = time.monotonic() - started
            done = self._processes.agreed(self._done(reached))
            if done > 1 - config.averaged_share:
                mean = mean or torch.optim.swa_utils.AveragedModel(model)
                mean.update_parameters(model)
            curve("loss/train", loss, reached.steps)
            if progress:
                left = reached.seconds / done * (1 - min(done, 1)) / 60
                progress(f"loss {reached.recent:.2f}, {left:.0f} minutes left", min(done, 1.0))
            if done >= 1 or done - reached.measured >= 1 / config.evaluations:
                reached.measured = done
                kept = self._measure(reached, watch, kept, model if mean is None else mean.module)
                curve("loss/held out", reached.losses[-1]["held_out"], reached.steps)
                self._save(reached, kept, mean, optimiser)
        if kept:
            model.load_state_dict(kept)
        model.eval()
        self.steps, self.tokens = reached.steps, reached.tokens
        return reached.losses

    def _resumed_state(self, optimiser: Any) -> tuple[Reached, dict[str, Any], Any]:
        """Restore an interrupted run: its position, its best weights and the running weight average."""
        import torch

        reached, kept, mean = Reached(), dict[str, Any](), None
        if self._checkpoint is not None and (found := self._checkpoint.load(Reached, optimiser)) is not None:
            reached, parts = found
            self._model.load_state_dict(parts["weights"])
            torch.set_rng_state(parts["dice"]["torch"])
            kept = parts.get("best", {})
            if "mean" in parts:
                mean = torch.optim.swa_utils.AveragedModel(self._model)
                mean.load_state_dict(parts["mean"])
            _log.info("going on after step %d", reached.steps)
        return reached, kept, mean

    def _save(self, reached: Reached, kept: dict[str, Any], mean: Any, optimiser: Any) -> None:
        """Write the checkpoint, in the first process only."""
        import torch

        if self._checkpoint is None or not self._processes.first:
            return
        parts = {"weights": self._model.state_dict(), "best": kept, "dice": {"torch": torch.get_rng_state()}}
        if mean is not None:
            parts["mean"] = mean.state_dict()
        self._checkpoint.save(reached, parts, optimiser)

    def trigram_perplexity(self, train: Sequence[Dialogue], held_out: Sequence[Dialogue]) -> float:
        """Perplexity per token of a Kneser-Ney trigram model with the same training windows and held-out tokens."""
        read = [window.ids for batch in self._batches(train, None, dice(0)) for window in batch]
        model = Trigrams(read, self._model.config.vocab_size)
        total, count = 0.0, 0
        for window in (window for batch in self._batches(held_out, None, dice(0)) for window in batch):
            score, length = model.log_likelihood(window.ids, [weight > 0 for weight in window.weights])
            total, count = total + score, count + length
        return round(math.exp(-total / count), 3) if count else 0.0

    def finish(self) -> None:
        """Remove the checkpoint once the model is written; every process waits for the first."""
        self._processes.wait()
        if self._checkpoint is not None and self._processes.first:
            self._checkpoint.remove()

    def _done(self, reached: Reached) -> float:
        share = reached.steps / self._config.steps
        return max(share, reached.seconds / (60 * self._config.minutes)) if self._config.minutes else share

    def _own(self, train: Sequence[Dialogue], epoch: int) -> list[list[Window]]:
        """Select the batches of this process for one pass."""
        every = self._batches(train, self._config.mix, dice(self._config.seed + 7919 * epoch))
        return self._processes.share(every)

    def _measure(
        self, reached: Reached, watch: Sequence[Sequence[Window]], kept: dict[str, Any], model: Any
    ) -> dict[str, Any]:
        """Record the held-out loss of this model; returns the best weights so far."""
        held_loss = mean_loss(model, watch) if watch else reached.recent
        reached.losses.append(
            {"step": reached.steps, "train": round(reached.recent, 4), "held_out": round(held_loss, 4)}
        )
        _log.info("step %d: loss %.3f, held out %.3f", reached.steps, reached.recent, held_loss)
        reached.misses = 0 if held_loss < reached.best else reached.misses + 1
        if held_loss >= reached.best:
            return kept
        reached.best = held_loss
        return {name: value.detach().clone() for name, value in model.state_dict().items()}

    def _step(self, optimiser: Any, batches: Sequence[Sequence[Window]]) -> float:
        """One step over several batches, with the gradient of all their tokens together."""
        import torch

        self._model.train()
        weight = sum(w for batch in batches for window in batch for w in window.weights[1:])
        total = 0.0
        for batch in batches:
            loss, _ = batch_loss(self._parallel, batch)
            self._processes.backward(loss / weight)
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), _CLIP_NORM)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        return total / weight

    def _batches(self, every: Sequence[Dialogue], mix: Mix | None, rng: random.Random) -> list[list[Window]]:
        """Batch windows of similar length, to limit padding; the batches are in random order."""
        strays: dict[str, list[str]] = {}
        for lang in sorted({one.lang for one in every}):
            strays[lang] = sorted({s for one in every if one.lang == lang for line in one.lines for s in line.sources})
        found = [
            window
            for one in every
            for window in windows(one, self._encode, length=self._length, mix=mix, rng=rng, strays=strays[one.lang])
        ]
        rng.shuffle(found)
        found.sort(key=lambda window: len(window.ids) // 16)
        batches: list[list[Window]] = []
        current: list[Window] = []
        for window in found:
            if current and (len(current) + 1) * max(len(w.ids) for w in (*current, window)) > self._config.batch_tokens:
                batches.append(current)
                current = []
            current.append(window)
        if current:
            batches.append(current)
        rng.shuffle(batches)
        return batches


def _rate(done: float, warmup: float) -> float:
    if done < warmup:
        return max(0.01, done / warmup)
    falling = cosine_decay(min(1.0, (done - warmup) / max(1e-9, 1 - warmup)), 1.0)
    return _MIN_LEARNING_RATE + (1 - _MIN_LEARNING_RATE) * falling
