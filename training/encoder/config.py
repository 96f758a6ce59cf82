"""Choices for fine-tuning an encoder; `README.md` in this folder gives the effect of each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chatbot.errors import TrainingError
from training.datasets.augmentation import check_kinds


@dataclass(frozen=True, slots=True)
class EncoderTuningConfig:
    """Choices for one run. Equal values, data and machine give equal weights, even if the run is interrupted."""

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
    """WiSE-FT alpha: weight of the fine-tuned weights in the average with the source's, above 0 to 1."""
    frozen_embeddings: bool = True
    """Keep the word embeddings fixed: half of the weights, of which few utterances could only train a small part."""
    frozen_layers: int | None = None
    """Number of lowest layers kept fixed, with the word embeddings if 1 or more; None: the lower half. Measured with 10
    utterances per intent, the upper half alone learns as much as all layers, in two thirds of the time."""
    lora_rank: int = 0
    """LoRA rank; 0 trains the weights themselves. LoRA needs a higher learning rate."""
    crossed_share: float = 0.3
    """Crossover: share of the utterances that get their end from another one of the same intent in an epoch, 0 to 1."""
    augmentation: tuple[str, ...] = ("typos", "characters")
    """Kinds of noise from `augmentation.KINDS`; each leaves texts in unsuitable scripts unchanged."""
    augmented_share: float = 0.2
    """Share of the utterances that get noise in an epoch, 0 to 1."""
    held_out_share: float = 0.1
    held_out_from: int = 30
    """Minimum utterances of an intent for holding some out; smaller intents need all of them for training."""
    patience: int = 3
    """Stop after this many epochs without improvement of the held-out accuracy."""
    threads: int = 2
    mixed_precision: bool = True
    """Use bfloat16 if the processor or GPU computes it natively."""

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
    """The number of epochs for this many texts."""
    return max(min(config.epochs, _MOST_UTTERANCES // max(1, texts)), min(2, config.epochs))


_MOST_UTTERANCES = 30_000
"""Maximum number of utterances over all epochs, not counting a minimum of two epochs."""
_LEAST = {
    "epochs": 1, "batch_size": 4, "contrastive_weight": 0.0, "frozen_layers": 0, "lora_rank": 0, "held_out_from": 2,
    "patience": 1, "threads": 1,
}  # fmt: skip
