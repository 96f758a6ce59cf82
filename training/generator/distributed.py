"""Several processes that train one model together, started by `accelerate launch`, and what one process does alone.

Knows: torch.distributed, accelerate, TensorBoard. Does not know: what is trained.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from chatbot.errors import TrainingError

T = TypeVar("T")


class Together:
    """The process among those that train: alone unless `accelerate launch` started it beside others.

    Each takes its share of the batches; gradients are averaged before every step, so all keep equal weights. Every
    process uses a GPU of its own where there are GPUs.
    """

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self._state: Any = None
        import torch

        self.device: Any = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        if self.count > 1:
            from accelerate import PartialState

            self._state = PartialState(cpu=not torch.cuda.is_available())
            self.count, self.rank = self._state.num_processes, self._state.process_index
            self.device = self._state.device

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files."""
        return self.rank == 0

    def wrap(self, model: Any) -> None:
        """Move the weights to this process's device, and give every process those of the first."""
        model.to(self.device)
        if self._state is None:
            return
        import torch

        for value in model.state_dict().values():
            torch.distributed.broadcast(value, 0)

    def share(self, batches: Sequence[T]) -> list[T]:
        """The part of the batches for this process; every process gets as many."""
        usable = len(batches) - len(batches) % self.count
        if usable == 0 and batches:
            return list(batches)
        return list(batches[self.rank : usable : self.count])

    def average_gradients(self, model: Any) -> None:
        """Average the gradients over all processes."""
        if self._state is None:
            return
        import torch

        for parameter in model.parameters():
            if parameter.grad is not None:
                torch.distributed.all_reduce(parameter.grad)
                parameter.grad /= self.count

    def agreed(self, share: float) -> float:
        """The first process's share of work done: clocks differ, and all must stop at the same step."""
        if self._state is None:
            return share
        import torch

        told = torch.tensor([share], device=self._state.device, dtype=torch.float64)
        torch.distributed.broadcast(told, 0)
        return float(told)

    def wait(self) -> None:
        """Wait until every process is here."""
        if self._state is not None:
            self._state.wait_for_everyone()


def curves(directory: Path | None) -> Callable[[str, float, int], None]:
    """Writes points of named curves for TensorBoard; does nothing without a directory.

    Raises:
        TrainingError: TensorBoard is not installed.
    """
    if directory is None:
        return lambda _name, _value, _step: None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError("--log-dir needs TensorBoard. Install it: pip install -e '.[logs]'") from error
    writer: Any = SummaryWriter(str(directory))

    def add(name: str, value: float, step: int) -> None:
        writer.add_scalar(name, value, step)
        writer.flush()

    return add
