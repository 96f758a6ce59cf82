"""Building blocks shared by the training loops: parameter groups, cosine schedule, LoRA, threads, curves."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chatbot.errors import TrainingError

Curves = Callable[[str, float, int], None]
"""Adds a point to a named curve: name, value, step."""
_LORA_SCALE = 2
_FULL_RATE = "full_rate"


def parameter_groups(parameters: Iterable[Any], rate: float, decay: float) -> list[dict[str, Any]]:
    """Two groups for an optimiser: matrices, with weight decay, and biases and norms, without it."""
    learning = list(parameters)
    return [
        {"params": [p for p in learning if p.ndim > 1], "lr": rate, _FULL_RATE: rate, "weight_decay": decay},
        {"params": [p for p in learning if p.ndim < 2], "lr": rate, _FULL_RATE: rate, "weight_decay": 0.0},
    ]


def set_rate(optimiser: Any, share: float) -> None:
    """Set each group's learning rate to this share, 0 to 1, of its maximum."""
    for group in optimiser.param_groups:
        group["lr"] = group[_FULL_RATE] * share


def cosine_decay(done: float, total: float) -> float:
    """Cosine decay: 1 at the beginning, 0 once `done` equals `total`."""
    return 0.5 * (1.0 + math.cos(math.pi * done / total))


def low_rank(rank: int, **choices: Any) -> tuple[Any, Any]:
    """The package peft and its configuration for low-rank updates (Hu et al., 2021, arXiv:2106.09685).

    Raises:
        TrainingError: peft is not installed.
    """
    try:
        peft: Any = importlib.import_module("peft")
    except ImportError as error:
        raise TrainingError(
            "LoRA needs peft. Run: pip install 'chatbot[lora]', or train with lora_rank = 0."
        ) from error
    return peft, peft.LoraConfig(r=rank, lora_alpha=_LORA_SCALE * rank, **choices)


@contextmanager
def torch_threads(number: int) -> Iterator[None]:
    """Run torch with this many threads inside the block."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def curves(directory: Path | None) -> Iterator[Curves]:
    """Write curves for TensorBoard as they grow; without a directory nothing is written.

    Raises:
        TrainingError: TensorBoard is not installed.
    """
    if directory is None:
        yield lambda _name, _value, _step: None
        return
    try:
        writer: Any = importlib.import_module("torch.utils.tensorboard").SummaryWriter(str(directory))
    except ImportError as error:
        raise TrainingError(
            "Training logs need TensorBoard. Run: pip install 'chatbot[logs]', or leave --log-dir out."
        ) from error

    def add(name: str, value: float, step: int) -> None:
        writer.add_scalar(name, value, step)
        writer.flush()

    try:
        yield add
    finally:
        writer.close()
