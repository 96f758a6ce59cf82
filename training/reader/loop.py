"""The training of the reader's network: two stages over groups of entries, easy ones first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chatbot.types import Progress, no_progress
from training.checkpoint import Checkpoint
from training.loop import parameter_groups, set_rate
from training.reader.examples import Gathered, Group, easy_groups, hard_groups

if TYPE_CHECKING:
    import torch

    from training.reader.network import Reader

_BATCH = 8
_SIMILAR = 12
"""Batches whose groups are sorted by length before they are cut, so that little is padded."""
_LAST_SHARE = 0.02
"""Of the learning rate, at the end."""
_CLIP_NORM = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass over the data with its own negatives."""

    name: str
    groups: Callable[[Gathered, np.random.Generator], list[Group]]
    rate: float
    head_factor: float
    """The head and the marks of message and entry begin at random, so they learn so many times faster."""
    decay: float
    warm_up: int
    """Steps."""
    each: float
    """Weight of the loss of each entry by itself beside that of the group."""


STAGES = (
    Stage("easy entries", easy_groups, 6e-5, 10.0, 0.01, 60, 0.3),
    Stage("hard entries", hard_groups, 5e-5, 6.0, 0.02, 40, 0.5),
)
"""What the network learns with: AUROC of right against wrong answers is 0.83 after both, 0.79 by evidence alone, on six
businesses held out (2026-12-01)."""


@dataclass(slots=True)
class RunState:
    """Progress of a stage after whole epochs."""

    epoch: int = 0


def train_stage(
    network: Reader,
    data: Sequence[Gathered],
    stage: Stage,
    *,
    epochs: int,
    seed: int,
    checkpoint: Checkpoint,
    progress: Progress = no_progress,
) -> None:
    """Train one stage; the weights end up in the network. A stage that was interrupted goes on after its last epoch.

    Args:
        network: is changed.
        data: businesses to learn from.
        stage: the negatives and rates.
        epochs: passes over all messages.
        seed: of every random choice.
        checkpoint: written after each epoch, and read first; remove it when the whole run is done.
        progress: is told how far the stage is.
    """
    import torch

    optimiser = torch.optim.AdamW(
        [
            *parameter_groups(network.layers.parameters(), stage.rate, stage.decay),
            *parameter_groups(
                [*network.head.parameters(), *network.kinds.parameters()], stage.rate * stage.head_factor, stage.decay
            ),
        ]
    )
    state = RunState()
    if found := checkpoint.load(RunState, optimiser):
        state, parts = found
        network.load_state_dict(parts["weights"])
    started, done = time.monotonic(), 0
    while state.epoch < epochs:
        # Seeded anew in each epoch, so that a resumed run draws the same numbers.
        torch.manual_seed(seed * 100_003 + state.epoch)
        rng = np.random.default_rng([seed, state.epoch])
        batches = list(_batches([group for one in data for group in stage.groups(one, rng)], seed + state.epoch))
        total = epochs * len(batches)
        network.train()
        for place, batch in enumerate(batches):
            step = state.epoch * len(batches) + place
            set_rate(optimiser, min((step + 1) / stage.warm_up, max(_LAST_SHARE, 1 - step / total)))
            loss = _loss(network, batch, stage.each)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP_NORM)
            optimiser.step()
            done += 1
            left = (time.monotonic() - started) / done * (total - step - 1) / 60
            line = f"Reading {stage.name}, epoch {state.epoch + 1} of {epochs}, loss {loss.item():.3f}"
            progress(f"{line}, {left:.0f} minutes left", (step + 1) / total)
        state.epoch += 1
        checkpoint.save(state, {"weights": network.state_dict()}, optimiser)
    network.eval()


def _batches(groups: list[Group], seed: int) -> Iterator[list[Group]]:
    """Groups of similar length together, in random order."""
    rng = random.Random(seed)  # noqa: S311
    rng.shuffle(groups)
    span = _BATCH * _SIMILAR
    ordered = [
        one
        for start in range(0, len(groups), span)
        for one in sorted(groups[start : start + span], key=lambda one: len(one.message) + max(map(len, one.entries)))
    ]
    cut = [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]
    rng.shuffle(cut)
    yield from cut


def _loss(network: Reader, batch: Sequence[Group], each: float) -> torch.Tensor:
    """Cross-entropy over the entries of a group and "none of them", plus that of each entry by itself.

    Of two questions in one message both entries are right at once, which no choice among them can say: there only the
    second part counts.
    """
    import torch
    from torch.nn import functional

    from training.reader.network import together

    longest = max(len(group.entries) for group in batch)
    odds = network(*together([(group.message, entry) for group in batch for entry in group.entries]))
    held = torch.tensor([[place < len(group.entries) for place in range(longest)] for group in batch])
    right = torch.zeros(len(batch), longest)
    right[held] = torch.tensor([float(value) for group in batch for value in group.right])
    scores = torch.full((len(batch), longest), -1e4).masked_scatter(held, odds)
    options = torch.cat([torch.zeros(len(batch), 1), scores], 1)
    wanted = torch.cat([(right.sum(1, keepdim=True) == 0).float(), right], 1)
    chosen = -torch.logsumexp(torch.log_softmax(options, 1).masked_fill(wanted == 0, -1e9), 1)
    alone = functional.binary_cross_entropy_with_logits(scores, right, reduction="none")
    alone = (alone * held).sum(1) / held.sum(1)
    two = torch.tensor([group.two for group in batch])
    return (torch.where(two, alone, chosen) + each * alone).mean()
