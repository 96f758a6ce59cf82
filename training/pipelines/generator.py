"""Trains the generator of a home, from collecting transcripts to going live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chatbot.bootstrap.stores import Stores
from chatbot.errors import TrainingError
from chatbot.importing.transcripts.reading import read_transcripts
from chatbot.knowledge.transcripts import masked_turns, stored_turns
from chatbot.pii import public_data
from chatbot.types import Progress
from training.generator.distributed import Processes
from training.generator.model import SCRATCH
from training.generator.trainer import GeneratorTrainingConfig, train_generator
from training.pipelines.intent import TrainingOutcome

_FROM_SCRATCH, _FROM_A_BASE = 2e-3, 2e-4
"""Learning rates: at the rate for a model from scratch, a base model would forget what it knows."""


def train_generator_model(
    stores: Stores,
    *,
    base: str = "scratch",
    files: Sequence[tuple[str, bytes]] | None = None,
    seed: int = 13,
    minutes: float = 60.0,
    promote: bool = False,
    accumulation: int = 1,
    lora_rank: int = 0,
    learning_rate: float | None = None,
    log_dir: Path | None = None,
    progress: Progress | None = None,
) -> TrainingOutcome | None:
    """Train and register a generator on the transcripts of `files` (name, bytes), or else those stored in the home.

    Returns None in all processes started by `accelerate launch` except the first.

    Raises:
        TrainingError: there are too few transcripts.
    """
    if files is not None:
        public = public_data(entry.answer for entry in stores.knowledge.entries())
        turns = [turn for name, raw in files for turn in masked_turns(read_transcripts(raw, name)[0], public=public)]
    else:
        # Imported ones only: on its own replies the assistant would learn its own mistakes.
        turns = list(stored_turns(stores.conversations, origin="import"))
    if not turns:
        raise TrainingError("There are no transcripts to train on. Import some: chatbot transcripts import FILE")
    config = GeneratorTrainingConfig(
        seed=seed,
        minutes=minutes,
        threads=stores.settings.threads,
        accumulation=accumulation,
        lora_rank=lora_rank,
        learning_rate=_FROM_SCRATCH if base == SCRATCH else _FROM_A_BASE,
    )
    trained = train_generator(
        turns,
        stores.knowledge.entries(),
        models_dir=stores.settings.models_dir("generator"),
        config=replace(config, learning_rate=learning_rate) if learning_rate else config,
        base=base,
        progress=progress,
        log_dir=log_dir,
    )
    if not Processes().first:
        return None
    first = stores.registry.live("generator") is None
    stores.registry.add("generator", trained.version, trained.metrics)
    if promote and not first:
        stores.registry.promote("generator", trained.version)
    return TrainingOutcome(trained.version, trained.path, first or promote, trained.metrics)
