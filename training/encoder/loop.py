"""The loop of a fine-tuning run: losses, optimiser, early stopping."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chatbot.errors import TrainingError
from chatbot.types import Progress
from training.checkpoint import Checkpoint
from training.datasets.augmentation import augment, cross_over
from training.datasets.encoder_batches import TuningData, batch_count, batches
from training.encoder.config import EncoderTuningConfig, epochs_for
from training.encoder.network import EncoderNetwork
from training.loop import Curves, cosine_decay, parameter_groups, set_rate

if TYPE_CHECKING:
    import torch

_HEAD = "head/"
_LOOK_AT_ONCE = 256
_TOGETHER = 2
"""Utterances of one intent that share a batch: the positives of the contrastive loss."""
_HEAD_RATE, _WARM_UP, _WEIGHT_DECAY, _CLIP_NORM = 2e-3, 0.1, 0.01, 1.0
"""Common values; the head starts at the means of its labels and is discarded afterwards."""
_NEVER = -1e4
"""Logit of an utterance with itself."""


@dataclass(slots=True)
class RunState:
    """Progress of a run after whole epochs."""

    epoch: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    losses: list[float] = field(default_factory=list)


class _Task:
    """One way to group texts, with the head that classifies the groups; all tasks share the network."""

    def __init__(self, data: TuningData, head: torch.nn.Parameter, targets: torch.Tensor) -> None:
        self.data, self.head, self.targets = data, head, targets
        self.friends: dict[int, list[int]] = {}
        for row, target in enumerate(data.targets):
            self.friends.setdefault(target, []).append(row)


class TuningRun:
    """Network, heads and optimiser during a run; `train` leaves the best weights in the network."""

    def __init__(
        self,
        network: EncoderNetwork,
        tasks: Sequence[TuningData],
        config: EncoderTuningConfig,
        checkpoint: Checkpoint,
    ) -> None:
        """Start from the checkpoint of an interrupted run, or else from the beginning.

        Early stopping uses the held-out utterances of the first task.
        """
        import torch

        self._network, self._config, self._checkpoint = network, config, checkpoint
        self._torch = torch
        self._tasks = [self._task(data) for data in tasks]
        self._epochs = epochs_for(config, sum(len(data.texts) for data in tasks))
        self._per_epoch = sum(batch_count(data.targets, config.batch_size, _TOGETHER) for data in tasks)
        learning = list(network.trainable().values())
        heads = [task.head for task in self._tasks]
        self._learning = [*learning, *heads]
        self._optimiser = torch.optim.AdamW(
            [
                *parameter_groups(learning, config.learning_rate, _WEIGHT_DECAY),
                *parameter_groups(heads, _HEAD_RATE, 0.0)[:1],  # heads are matrices
            ],
            fused=True,
        )
        self.state = RunState()
        self._best: dict[str, torch.Tensor] = {}
        found = checkpoint.load(RunState, self._optimiser)
        if found:
            self.state, parts = found
            weights, self._best = parts["weights"], parts.get("best", {})
            with torch.no_grad():
                for place, head in enumerate(heads):
                    head.copy_(weights.pop(f"{_HEAD}{place}"))
            network.set_weights(weights)

    def train(self, progress: Progress | None, curve: Curves) -> None:
        """Run the remaining epochs, with a checkpoint and points of `curve` after each."""
        state, config = self.state, self._config
        clock = _Clock(self._epochs * self._per_epoch, state.epoch * self._per_epoch)
        while state.epoch < self._epochs and not self._is_stale():
            losses: list[float] = []
            # Seeded anew in each epoch, so that a resumed run draws the same numbers.
            rng = random.Random(f"{config.seed} {state.epoch}")  # noqa: S311
            self._torch.manual_seed(config.seed * 100_003 + state.epoch)
            with self._network.learning():
                for task, ids, rows in self._batches(rng):
                    self._set_rate(state.epoch * self._per_epoch + len(losses))
                    losses.append(self._step(task, [ids[row] for row in rows], task.targets[rows]))
                    clock.done += 1
                    if progress:
                        line = f"Fine-tuning, epoch {state.epoch + 1} of {self._epochs}, loss {losses[-1]:.3f}"
                        progress(f"{line}, {clock.left()} left", clock.done / clock.total)
            state.epoch += 1
            state.losses.append(sum(losses) / len(losses))
            self._look()
            curve("loss", state.losses[-1], state.epoch)
            curve("best held-out accuracy", max(0.0, state.best_accuracy), state.epoch)
            heads = {f"{_HEAD}{place}": task.head.detach().cpu().clone() for place, task in enumerate(self._tasks)}
            parts = {"weights": self._network.weights() | heads, "best": self._best}
            self._checkpoint.save(state, parts, self._optimiser)
        if self._best:
            self._network.set_weights(self._best)

    def _batches(self, rng: random.Random) -> Iterator[tuple[_Task, list[list[int]], list[int]]]:
        """One epoch: the batches of all tasks in mixed order, with the token ids of the task's texts."""
        config = self._config
        mixed = []
        for task in self._tasks:
            ids = self._network.tokenise(self._noisy_texts(task, rng))
            mixed += [(task, ids, rows) for rows in batches(task.data.targets, config.batch_size, _TOGETHER, rng)]
        if len(self._tasks) > 1:
            rng.shuffle(mixed)
        yield from mixed

    def _is_stale(self) -> bool:
        return (
            bool(self._tasks[0].data.held_texts) and self.state.epoch - self.state.best_epoch >= self._config.patience
        )

    def _look(self) -> None:
        """Keep these weights if they are the best so far; without held-out utterances the last ones are kept."""
        first = self._tasks[0]
        if not first.data.held_texts:
            self.state.best_epoch = self.state.epoch
            return
        guesses = (self._vectors_of(first.data.held_texts) @ _unit(first.head.detach()).T).argmax(1).tolist()
        right = sum(guess == target for guess, target in zip(guesses, first.data.held_targets, strict=True))
        accuracy = right / len(guesses)
        if accuracy > self.state.best_accuracy:
            self.state.best_accuracy, self.state.best_epoch = accuracy, self.state.epoch
            self._best = self._network.weights()

    def _step(self, task: _Task, ids: Sequence[Sequence[int]], targets: torch.Tensor) -> float:
        loss = self._loss(task, self._network.vectors(ids), targets)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                f"The loss became {value} in epoch {self.state.epoch + 1} with learning_rate = "
                f"{self._config.learning_rate}. Choose a lower one."
            )
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._torch.nn.utils.clip_grad_norm_(self._learning, _CLIP_NORM)
        self._optimiser.step()
        return value

    def _loss(self, task: _Task, vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        config = self._config
        logits = config.logit_scale * (vectors @ _unit(task.head).T)
        loss = self._torch.nn.functional.cross_entropy(logits, targets, label_smoothing=config.label_smoothing)
        if config.contrastive_weight:
            loss = loss + config.contrastive_weight * contrastive_loss(vectors, targets, config.temperature)
        return loss

    def _set_rate(self, step: int) -> None:
        total = self._epochs * self._per_epoch
        rising = (step + 1) / max(1.0, _WARM_UP * total)
        set_rate(self._optimiser, min(1.0, rising) * cosine_decay(step, total))

    def _noisy_texts(self, task: _Task, rng: random.Random) -> list[str]:
        """The texts of this epoch: some with crossover, some with noise, most unchanged."""
        config, data = self._config, task.data
        texts = list(data.texts)
        for row, target in enumerate(data.targets):
            if rng.random() < config.crossed_share:
                texts[row] = cross_over(data.texts[row], data.texts[rng.choice(task.friends[target])], rng)
            if config.augmentation and rng.random() < config.augmented_share:
                texts[row] = augment(texts[row], config.augmentation, rng)
        return texts

    def _task(self, data: TuningData) -> _Task:
        """Create a task whose head starts as the mean vector of each label's texts, shape (labels, dimension)."""
        vectors = self._vectors_of(data.texts)
        targets = self._torch.tensor(data.targets, device=vectors.device)
        sums = self._torch.zeros(len(data.labels), vectors.shape[1], device=vectors.device)
        return _Task(data, self._torch.nn.Parameter(_unit(sums.index_add_(0, targets, vectors))), targets)

    def _vectors_of(self, texts: Sequence[str]) -> torch.Tensor:
        with self._network.learning(False):
            ids = self._network.tokenise(texts)
            parts = [
                self._network.vectors(ids[start : start + _LOOK_AT_ONCE]) for start in range(0, len(ids), _LOOK_AT_ONCE)
            ]
        return self._torch.cat(parts)


def contrastive_loss(vectors: torch.Tensor, targets: torch.Tensor, temperature: float) -> torch.Tensor:
    """Supervised contrastive loss, `L_out` of Khosla et al. (2020), over one batch.

    Args:
        vectors: unit vectors, shape (n, d).
        targets: label numbers, shape (n,); those that occur once have no positives and do not contribute.
        temperature: lower values emphasise the nearest neighbours.
    """
    similar = (vectors @ vectors.T / temperature).fill_diagonal_(_NEVER)
    log_share = similar - similar.logsumexp(1, keepdim=True)
    same = (targets[:, None] == targets[None, :]).to(vectors.dtype).fill_diagonal_(0.0)
    friends = same.sum(1)
    paired = friends > 0
    if not bool(paired.any()):
        return vectors.sum() * 0.0
    return -((log_share * same).sum(1)[paired] / friends[paired]).mean()


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    norms: torch.Tensor = vectors.norm(dim=-1, keepdim=True)
    return vectors / norms.clamp(min=1e-12)


class _Clock:
    """Steps done, and an estimate of the remaining time at the pace so far."""

    def __init__(self, total: int, done: int) -> None:
        self.total, self.done = total, done
        self._first = done
        self._started = time.monotonic()

    def left(self) -> str:
        seconds = (time.monotonic() - self._started) / max(1, self.done - self._first) * (self.total - self.done)
        return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
