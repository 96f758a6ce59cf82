"""Training the generator of a home, from gathering transcripts to going live.

Knows: the stores and the trainer. Does not know: who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.bootstrap import Stores
from chatbot.errors import TrainingError
from chatbot.importing.transcripts import read_transcripts
from chatbot.masking import public_data
from chatbot.transcripts import masked_turns, stored_turns
from training.generator_trainer import GeneratorTrainingConfig, train_generator
from training.intent_job import TrainingOutcome


def train_generator_model(
    stores: Stores,
    *,
    base: str = "scratch",
    files: Sequence[tuple[str, bytes]] | None = None,
    seed: int = 13,
    minutes: float = 60.0,
    promote: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> TrainingOutcome:
    """Train and register a generator on transcripts: those of `files` (name, bytes), else those stored in the home.

    Raises:
        TrainingError: there are too few transcripts.
    """
    if files is not None:
        public = public_data(entry.answer for entry in stores.knowledge.entries())
        turns = [turn for name, raw in files for turn in masked_turns(read_transcripts(raw, name)[0], public=public)]
    else:
        # Imported ones only: what the assistant said itself would teach it its own mistakes.
        turns = list(stored_turns(stores.conversations, origin="import"))
    if not turns:
        raise TrainingError("There are no transcripts to train on. Import some: chatbot transcripts import FILE")
    trained = train_generator(
        turns,
        stores.knowledge.entries(),
        models_dir=stores.settings.models_dir("generator"),
        config=GeneratorTrainingConfig(seed=seed, minutes=minutes, threads=stores.settings.threads),
        base=base,
        progress=progress,
    )
    first = stores.registry.live("generator") is None
    stores.registry.add("generator", trained.version, trained.metrics)
    if promote and not first:
        stores.registry.promote("generator", trained.version)
    return TrainingOutcome(trained.version, trained.path, first or promote, trained.metrics)
