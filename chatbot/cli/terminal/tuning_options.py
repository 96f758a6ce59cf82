"""The options of fine-tuning on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def _option(text: str) -> Any:
    return typer.Option(help=text, rich_help_panel="Fine-tuning (modes full and auto)")


Minutes = Annotated[float | None, _option("Mode auto fine-tunes only if that takes no longer than this; default 30.")]
LearningRate = Annotated[float | None, _option("Peak learning rate of the encoder.")]
Epochs = Annotated[int | None, _option("Maximum number of epochs.")]
BatchSize = Annotated[int | None, _option("Utterances per step.")]
FreezeLayers = Annotated[int | None, _option("Number of lower layers to freeze.")]
LoraRank = Annotated[int | None, _option("Rank of LoRA adapters (extra `lora`); 0 trains all weights.")]
Augment = Annotated[list[str] | None, _option("Augmentation: words, typos, characters, clauses or none; repeatable.")]
LogDir = Annotated[Path | None, _option("Directory for TensorBoard logs (extra `logs`).")]
