"""Everything that can be chosen about tuning an encoder; `README.md` beside it has what each choice is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chatbot.errors import TrainingError
from training.datasets.augmentation import check_kinds


@dataclass(frozen=True, slots=True)
class EncoderTuningConfig:
    """Choices for one run. Equal values, data and machine give equal weights, also when the run is interrupted."""

    seed: int = 13
    learning_rate: float = 2e-4
    epochs: int = 8
    batch_size: int = 64
    dropout: float = 0.1
    label_smoothing: float = 0.1
    contrastive_weight: float = 1.0
    temperature: float = 0.1
    logit_scale: float = 20.0
    label_names: bool = True
    learned_share: float = 0.7
    """How far to go from the source's weights to the learned ones, above 0 to 1."""
    frozen_embeddings: bool = True
    """Word embeddings stay as they are: half of the weights, of which few utterances could teach a small part only."""
    frozen_layers: int | None = None
    """So many of the lowest layers stay as they are, and the word embeddings with 1 or more; None: the lower half.
    Measured on 10 utterances an intent, the upper half alone learns as much as all, in two thirds of the time."""
    lora_rank: int = 0
    """Above 0 only low-rank updates are learned; they want a higher learning rate."""
    crossed_share: float = 0.3
    """Of the utterances that get their end from another one of the same intent in an epoch, 0 to 1."""
    augmentation: tuple[str, ...] = ("typos", "characters")
    """Kinds of noise out of `augmentation.KINDS`; each leaves scripts alone that it is not made for."""
    augmented_share: float = 0.2
    """Of the utterances that get noise in an epoch, 0 to 1."""
    held_out_share: float = 0.1
    held_out_from: int = 30
    """Utterances of an intent from which some are held out; fewer are too dear to be only looked at."""
    patience: int = 3
    """Stop after this many epochs without a better held-out accuracy."""
    threads: int = 2
    mixed_precision: bool = True
    """bfloat16 where the processor or GPU computes it natively."""

    def __post_init__(self) -> None:
        check_kinds(self.augmentation)
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and not value >= least:
                raise TrainingError(f"{name} = {value!r} cannot be used: choose {least} or more.")
        for name in ("learning_rate", "temperature", "logit_scale", "learned_share"):
            if not 0.0 < getattr(self, name) < math.inf:
                raise TrainingError(f"{name} = {getattr(self, name)!r} cannot be used: choose a number above 0.")
        for name in (
            "dropout",
            "label_smoothing",
            "augmented_share",
            "held_out_share",
            "learned_share",
        ):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise TrainingError(f"{name} = {getattr(self, name)!r} cannot be used: choose a share from 0 to 1.")


def epochs_for(config: EncoderTuningConfig, texts: int) -> int:
    """How many epochs that many texts get."""
    return max(min(config.epochs, _MOST_UTTERANCES // max(1, texts)), min(2, config.epochs))


_MOST_UTTERANCES = 30_000
"""Fewer epochs where there are many utterances: their product stays under this, but for the first two epochs."""
_LEAST = {
    "epochs": 1, "batch_size": 4, "contrastive_weight": 0.0, "frozen_layers": 0, "lora_rank": 0, "held_out_from": 2,
    "patience": 1, "threads": 1,
}  # fmt: skip
