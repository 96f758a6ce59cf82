"""Data-parallel training in several processes started by `accelerate launch`, or in one process alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

from chatbot.errors import TrainingError

T = TypeVar("T")


class Processes:
    """A process within the group that trains: alone unless `accelerate launch` started several.

    Each process takes its share of the batches; gradients are averaged before every step, so all keep equal weights.
    Every process uses its own GPU if there are GPUs.
    """

    def __init__(self) -> None:
        """Join the other processes.

        Raises:
            TrainingError: there are others, and accelerate is not installed.
        """
        import torch

        gpu = torch.cuda.is_available()
        self.count, self.rank = 1, 0
        self._accelerator: Any = None
        self._device: Any = torch.device("cuda" if gpu else "cpu")
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            try:
                from accelerate import Accelerator
            except ImportError as error:
                raise TrainingError(
                    "Training in several processes needs accelerate. Run: pip install 'chatbot[distributed]'"
                ) from error
            self._accelerator = Accelerator(cpu=not gpu, mixed_precision="no")
            self.count, self.rank = self._accelerator.num_processes, self._accelerator.process_index

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files."""
        return self.rank == 0

    def prepare(self, model: Any) -> Any:
        """Return the model for computing losses: on this process's device, with the weights of the first process."""
        return model.to(self._device) if self._accelerator is None else self._accelerator.prepare(model)

    def share(self, batches: Sequence[T]) -> list[T]:
        """Select the batches of this process; every process gets the same number."""
        usable = len(batches) - len(batches) % self.count
        if usable == 0 and batches:
            return list(batches)
        return list(batches[self.rank : usable : self.count])

    def backward(self, loss: Any) -> None:
        """Add the gradients of this loss, averaged over the processes."""
        if self._accelerator is None:
            loss.backward()
        else:
            self._accelerator.backward(loss)

    def agreed(self, share: float) -> float:
        """The first process's share of work done: clocks differ, and all processes must stop at the same step."""
        if self._accelerator is None:
            return share
        import torch
        from accelerate.utils import broadcast

        return float(broadcast(torch.tensor([share], device=self._accelerator.device, dtype=torch.float64)))

    def wait(self) -> None:
        """Wait for all processes."""
        if self._accelerator is not None:
            self._accelerator.wait_for_everyone()
