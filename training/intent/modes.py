"""The training modes: `fast` uses frozen vectors, `full` fine-tunes the encoder, `auto` keeps the better of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoding.export import keep_precision
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.errors import ArtifactError, TrainingError
from chatbot.text import content_hash
from chatbot.types import Encode, Progress
from training.datasets.prepared import IntentData
from training.encoder.quantisation_check import ServingCheck, check_serving, noisy_copies
from training.evaluation.findings import Compared, RetrievalChange
from training.intent.config import IntentTrainingConfig
from training.intent.cross_validation import Validation, cross_validate
from training.intent.features import IntentFeatures, build_features
from training.intent.fine_tuned_mode import FullTuning, TunedEncoder
from training.intent.folds import FoldPlan, plan_folds
from training.intent.heads import fit_heads
from training.intent.mode_selection import Contest, decide_contest
from training.intent.warm_start import LiveShare
from training.parallel import one_thread_each
from training.stopwatch import Stopwatch

_ENCODE_BATCH = 2_048


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """The encoder of the settings, with what training needs of it.

    `encode` returns unit vectors (n, d) of the encoder `id`; `setting` is its name in the settings. `tunable` returns
    the sentence-transformers directory or id to fine-tune, and is None if there is none. `precision` applies to a tuned
    encoder.
    """

    encode: Encode
    id: str
    setting: str = ""
    tunable: Callable[[], str] | None = None
    precision: str = "auto"
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one mode: features with the served vectors, their validation, and the tuned encoder if any."""

    mode: str
    features: IntentFeatures
    validation: Validation
    encoder_id: str
    frozen_vectors: NDArray[np.float32]
    """Vectors of the training texts by the encoder before fine-tuning, which saw no labels, shape (n, d)."""
    tuned: TunedEncoder | None = None
    check: ServingCheck | None = None
    tuning: FullTuning | None = None
    """The fine-tuning that was run, whichever mode won; its files are removed once the model is written."""
    compared: tuple[Compared, ...] = ()
    why: str = ""
    live: LiveShare | None = None
    """The live version mixed into the validated model (warm start)."""

    @property
    def retrieval(self) -> RetrievalChange | None:
        """The change in FAQ search caused by the tuned encoder; None without one."""
        return self.tuned.retrieval if self.tuned else None


@dataclass(frozen=True, slots=True)
class Workshop:
    """The inputs of a mode."""

    data: IntentData
    source: EncoderSource
    faq: Sequence[Sequence[str]]
    config: IntentTrainingConfig
    work: Path
    """Directory for files that let a killed training resume."""
    log_dir: Path | None
    tell: Progress
    clock: Stopwatch
    live: LiveShare | None = None
    """The live version for a warm start with frozen vectors; a fine-tuned encoder starts without one."""

    def tuning(self) -> FullTuning:
        """Prepare the fine-tuning; its directory is named after the data and the configuration.

        Raises:
            TrainingError: the encoder cannot be fine-tuned.
        """
        if self.source.tunable is None:
            raise TrainingError(
                f"The encoder {self.source.setting or self.source.id} cannot be fine-tuned: it has no weights that "
                "could learn. Train with --mode fast, or set CHATBOT_ENCODER to a sentence-transformers id or path."
            )
        try:
            base = self.source.tunable()
        except ArtifactError as error:
            raise TrainingError(f"{error} Train with --mode fast instead.") from error
        tuning = replace(self.config.tuning, seed=self.config.seed, threads=self.source.threads)
        phrasings = ["\t".join(entry) for entry in self.faq]
        name = content_hash([repr(tuning), base, self.data.fingerprint, *phrasings])
        return FullTuning(base, tuning, self.work / name, self.log_dir)


def fast(shop: Workshop) -> Run:
    """Train on frozen vectors, holding out every fold in turn."""
    return _fast(shop, _frozen_features(shop, 0.5))


def _fast(shop: Workshop, features: IntentFeatures) -> Run:
    plan = plan_folds(shop.data, seed=shop.config.seed)
    validation = _validated(
        shop, features, plan, (), lambda share: shop.tell("validating", 0.55 + 0.35 * share), shop.live
    )
    frozen = features.vectors[: len(shop.data.texts)]
    return Run("fast", features, validation, shop.source.id, frozen, live=shop.live)


def full(shop: Workshop) -> Run:
    """Fine-tune the encoder; the heads are fitted on the vectors that will be served."""
    tuning = shop.tuning()
    frozen = _frozen_features(shop, 0.02)
    return _full(shop, tuning, frozen, plan_folds(shop.data, seed=shop.config.seed, tuned=True))


