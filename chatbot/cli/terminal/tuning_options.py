"""The options of fine-tuning on the command line. Knows: names and help. Does not know: what they do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def _option(text: str) -> Any:
    return typer.Option(help=text, rich_help_panel="Fine-tuning (modes full and auto)")


Minutes = Annotated[float | None, _option("auto fine-tunes only if that takes no longer; default 30.")]
LearningRate = Annotated[float | None, _option("Highest learning rate of the encoder.")]
Epochs = Annotated[int | None, _option("Passes over the utterances, at most.")]
BatchSize = Annotated[int | None, _option("Utterances of one step.")]
FreezeLayers = Annotated[int | None, _option("Lowest layers that stay as they are.")]
LoraRank = Annotated[int | None, _option("Learn low-rank updates only (extra `lora`); 0: all weights.")]
Augment = Annotated[list[str] | None, _option("Noise: words, typos, characters, clauses or none; may be given again.")]
LogDir = Annotated[Path | None, _option("Write TensorBoard logs there (extra `logs`).")]
