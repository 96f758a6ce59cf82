"""Writes the directory of a reader, all or nothing: encoder, reader, weights, report, manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.artifacts.publishing import MANIFEST, publish, write_json
from chatbot.errors import StorageError
from chatbot.reading.evidence import FEATURES
from chatbot.reading.trees import Trees
from chatbot.reading.weights import WEIGHTS
from training.reader.encoder_export import copy_encoder
from training.reader.fitting import Line

if TYPE_CHECKING:
    from training.reader.network import Reader

READER, REPORT = "reader.onnx", "report.md"
LANGUAGES = ("en", "zh")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """What a reader is made of."""

    encoder: Path
    """Directory of the encoder, with its manifest."""
    reader: Path
    """Directory with `reader.onnx`."""
    trees: Trees
    line: Line
    bars: Sequence[tuple[float, float]]
    report: str


def write_reader(output: Path, parts: Parts) -> str:
    """Replace the directory of a reader, and return its version.

    Raises:
        StorageError: it cannot be written; an older one stays then.
    """
    version = ""

    def fill(unfinished: Path) -> None:
        nonlocal version
        from safetensors.numpy import save_file

        copy_encoder(parts.encoder, unfinished)
        shutil.copyfile(parts.reader / READER, unfinished / READER)
        save_file(dict(parts.trees.arrays), str(unfinished / WEIGHTS))
        (unfinished / REPORT).write_text(parts.report, encoding="utf-8")
        described = json.loads((parts.encoder / MANIFEST).read_text("utf-8"))
        kept = {name: described[name] for name in ("name", "encoder_hash", "prefix", "max_tokens", "pad_id")}
        version = f"{described['name']}-{_digest(unfinished / WEIGHTS)}{_digest(unfinished / READER)}"
        # One line and one list of bars for both languages: by language the businesses held out are too few.
        write_json(
            unfinished / MANIFEST,
            {
                "format": _FORMAT,
                "version": version,
                **kept,
                "features": FEATURES,
                "baseline": parts.trees.baseline,
                "read": parts.line.read,
                "unread": parts.line.unread,
                "searched": 0.0,  # the line is fitted without the search
                "bars": dict.fromkeys(LANGUAGES, parts.bars),
            },
            finite=True,
        )

    try:
        publish(output, fill)
    except OSError as error:
        raise StorageError(f"The reader cannot be written to {output}: {error.strerror or error}.") from error
    return version


def export_reader(network: Reader, directory: Path) -> None:
    """Write `reader.onnx`, in 8 bit, to a directory. Raises OSError."""
    import torch

    from chatbot.encoding.onnx_encoder import quantise

    size = network.kinds.embedding_dim
    sample = torch.randn(2, 7, size), torch.ones(2, 7), torch.randn(2, 9, size), torch.ones(2, 9)
    message, entry = {0: "pairs", 1: "message_tokens"}, {0: "pairs", 1: "entry_tokens"}
    full = directory / f"fp32-{READER}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its own successor, which needs another package
        torch.onnx.export(
            network.eval(),
            sample,
            str(full),
            input_names=["message", "message_mask", "entry", "entry_mask"],
            output_names=["log_odds"],
            dynamic_axes={
                "message": message,
                "message_mask": message,
                "entry": entry,
                "entry_mask": entry,
                "log_odds": {0: "pairs"},
            },
            dynamo=False,
            opset_version=17,
        )
    quantise(full, directory / READER)
    full.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
