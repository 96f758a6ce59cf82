"""Trains a GPT-2 on transcripts to be polite and to copy its facts from the sources in its prompt."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chatbot.artifacts.publishing import MANIFEST, write_json
from chatbot.bootstrap.generators import SMALL_TALK
from chatbot.domain import FaqEntry, TranscriptTurn
from chatbot.errors import TrainingError
from chatbot.facts.extraction import names
from chatbot.text import content_hash
from chatbot.types import Progress
from training.checkpoint import Checkpoint
from training.generator import model as models
from training.generator.distributed import Processes
from training.generator.evaluation import evaluate_generator
from training.generator.examples import Dialogue, dialogues, split
from training.generator.loop import Fit, GeneratorTrainingConfig
from training.generator.report import write_report
from training.generator.small_talk import own_replies
from training.loop import torch_threads
from training.versions import free_version, library_versions

__all__ = ["GeneratorTrainingConfig", "TrainedGenerator", "train_generator"]

_MIN_CONVERSATIONS = 10


@dataclass(frozen=True, slots=True)
class TrainedGenerator:
    """A finished model directory."""

    version: str
    path: Path
    metrics: Mapping[str, Any]


def train_generator(
    turns: Sequence[TranscriptTurn],
    faq: Sequence[FaqEntry] = (),
    *,
    models_dir: Path,
    config: GeneratorTrainingConfig | None = None,
    base: str = models.SCRATCH,
    progress: Progress | None = None,
    log_dir: Path | None = None,
) -> TrainedGenerator:
    """Train and write a new version; existing versions stay untouched, even if the run is interrupted.

    Adam with decoupled weight decay (Loshchilov and Hutter, 2019), linear warm-up and cosine decay. The weights with
    the best held-out loss are kept; conversations whose ids are equal up to `#` stay on one side of the split.

    The turns must be free of personal data. A killed run resumes when it is started again with equal data, base and
    configuration. Processes started by `accelerate launch` train one model together; the first writes it.

    `base` is `scratch`, or a directory or hub id of a GPT-2; `progress` gets the mean loss with the time left, and the
    share done, 0 to 1.

    Raises:
        TrainingError: too few conversations, or a base that cannot be used.
    """
    config = config or GeneratorTrainingConfig()
    every = dialogues(turns, faq, own=True)
    if len(every) < _MIN_CONVERSATIONS:
        raise TrainingError(
            f"The transcripts hold {len(every)} conversations with an agent's turn; training needs "
            f"{_MIN_CONVERSATIONS} or more. Import more transcripts."
        )
    train, held_out = split(every, share=config.held_out_share, seed=config.seed)
    started = time.monotonic()
    import torch

    from chatbot.generation.backends.gpt2 import Gpt2Generator
    from training.generator.calibration import calibrated

    with torch_threads(config.threads):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            model, tokenizer, size = _start(base, train, config)
            processes = Processes()
            fit = Fit(
                model,
                lambda text: tokenizer.encode(text, add_special_tokens=False).ids,
                config,
                checkpoint=Checkpoint(models_dir / ".training.safetensors", _fingerprint(turns, base, config)),
                log_dir=log_dir if processes.first else None,
                processes=processes,
            )
            losses = fit.run(train, held_out, progress if processes.first else None)
            if config.lora_rank:
                model = model.merge_and_unload()
        held_turns = _turns_of(held_out)
        baseline = fit.trigram_perplexity(train, held_out) if processes.first else 0.0
        data_hash = content_hash(f"{t.conversation_id}\t{t.turn}\t{t.speaker}\t{t.text}" for t in turns)
        faq_hash = content_hash(f"{e.id}\t{e.answer}" for e in faq)
        version = free_version(models_dir, f"gpt2-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}-{data_hash[:6]}")

        def fill(directory: Path) -> None:
            models.write_directory(directory, model, tokenizer)
            known = sorted({name for entry in faq for name in names(entry.answer)})
            write_json(directory / SMALL_TALK, own_replies(train, known, [e.answer for e in faq]))
            manifest = {
                "kind": "generator",
                "version": version,
                "format": 1,
                "base": base,
                "languages": sorted({one.lang for one in every}),
                "data_hash": data_hash,
                "faq_hash": faq_hash,
                "seed": config.seed,
                "config": asdict(config),
                "size": asdict(size) if size is not None else None,
                "processes": processes.count,
                "calibration": 1.0,
                "parameters": sum(p.numel() for p in model.parameters()),
                "n_positions": model.config.n_positions,
                "conversations": {"train": len(train), "held_out": len(held_out)},
                "steps": fit.steps,
                "tokens_seen": fit.tokens,
                "minutes": round((time.monotonic() - started) / 60, 1),
                "losses": losses,
                "libraries": library_versions(models.LIBRARIES),
                "metrics": {},
            }
            write_json(directory / MANIFEST, manifest)
            generator = Gpt2Generator(directory, threads=config.threads, seconds=20.0)
            manifest["calibration"] = calibrated(generator, held_out)
            write_json(directory / MANIFEST, manifest)
            manifest["metrics"] = {
                "trigram_perplexity": baseline,
                **_metrics(directory, held_turns, faq, config, losses),
            }
            write_report(directory, manifest)
            write_json(directory / MANIFEST, manifest)
            metrics.update(manifest["metrics"])

        metrics: dict[str, Any] = {}
        path = models.publish_version(models_dir, version, fill) if processes.first else models_dir / version
        fit.finish()
    return TrainedGenerator(version, path, metrics)


def _fingerprint(turns: Sequence[TranscriptTurn], base: str, config: GeneratorTrainingConfig) -> str:
    chosen = {name: value for name, value in asdict(config).items() if name != "minutes"}
    return content_hash([*(f"{t.conversation_id}\t{t.turn}\t{t.text}" for t in turns), base, repr(chosen)])


def _start(
    base: str, train: Sequence[Dialogue], config: GeneratorTrainingConfig
) -> tuple[Any, Any, models.Size | None]:
    if base != models.SCRATCH:
        model, tokenizer = models.load_base(base)
        return (models.with_adapters(model, config.lora_rank) if config.lora_rank else model), tokenizer, None
    if config.lora_rank:
        raise TrainingError("LoRA adapts a base; a model from scratch has nothing to adapt. Give --base, or no rank.")
    texts = sorted({text for one in train for line in one.lines for text in (line.text, *line.sources)})
    size = config.size or models.size_for(sum(len(line.text) for one in train for line in one.lines))
    tokenizer = models.make_tokenizer(texts, vocabulary=size.vocabulary)
    return models.make_model(tokenizer, size), tokenizer, size


def _turns_of(every: Sequence[Dialogue]) -> list[TranscriptTurn]:
    return [
        TranscriptTurn(f"{number}", place, line.speaker, line.text)
        for number, one in enumerate(every)
        for place, line in enumerate(one.lines, start=1)
    ]


def _metrics(
    directory: Path,
    held_turns: Sequence[TranscriptTurn],
    faq: Sequence[FaqEntry],
    config: GeneratorTrainingConfig,
    losses: Sequence[Mapping[str, float]],
) -> dict[str, Any]:
    from chatbot.generation.backends.gpt2 import Gpt2Generator

    best = min((one["held_out"] for one in losses), default=0.0)
    metrics: dict[str, Any] = {"held_out_perplexity": round(math.exp(best), 3)}
    if held_turns and config.sampled_turns:
        generator = Gpt2Generator(directory, threads=config.threads, seconds=20.0)
        metrics |= evaluate_generator(held_turns, generator, faq, limit=config.sampled_turns).as_json()
    return metrics
