"""Choices for training the intent model; `README.md` in this folder gives the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from chatbot.errors import TrainingError
from training.encoder.config import EncoderTuningConfig


@dataclass(frozen=True, slots=True)
class IntentTrainingConfig:
    """Choices for one training run; equal values and equal data give equal models."""

    mode: str = "auto"
    """`fast` uses the encoder as it is, `full` fine-tunes it, `auto` tries both and keeps the better one."""
    seed: int = 13
    tolerated_wrong: float = 0.05
    """Tolerated share of wrong answers among answered messages, 0 to 1; the thresholds are fitted to it."""
    assumed_oos_share: float = 0.3
    """Share of out-of-scope messages assumed where the data do not show it, 0 to 1."""
    risk_confidence: float = 0.9
    """Confidence that the tolerated share holds, 0 to 1. With less data, fewer messages are answered, not more wrongly.
    """
    live_share: float = 0.5
    """Weight of the live version's linear heads in a version retrained from conversations, 0 to below 1."""
    auto_minutes: float = 30.0
    """`auto` does not fine-tune the encoder if that would take longer than this many minutes."""
    tuning: EncoderTuningConfig = field(default_factory=EncoderTuningConfig)

    def __post_init__(self) -> None:
        for name in ("tolerated_wrong", "assumed_oos_share", "risk_confidence"):
            value = getattr(self, name)
            if not 0.0 < value < 1.0:
                raise TrainingError(f"{name} = {value!r} cannot be used: choose a share between 0 and 1.")
        if not 0.0 <= self.live_share < 1.0:
            raise TrainingError(
                f"live_share = {self.live_share!r} cannot be used: choose 0 or more, and less than 1 to learn at all."
            )


def with_tuning(config: IntentTrainingConfig, **choices: Any) -> IntentTrainingConfig:
    """Return a copy with other choices, of the run itself or of its tuning; choices that are None are ignored.

    Raises:
        TrainingError: a choice is out of range.
    """
    made = {name: value for name, value in choices.items() if value is not None}
    own = {name: made.pop(name) for name in list(made) if name in {field.name for field in fields(config)}}
    return replace(config, **own, tuning=replace(config.tuning, **made))
