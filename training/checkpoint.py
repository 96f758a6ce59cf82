"""Saves the state of a training run in one safetensors file, so that a killed run resumes.

A damaged file, or one of another run, is ignored.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from chatbot.artifacts.publishing import replace_file
from chatbot.errors import StorageError

if TYPE_CHECKING:
    import torch
    from _typeshed import DataclassInstance

    Reached = TypeVar("Reached", bound=DataclassInstance)

_OPTIMISER = "optimiser"
_log = logging.getLogger(__name__)


class Checkpoint:
    """The file of one run, identified by a `fingerprint` of its source, data and configuration."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint

    def save(
        self,
        reached: DataclassInstance,
        parts: Mapping[str, Mapping[str, torch.Tensor]],
        optimiser: torch.optim.Optimizer,
    ) -> None:
        """Write the checkpoint, replacing the previous one atomically.

        Args:
            reached: the position of the run: a dataclass of numbers and lists of numbers.
            parts: named tensors by part; the name of a part has no slash, that of a tensor may.
            optimiser: its moments are saved, its learning rates are not.

        Raises:
            StorageError: the file cannot be written.
        """
        from safetensors.torch import save_file

        moments = {
            f"{place}/{slot}": value
            for place, slots in optimiser.state_dict()["state"].items()
            for slot, value in slots.items()
        }
        tensors = {
            # Cloned, since tied weights share memory, which the format refuses.
            f"{part}/{name}": value.detach().cpu().clone().contiguous()
            for part, named in {**parts, _OPTIMISER: moments}.items()
            for name, value in named.items()
        }
        metadata = {"fingerprint": self._fingerprint, "reached": json.dumps(asdict(reached))}
        try:
            replace_file(self._path, lambda unfinished: save_file(tensors, str(unfinished), metadata))
        except OSError as error:
            raise StorageError(f"The checkpoint {self._path} cannot be written: {error}. Free some space.") from error

    def load(
        self, kind: type[Reached], optimiser: torch.optim.Optimizer
    ) -> tuple[Reached, dict[str, dict[str, torch.Tensor]]] | None:
        """Return the position of the interrupted run as a `kind`, with its parts; None to start from the beginning.

        The moments of the optimiser are restored.
        """
        from safetensors import SafetensorError, safe_open

        if not self._path.is_file():
            return None
        parts: dict[str, dict[str, torch.Tensor]] = {}
        try:
            with safe_open(str(self._path), framework="pt") as file:
                metadata = file.metadata() or {}
                if metadata.get("fingerprint") != self._fingerprint:
                    _log.info("The checkpoint %s belongs to another run; starting from the beginning.", self._path)
                    return None
                reached = kind(**json.loads(metadata["reached"]))
                for name in file.keys():  # noqa: SIM118  # not a mapping
                    part, _, rest = name.partition("/")
                    parts.setdefault(part, {})[rest] = file.get_tensor(name)
        except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
            _log.warning("The checkpoint %s cannot be read (%s); starting from the beginning.", self._path, error)
            return None
        moments: dict[int, dict[str, Any]] = {}
        for name, value in parts.pop(_OPTIMISER, {}).items():
            place, _, slot = name.partition("/")
            moments.setdefault(int(place), {})[slot] = value
        optimiser.load_state_dict({**optimiser.state_dict(), "state": moments})
        return reached, parts

    def remove(self) -> None:
        """Delete the checkpoint of a finished run."""
        self._path.unlink(missing_ok=True)
