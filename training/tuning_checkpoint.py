"""The state of a tuning run in one safetensors file, so that a killed run goes on where it was.

Knows: the file. Does not know: what is trained or how.
"""

from __future__ import annotations

import hashlib
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
class RunState:
    """What a run has reached after so many whole epochs."""

    epoch: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    losses: list[float] = field(default_factory=list)


class Checkpoint:
    """One file that belongs to one run: same source, data and configuration."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint

    def save(
        self,
        state: RunState,
        weights: Mapping[str, torch.Tensor],
        best: Mapping[str, torch.Tensor],
        optimiser: torch.optim.Optimizer,
    ) -> None:
        """Replace the file in one step.

        Raises:
            StorageError: the disk does not take it.
        """
        from safetensors.torch import save_file

        tensors = {f"weights/{name}": value for name, value in weights.items()}
        tensors |= {f"best/{name}": value.clone() for name, value in best.items()}
        for place, slots in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser/{place}/{slot}": value.detach().cpu().contiguous() for slot, value in slots.items()}
        metadata = {"fingerprint": self._fingerprint, "state": json.dumps(asdict(state))}
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            save_file(tensors, str(fresh), metadata)
            fresh.replace(self._path)
        except OSError as error:
            raise StorageError(f"The checkpoint {self._path} cannot be written: {error}. Free some space.") from error

    def load(
        self, optimiser: torch.optim.Optimizer
    ) -> tuple[RunState, dict[str, torch.Tensor], dict[str, torch.Tensor]] | None:
        """State, weights and best weights of the run that was interrupted, or None to start from the beginning.

        The optimiser gets its moments back. A file of another run or a damaged one is passed over.
        """
        from safetensors import SafetensorError, safe_open

        if not self._path.is_file():
            return None
        try:
            with safe_open(str(self._path), framework="pt") as file:
                metadata = file.metadata() or {}
                if metadata.get("fingerprint") != self._fingerprint:
                    _log.info("The checkpoint %s belongs to another run; starting from the beginning.", self._path)
                    return None
                state = RunState(**json.loads(metadata["state"]))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a mapping
        except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
            _log.warning("The checkpoint %s cannot be read (%s); starting from the beginning.", self._path, error)
            return None
        found: dict[int, dict[str, Any]] = {}
        for name, value in tensors.items():
            if name.startswith("optimiser/"):
                _, place, slot = name.split("/")
                found.setdefault(int(place), {})[slot] = value
        optimiser.load_state_dict({**optimiser.state_dict(), "state": found})
        return state, _part(tensors, "weights/"), _part(tensors, "best/")


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def source_identity(source: Path) -> str:
    """Changes with the weights in a model directory; a hub id stands for itself."""
    try:
        with (source / "model.safetensors").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return str(source)
