"""Everything that can be chosen about training the intent model; `README.md` beside it has the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from chatbot.errors import TrainingError
from training.encoder.config import EncoderTuningConfig


@dataclass(frozen=True, slots=True)
class IntentTrainingConfig:
    """Choices for one training run; equal values and equal data give equal models."""

    mode: str = "auto"
    """`fast` keeps the encoder as it is, `full` fine-tunes it, `auto` tries both and keeps the better."""
    seed: int = 13
    tolerated_wrong: float = 0.05
    """Share of wrong answers among answered messages that the thresholds are fitted for, 0 to 1."""
    assumed_oos_share: float = 0.3
    """Share of out-of-scope messages that thresholds hold for where the data do not show it, 0 to 1."""
    risk_confidence: float = 0.9
    """Probability that the tolerated share holds, 0 to 1; fewer data then mean fewer answers, not more mistakes."""
    live_share: float = 0.5
    """Share of its linear heads that a version retrained from conversations keeps of the live one, 0 to under 1."""
    auto_minutes: float = 30.0
    """Mode auto does not try to tune an encoder when that would take longer."""
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
    """The same with other choices, of the run itself or of its tuning; those that are None count as not made.

    Raises:
        TrainingError: a choice that cannot be used.
    """
    made = {name: value for name, value in choices.items() if value is not None}
    own = {name: made.pop(name) for name in list(made) if name in {field.name for field in fields(config)}}
    return replace(config, **own, tuning=replace(config.tuning, **made))
