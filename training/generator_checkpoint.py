"""The state of a generator's training in one safetensors file, so that a killed run goes on where it was.

Knows: the file. Does not know: what is trained or how. A file of another run, or a damaged one, is passed over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.errors import StorageError

if TYPE_CHECKING:
    import torch

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Reached:
    """How far a run has come: `epoch` passes over the data and `batches` of the next one, `seconds` of work."""

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


class GeneratorCheckpoint:
    """One file that belongs to one run: same base, data and configuration."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint

    def save(
        self,
        reached: Reached,
        weights: Mapping[str, torch.Tensor],
        best: Mapping[str, torch.Tensor],
        optimiser: torch.optim.Optimizer,
    ) -> None:
        """Replace the file in one step.

        Raises:
            StorageError: the disk does not take it.
        """
        import torch
        from safetensors.torch import save_file

        tensors = {f"weights/{name}": value.detach().cpu().clone() for name, value in weights.items()}
        tensors |= {f"best/{name}": value.detach().cpu().clone() for name, value in best.items()}
        for place, slots in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser/{place}/{slot}": value.detach().cpu().clone() for slot, value in slots.items()}
        tensors["dice"] = torch.get_rng_state()
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            save_file(tensors, str(fresh), {"fingerprint": self._fingerprint, "reached": json.dumps(asdict(reached))})
            fresh.replace(self._path)
        except OSError as error:
            raise StorageError(f"The checkpoint {self._path} cannot be written: {error}. Free some space.") from error

    def load(self, model: Any, optimiser: torch.optim.Optimizer) -> tuple[Reached, dict[str, torch.Tensor]] | None:
        """Give model, optimiser and torch's dice back what they had; returns how far it was and the best weights."""
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file, safe_open

        if not self._path.is_file():
            return None
        try:
            with safe_open(str(self._path), framework="pt") as file:
                told = file.metadata() or {}
            if told.get("fingerprint") != self._fingerprint:
                return None
            tensors = load_file(str(self._path))
            reached = Reached(**json.loads(told["reached"]))
        except (SafetensorError, OSError, ValueError, TypeError, KeyError) as error:
            _log.warning("the checkpoint %s is damaged (%s): training begins anew", self._path, error)
            return None
        model.load_state_dict(_part(tensors, "weights/"))
        slots: dict[int, dict[str, Any]] = {}
        for name, value in _part(tensors, "optimiser/").items():
            place, _, slot = name.partition("/")
            slots.setdefault(int(place), {})[slot] = value
        optimiser.load_state_dict({**optimiser.state_dict(), "state": slots})
        torch.set_rng_state(tensors["dice"])
        _log.info("going on after step %d", reached.steps)
        return reached, _part(tensors, "best/")

    def remove(self) -> None:
        """Delete the file of a finished run."""
        self._path.unlink(missing_ok=True)


def _part(tensors: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
