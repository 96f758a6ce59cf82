"""The options of fine-tuning on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from chatbot.cli.terminal.output import say


def _option(text: str) -> Any:
    return typer.Option(help=text, rich_help_panel="Fine-tuning (modes full and auto)")


def _without_effect(name: str) -> Any:
    """An option of version 0.1 that is accepted for one more version and does nothing."""

    def note(value: float | None) -> None:
        if value is not None:
            say(f"{name} has no effect any more and will be refused by version 0.3. Leave it out.")

    return typer.Option(name, hidden=True, callback=note)


Adversarial = Annotated[float | None, _without_effect("--adversarial")]
LabelSmoothing = Annotated[float | None, _without_effect("--label-smoothing")]
LearnedShare = Annotated[float | None, _without_effect("--learned-share")]
Minutes = Annotated[float | None, _option("Mode auto fine-tunes only if that takes no longer than this; default 30.")]
LearningRate = Annotated[float | None, _option("Peak learning rate of the encoder.")]
Epochs = Annotated[int | None, _option("Maximum number of epochs.")]
BatchSize = Annotated[int | None, _option("Utterances per step.")]
FreezeLayers = Annotated[int | None, _option("Number of lower layers to freeze.")]
LoraRank = Annotated[int | None, _option("Rank of LoRA adapters (extra `lora`); 0 trains all weights.")]
Augment = Annotated[list[str] | None, _option("Augmentation: words, typos, characters, clauses or none; repeatable.")]
LogDir = Annotated[Path | None, _option("Directory for TensorBoard logs (extra `logs`).")]
