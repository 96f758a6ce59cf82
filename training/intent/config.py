"""Everything that can be chosen about training the intent model.

Knows: names, defaults and their reasons. Does not know: who trains.
"""

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
    folds: int = 5
    large_folds: int = 3
    """Folds where there are more than `large_from` rows: each of them is then large enough, and time is short."""
    large_from: int = 5_000
    max_cv_rows: int = 20_000
    """Cross-validate on a stratified sample of this size at most; the final model is fitted on every row."""
    live_share: float = 0.5
    """Share of its linear heads that a version retrained from conversations keeps of the live one, 0 to under 1."""
    regularisation: float = 20.0
    """Inverse strength C of the linear heads. On unit vectors 10 to 30 measured alike; the pool corrects the scale."""
    max_prototypes: int = 2_000
    """Training utterances kept for the kernel vote; more cost time per message."""
    lexical_dimensions: int = 512
    max_buckets: int = 40_000
    max_lexical_weights: int = 8_000_000
    """Bounds of the n-gram head: buckets, and buckets times intents (two bytes each in the file)."""
    tuned_folds: int = 3
    """Each fold tunes an encoder of its own, which is what takes the time of mode full."""
    tuned_large_folds: int = 4
    tuned_large_from: int = 2_000
    """With more rows than this, one of that many folds is held out, once: it is large enough."""
    auto_minutes: float = 30.0
    """Mode auto does not try to tune an encoder when that would take longer."""
    tuning: EncoderTuningConfig = field(default_factory=EncoderTuningConfig)
    min_language_rows: int = 200
    """Each language with that many utterances is calibrated by itself: an encoder may know one and not the other."""
    min_oos_rows: int = 10
    """With fewer labelled out-of-scope rows they are counted but not learned from."""

    def __post_init__(self) -> None:
        for name in ("tolerated_wrong", "assumed_oos_share", "risk_confidence"):
            value = getattr(self, name)
            if not 0.0 < value < 1.0:
                raise TrainingError(f"{name} = {value!r} cannot be used: choose a share between 0 and 1.")
        if not 0.0 <= self.live_share < 1.0:
            raise TrainingError(
                f"live_share = {self.live_share!r} cannot be used: choose 0 or more, and less than 1 to learn at all."
            )
        fewest = min(self.folds, self.large_folds, self.tuned_folds, self.tuned_large_folds)
        if fewest < 2:
            raise TrainingError(f"folds = {fewest} cannot be used: choose 2 or more.")

    def folds_for(self, rows: int) -> int:
        """How many folds to cross-validate that many rows with."""
        return self.large_folds if rows > self.large_from else self.folds


def with_tuning(config: IntentTrainingConfig, **choices: Any) -> IntentTrainingConfig:
    """The same with other choices, of the run itself or of its tuning; those that are None count as not made.

    Raises:
        TrainingError: a choice that cannot be used.
    """
    made = {name: value for name, value in choices.items() if value is not None}
    own = {name: made.pop(name) for name in list(made) if name in {field.name for field in fields(config)}}
    return replace(config, **own, tuning=replace(config.tuning, **made))