def auto(shop: Workshop) -> Run:
    """Try both on the same held-out rows; the frozen encoder stays unless the tuned one is significantly better."""
    frozen = _frozen_features(shop, 0.02)
    plan = plan_folds(shop.data, seed=shop.config.seed, tuned=True)
    try:
        tuning = shop.tuning()
        minutes = tuning.minutes(shop.data, plan, shop.faq)
    except TrainingError as error:
        return replace(_fast(shop, frozen), why=f"The encoder is used as it is. {error}")
    if minutes > shop.config.auto_minutes:
        why = (
            f"Fine-tuning would take about {minutes:.0f} minutes on this machine and auto may take "
            f"{shop.config.auto_minutes:g}, so it was not tried. To try it: --mode full."
        )
        return replace(_fast(shop, frozen), why=why)
    started = sum(shop.clock.seconds.values())
    validation = _validated(
        shop, frozen, plan, (), lambda share: shop.tell("validating fast", 0.02 + 0.03 * share), shop.live
    )
    fast_seconds = sum(shop.clock.seconds.values()) - started
    tuned = _full(shop, tuning, frozen, plan)
    full_seconds = sum(shop.clock.seconds.values()) - started - fast_seconds
    contest = decide_contest(
        Contest("fast", validation, fast_seconds), Contest("full", tuned.validation, full_seconds), tuned.retrieval
    )
    winner = tuned if contest.winner == "full" else replace(_fast(shop, frozen), tuning=tuning)
    return replace(winner, compared=contest.compared, why=contest.why)


MODES: dict[str, Callable[[Workshop], Run]] = {"auto": auto, "fast": fast, "full": full}


def _full(shop: Workshop, tuning: FullTuning, frozen: IntentFeatures, plan: FoldPlan) -> Run:
    data, source, tell = shop.data, shop.source, shop.tell
    with shop.clock.step("tuning the encoder"):
        tuned = tuning.run(data, plan, shop.faq, source.encode, lambda line, share: tell(line, 0.05 + 0.75 * share))
    validation = _validated(
        shop, frozen, plan, tuned.fold_vectors, lambda share: tell("validating full", 0.8 + 0.08 * share)
    )
    with shop.clock.step("checking int8 against torch"):
        tell("checking int8 against torch", 0.88)
        exact = OnnxEncoder(tuned.export, precision="fp32", threads=source.threads)
        texts, labels = data.all_texts, data.all_labels
        features = frozen.with_vectors(exact.encode(texts))
        with one_thread_each():
            heads = fit_heads(features, labels, np.arange(len(labels)), shop.config)
        check = check_serving(
            tuned.source,
            tuned.export,
            noisy_copies(data.texts, shop.config.seed),
            lambda vectors: (vectors @ heads.dense + heads.dense_bias).argmax(axis=1),
            wanted=source.precision,
            threads=source.threads,
        )
        encoder_id = exact.id
        if check.precision != "fp32":
            served = OnnxEncoder(tuned.export, precision=check.precision, threads=source.threads)
            features, encoder_id = frozen.with_vectors(served.encode(texts)), served.id
    tell(str(check), 0.9)
    return Run("full", features, validation, encoder_id, frozen.vectors[: len(data.texts)], tuned, check, tuning)


def install_encoder(run: Run, folder: Path) -> None:
    """Copy the tuned encoder of a run into a model directory that is being written. Raises OSError, ArtifactError."""
    if run.tuned is None or run.check is None:
        return
    folder.mkdir()
    for name in (f"{run.check.precision}.onnx", "tokenizer.json", "manifest.json"):
        (folder / name).write_bytes((run.tuned.export / name).read_bytes())
    keep_precision(folder, run.check.precision)


def _validated(
    shop: Workshop,
    features: IntentFeatures,
    plan: FoldPlan,
    fold_vectors: Sequence[NDArray[np.float32]],
    progress: Callable[[float], None],
    live: LiveShare | None = None,
) -> Validation:
    with shop.clock.step("validating"), one_thread_each():
        return cross_validate(features, shop.data, plan, shop.config, progress, fold_vectors, live)


def _frozen_features(shop: Workshop, share: float) -> IntentFeatures:
    """Compute the features with vectors of the original encoder; encoding ends at `share` of the total progress."""
    texts, encode, name = shop.data.all_texts, shop.source.encode, shop.source.id
    with shop.clock.step("encoding"):
        parts = []
        for start in range(0, len(texts), _ENCODE_BATCH):
            shop.tell("encoding", share * start / len(texts))
            parts.append(np.asarray(encode(texts[start : start + _ENCODE_BATCH]), dtype=np.float32))
        vectors = np.concatenate(parts)
    if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
        raise TrainingError(
            f"Encoder {name!r} gave vectors of shape {vectors.shape} for {len(texts)} texts, or values that are not "
            "finite: check the encoder setting."
        )
    with shop.clock.step("counting n-grams"), one_thread_each():
        shop.tell("counting n-grams", share)
        return build_features(texts, vectors, len(shop.data.intents), shop.config)
