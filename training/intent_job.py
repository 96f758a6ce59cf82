"""Training the intent model of a home, from gathering to going live: what the command line and the console call.

Knows: the stores and the trainer. Does not know: who asked.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from chatbot.bootstrap import Stores
from chatbot.domain import LabelledExample
from chatbot.encoders import tunable_source
from chatbot.errors import TrainingError
from chatbot.ports import Encoder
from training.config import IntentTrainingConfig
from training.examples import gather_examples
from training.intent_modes import EncoderSource
from training.intent_trainer import train_intent
from training.promote import judge

_LOG = logging.getLogger(__name__)
_RUNNING = threading.Lock()
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """What a training run led to."""

    version: str
    path: Path
    went_live: bool
    metrics: Mapping[str, Any]
    mode: str = ""
    notes: tuple[str, ...] = ()
    """What the trainer says of its mode and of the encoder, in sentences."""
    gate: str = ""

    def as_json(self) -> dict[str, Any]:
        """The document that `train --json` prints."""
        return {
            "version": self.version,
            "path": str(self.path),
            "live": self.went_live,
            "metrics": dict(self.metrics),
            "gate": self.gate,
            **({"mode": self.mode, "notes": list(self.notes)} if self.mode else {}),
        }


def train_intent_model(
    stores: Stores,
    encoder: Encoder,
    *,
    config: IntentTrainingConfig | None = None,
    examples: Sequence[LabelledExample] | None = None,
    from_conversations: bool = False,
    promote: bool = False,
    log_dir: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> TrainingOutcome:
    """Train, register and perhaps promote a version.

    Args:
        encoder: the encoder of the settings.
        config: choices of the run; the tolerated share of wrong answers and the assumed out-of-scope share are
            always those of the settings.
        examples: labelled utterances; None takes those stored in the home.
        from_conversations: add confirmed messages of logged conversations.
        log_dir: where TensorBoard logs of tuning go; None for none.
        promote: let the gate decide on going live. The first model of a home goes live anyway.

    Raises:
        TrainingError: the data do not allow training, or a training is running in this process already.
    """
    if not _RUNNING.acquire(blocking=False):
        raise TrainingError("A training is running already. Wait until it has ended.")
    try:
        if examples is None:
            gathered = gather_examples(stores.knowledge, stores.conversations, from_conversations=from_conversations)
            gathered, left_out = _learnable(gathered)
            if left_out:
                _LOG.warning("left out, with a single utterance each: %s", ", ".join(left_out))
        else:
            confirmed = stores.conversations.confirmed_examples() if from_conversations else ()
            gathered = [*examples, *confirmed]
        settings = stores.settings
        trained = train_intent(
            gathered,
            EncoderSource(
                encoder.encode,
                encoder.id,
                setting=settings.encoder,
                tunable=partial(tunable_source, settings),
                precision=settings.encoder_precision,
                threads=settings.threads,
            ),
            models_dir=settings.models_dir("intent"),
            faq=[entry.phrasings for entry in stores.knowledge.entries()],
            config=replace(
                config or IntentTrainingConfig(),
                tolerated_wrong=settings.tolerated_wrong,
                assumed_oos_share=settings.assumed_oos_share,
            ),
            log_dir=log_dir,
            progress=progress,
        )
        notes = tuple(note for note in (trained.why, trained.check) if note)
        previous = stores.registry.live("intent")
        stores.registry.add("intent", trained.version, trained.metrics)
        done = TrainingOutcome(trained.version, trained.path, previous is None, trained.metrics, trained.mode, notes)
        if previous is None or not promote:
            return done
        live = next(r.metrics for r in stores.registry.list("intent") if r.version == previous)
        verdict = judge(trained.metrics, live)
        if verdict.allowed:
            stores.registry.promote("intent", trained.version)
        return replace(done, went_live=verdict.allowed, gate=verdict.reason)
    finally:
        _RUNNING.release()


def _learnable(examples: Sequence[LabelledExample]) -> tuple[list[LabelledExample], list[str]]:
    """The examples of intents with at least two utterances, and the names of the other intents.

    A new FAQ entry with one phrasing must not keep a home from training.
    """
    counts = Counter(example.intent for example in examples)
    kept = [example for example in examples if counts[example.intent] >= _FEWEST]
    return kept, sorted(intent for intent, count in counts.items() if count < _FEWEST)
