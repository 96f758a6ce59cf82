"""Fine-tunes a sentence encoder together with a classification head on labelled utterances; the head is discarded.

Cross-entropy of a cosine head plus supervised contrastive loss (Khosla et al., 2020, arXiv:2004.11362) with several
utterances of an intent in every batch; the name of an intent is another utterance of it. The result lies between the
source's weights and the fine-tuned ones (WiSE-FT, Wortsman et al., 2022, arXiv:2109.01903).
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbot.artifacts.publishing import publish
from chatbot.errors import StorageError, TrainingError
from chatbot.text import content_hash
from chatbot.types import Progress
from training.checkpoint import Checkpoint
from training.datasets.encoder_batches import grouped_phrasings, prepare
from training.encoder.config import EncoderTuningConfig
from training.encoder.loop import TuningRun
from training.encoder.network import EncoderNetwork
from training.loop import curves, torch_threads

_HELD_OUT_ROWS = 500
_MAX_TOKENS = 96
"""Longer utterances are truncated during fine-tuning."""

__all__ = ["EncoderTuningConfig", "TuningResult", "tune_encoder"]


@dataclass(frozen=True, slots=True)
class TuningResult:
    """The result of a run.

    `held_out_accuracy` is that of the best epoch, None if nothing was held out; `losses` are the means of each epoch;
    `resumed_at` is the number of epochs that an interrupted run had completed.
    """

    path: Path
    epochs: int
    best_epoch: int
    held_out: int
    held_out_accuracy: float | None
    losses: tuple[float, ...]
    trained_parameters: int
    resumed_at: int
    device: str
    minutes: float


def tune_encoder(
    source: Path,
    examples: Sequence[tuple[str, str]],
    *,
    config: EncoderTuningConfig,
    target: Path,
    groups: Sequence[Sequence[str]] = (),
    progress: Progress | None = None,
    work: Path | None = None,
    log_dir: Path | None = None,
) -> TuningResult:
    """Fine-tune the encoder in `source` and write it to `target` atomically, replacing an older one.

    Adam with decoupled weight decay (Loshchilov and Hutter, 2019), linear warm-up and cosine decay. A killed run
    resumes after its last complete epoch when it is started again with the same source, examples, config and checkpoint
    directory.

    Args:
        source: a sentence-transformers directory.
        examples: pairs of text and label; repeats, empty texts and the out-of-scope label are left out.
        config: the choices.
        groups: phrasings with the same meaning, such as those of one FAQ entry, as a second task for retrieval beside
            the intents. A group of one serves as a negative for the others.
        target: directory for the tuned encoder.
        progress: gets a line with epoch, loss and time left, and the share done, 0 to 1.
        work: directory of the checkpoint, by default `.NAME.tuning` beside the target.
        log_dir: directory for TensorBoard logs; None writes none.

    Raises:
        TrainingError: fewer than two labels, an encoder that cannot be fine-tuned, a loss that is not finite, or too
            little memory.
        StorageError: the files cannot be written.
    """
    import torch

    data = prepare(
        examples,
        label_names=config.label_names,
        held_out_share=config.held_out_share,
        held_out_from=config.held_out_from,
        held_out_rows=_HELD_OUT_ROWS,
        seed=config.seed,
    )
    tasks = [data, *grouped_phrasings(groups)]
    started = time.monotonic()
    work = work or target.parent / f".{target.name}.tuning"
    fingerprint = content_hash([repr(config), _identity(source), *map(repr, tasks)])
    devices = list(range(torch.cuda.device_count()))
    with (
        curves(log_dir) as curve,
        torch_threads(config.threads),
        torch.random.fork_rng(devices=devices),
        _enough_memory(config),
    ):
        torch.manual_seed(config.seed)
        network = EncoderNetwork(
            source, max_tokens=_MAX_TOKENS, dropout=config.dropout, mixed_precision=config.mixed_precision
        )
        network.freeze(config.frozen_layers, embeddings=config.frozen_embeddings)
        if config.lora_rank:
            network.add_lora(config.lora_rank)
        run = TuningRun(network, tasks, config, Checkpoint(work / "checkpoint.safetensors", fingerprint))
        resumed_at = run.state.epoch
        learned = sum(p.numel() for p in network.trainable().values())
        run.train(progress, curve)
        _publish(network, config, target)
    shutil.rmtree(work, ignore_errors=True)
    return TuningResult(
        path=target,
        epochs=run.state.epoch,
        best_epoch=run.state.best_epoch,
        held_out=len(data.held_texts),
        held_out_accuracy=run.state.best_accuracy if data.held_texts else None,
        losses=tuple(round(loss, 4) for loss in run.state.losses),
        trained_parameters=learned,
        resumed_at=resumed_at,
        device=network.device,
        minutes=round((time.monotonic() - started) / 60, 2),
    )


def utterances_per_second(source: Path, texts: Sequence[str], config: EncoderTuningConfig) -> float:
    """Measure the fine-tuning speed on this machine, in utterances per second, on a few batches.

    Raises:
        TrainingError: the encoder cannot be fine-tuned.
    """
    import torch

    with torch_threads(config.threads), torch.random.fork_rng(devices=[]), _enough_memory(config):
        network = EncoderNetwork(
            source, max_tokens=_MAX_TOKENS, dropout=config.dropout, mixed_precision=config.mixed_precision
        )
        network.freeze(config.frozen_layers, embeddings=config.frozen_embeddings)
        ids = network.tokenise(texts[:: max(1, len(texts) // config.batch_size)][: config.batch_size])
        with network.learning():
            network.vectors(ids[:4]).sum().backward()  # type: ignore[no-untyped-call]  # the first pass allocates and is slow
            started = time.monotonic()
            network.vectors(ids).sum().backward()  # type: ignore[no-untyped-call]
    return len(ids) / max(1e-3, time.monotonic() - started)


def _publish(network: EncoderNetwork, config: EncoderTuningConfig, target: Path) -> None:
    try:
        publish(target, lambda unfinished: network.save(unfinished, share=config.learned_share))
    except OSError as error:
        raise StorageError(f"The tuned encoder cannot be written to {target}: {error}. Free some space.") from error


def _identity(source: Path) -> str:
    """An identity that changes with the weights in a model directory; a hub id is its own identity."""
    try:
        with (source / "model.safetensors").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return str(source)


@contextmanager
def _enough_memory(config: EncoderTuningConfig) -> Iterator[None]:
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        import torch

        # On a GPU, PyTorch raises its own exception; its CPU allocator raises a bare RuntimeError that names it.
        out_of_memory = isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "DefaultCPUAllocator" in str(error)
        if not out_of_memory:
            raise
        raise TrainingError(
            f"The memory does not suffice to fine-tune with batch_size = {config.batch_size}. "
            "Choose a smaller one, freeze more layers, or train with --mode fast."
        ) from error
