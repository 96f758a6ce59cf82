"""Trains the intent model of a home, from collecting data to going live, for the command line and the console."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from chatbot.bootstrap.encoders import BaseEncoder, tunable_source
from chatbot.bootstrap.stores import Stores
from chatbot.domain import LabelledExample
from chatbot.errors import PromotionRefusedError, TrainingError
from chatbot.intent.artifact import read_manifest
from chatbot.ports import Encoder
from chatbot.types import Progress
from chatbot.vectors.caches import RecentVectors
from training.datasets.labelled_messages import gather_labelled
from training.datasets.stored_examples import gather_examples
from training.intent.config import IntentTrainingConfig
from training.intent.modes import EncoderSource
from training.pipelines.intent_version import train_intent
from training.promotion.comparison import gate
from training.promotion.comparison import promote as promote_version

_RUNNING = threading.Lock()


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """The result of a training run."""

    version: str
    path: Path
    went_live: bool
    metrics: Mapping[str, Any]
    mode: str = ""
    notes: tuple[str, ...] = ()
    """The trainer's sentences about its mode and the encoder."""
    gate: str = ""
    verdict: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the document that `train --json` prints."""
        return {
            "version": self.version,
            "path": str(self.path),
            "live": self.went_live,
            "metrics": dict(self.metrics),
            "gate": self.gate,
            **({"verdict": dict(self.verdict)} if self.verdict else {}),
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
    override: str = "",
    by: str = "",
    log_dir: Path | None = None,
    trained: Callable[[str], None] = lambda version: None,
    progress: Progress | None = None,
) -> TrainingOutcome:
    """Train, register and perhaps promote a version.

    Args:
        stores: the stores of the home.
        encoder: the encoder of the settings.
        config: choices of the run; the tolerated share of wrong answers and the assumed out-of-scope share are always
            those of the settings.
        examples: labelled utterances; None takes those stored in the home.
        from_conversations: add the labels that the team gave to logged messages, warm-start from the live version, and
            compare with it.
        promote: let the gate decide on going live. The first model of a home goes live in any case.
        override: the reason for going live although the gate refuses.
        by: who asks for it.
        log_dir: directory for TensorBoard logs of tuning; None writes none.
        trained: called with the version as soon as it is registered.
        progress: called with a step and the share done, 0 to 1.

    Raises:
        TrainingError: the data do not allow training, or a training is running in this process already.
    """
    if not _RUNNING.acquire(blocking=False):
        raise TrainingError("A training is running already. Wait until it has ended.")
    try:
        encode = partial(RecentVectors().of, encode=encoder.encode)
        notes: list[str] = []
        gathered = list(examples) if examples is not None else _stored_examples(stores)
        if from_conversations:
            labelled = gather_labelled(stores, gathered, encode)
            gathered = labelled.examples
            notes.append(labelled.note)
        settings = stores.settings
        live = stores.registry.live("intent") if from_conversations else None
        made = train_intent(
            gathered,
            EncoderSource(
                encode,
                encoder.id,
                setting=settings.encoder,
                tunable=partial(tunable_source, settings),
                precision=settings.encoder_precision,
                threads=settings.threads,
            ),
            models_dir=settings.models_dir("intent"),
            faq=[entry.phrasings for entry in stores.knowledge.entries()],
            live=settings.models_dir("intent") / live if live is not None else None,
            config=replace(
                config or IntentTrainingConfig(),
                tolerated_wrong=settings.tolerated_wrong,
                assumed_oos_share=settings.assumed_oos_share,
            ),
            log_dir=log_dir,
            progress=progress,
        )
    finally:
        _RUNNING.release()
    notes += [note for note in (made.why, made.check, made.kept) if note]
    first = stores.registry.live("intent") is None
    data_hash = str(read_manifest(made.path)["data"]["hash"])
    stores.registry.add("intent", made.version, made.metrics, data_hash=data_hash, by=by)
    trained(made.version)
    done = TrainingOutcome(made.version, made.path, first, made.metrics, made.mode, tuple(notes))
    if first or not (promote or from_conversations):
        return done
    return judge_outcome(stores, done, promote=promote, override=override, by=by, progress=progress)


def judge_outcome(
    stores: Stores,
    done: TrainingOutcome,
    *,
    promote: bool,
    override: str = "",
    by: str = "",
    progress: Progress | None = None,
) -> TrainingOutcome:
    """Compare an outcome with the live version, and promote it if `promote` is set and the gate passes it."""
    base = BaseEncoder(stores.settings)
    try:
        if not promote:
            verdict = gate(stores, base, done.version, progress)
            return replace(done, gate=verdict.reason, verdict=verdict.as_json())
        found = promote_version(stores, base, done.version, by=by, override=override, progress=progress)
    except PromotionRefusedError as error:
        kept = next(r.verdict for r in stores.registry.list("intent") if r.version == done.version)
        return replace(done, gate=str(error), verdict=kept)
    if found is None:
        return replace(done, went_live=True)
    gate_says = f"Promoted: {found.grounds}" if found.allowed else f"Promoted against the gate: {found.grounds}"
    return replace(done, went_live=True, gate=gate_says, verdict=found.as_json())


def _stored_examples(stores: Stores) -> list[LabelledExample]:
    return gather_examples(stores.knowledge)
