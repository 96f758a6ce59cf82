"""Makes the reader's encoder: the bilingual encoder with the vocabulary of English and Chinese, as one int8 graph.

The graph gives a text's vector and the states of its tokens from one pass. torch is imported while exporting.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.artifacts.publishing import MANIFEST, publish, write_json
from chatbot.errors import ArtifactError

if TYPE_CHECKING:
    import torch

ENCODER, TOKENIZER = "encoder.onnx", "tokenizer.json"
NAME, PREFIX, MOST_TOKENS = "reader", "query: ", 128
_ASCII_PIECES = 22_000
"""Pieces of Latin letters that are kept besides those in use, by their score. All Han pieces are kept, too."""
_HAN = re.compile(r"^▁?[\u3400-\u9fff\u3000-\u303f\uff00-\uffef，。？！、：；（）]+$")
_ASCII = re.compile(r"^▁?[\x21-\x7e]+$")
_SPECIAL = 4
"""The first pieces: begin, padding, end, unknown."""


def has_encoder(directory: Path) -> bool:
    """Whether a directory has the encoder of a reader, with the manifest that describes it."""
    return all((directory / name).is_file() for name in (ENCODER, TOKENIZER, MANIFEST))


def export_token_encoder(weights: Path, directory: Path, texts: Iterable[str]) -> None:
    """Write `encoder.onnx`, `tokenizer.json` and a manifest to `directory`, all or nothing.

    Args:
        weights: a directory of transformers with a BERT and a unigram tokenizer.
        directory: where the export goes; an older one there is replaced.
        texts: every piece of these is kept in the vocabulary.

    Raises:
        ArtifactError: `weights` is no such directory, or the files cannot be written.
    """
    try:
        publish(directory, lambda unfinished: _write(weights, unfinished, texts))
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"The encoder {weights} cannot be exported to {directory}: {error}.") from error


def copy_encoder(source: Path, directory: Path) -> None:
    """Copy the encoder of a reader, without its manifest. Raises OSError."""
    for name in (ENCODER, TOKENIZER):
        shutil.copyfile(source / name, directory / name)


def _write(weights: Path, target: Path, texts: Iterable[str]) -> None:
    import torch
    from transformers import AutoModel

    from chatbot.encoding.onnx_encoder import quantise

    document = json.loads((weights / TOKENIZER).read_text("utf-8"))
    kept = _kept(weights / TOKENIZER, document["model"]["vocab"], texts)
    (target / TOKENIZER).write_text(
        json.dumps(_cut(document, kept), ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )
    model: Any = AutoModel.from_pretrained(
        weights, local_files_only=True, attn_implementation="eager", dtype=torch.float32
    ).eval()
    table = model.get_input_embeddings().weight.detach()[kept].clone()
    model.set_input_embeddings(torch.nn.Embedding(len(table), table.shape[1], _weight=table))
    graph = target / "fp32.onnx"
    _export(model, graph)
    quantise(graph, target / ENCODER)
    graph.unlink()
    with (target / ENCODER).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:8]
    described = {"name": NAME, "encoder_hash": digest, "prefix": PREFIX, "max_tokens": MOST_TOKENS}
    write_json(target / MANIFEST, described | {"pad_id": kept.index(int(model.config.pad_token_id))})


def _kept(tokenizer: Path, pieces: list[tuple[str, float]], texts: Iterable[str]) -> list[int]:
    """The ids of the pieces that stay, rising."""
    from tokenizers import Tokenizer

    whole = Tokenizer.from_file(str(tokenizer))
    whole.no_truncation()
    whole.no_padding()
    latin = sorted(
        (place for place, (piece, _) in enumerate(pieces) if _ASCII.match(piece)), key=lambda i: -pieces[i][1]
    )
    kept = {*range(_SPECIAL), *latin[:_ASCII_PIECES]}
    kept.update(place for place, (piece, _) in enumerate(pieces) if _HAN.match(piece) or len(piece) == 1)
    for text in texts:
        kept.update(whole.encode(text).ids)
    return sorted(kept)


def _cut(document: Any, kept: list[int]) -> Any:
    """The tokenizer with only these pieces, numbered anew."""
    number = {old: new for new, old in enumerate(kept)}
    model = document["model"]
    model["vocab"] = [model["vocab"][old] for old in kept]
    model["unk_id"] = number[model["unk_id"]]
    added = [one for one in document["added_tokens"] if one["id"] in number]
    document["added_tokens"] = [one | {"id": number[one["id"]]} for one in added]
    for special in document["post_processor"]["special_tokens"].values():
        special["ids"] = [number[old] for old in special["ids"]]
    return document | {"truncation": None, "padding": None}


def _export(model: Any, target: Path) -> None:
    import torch

    from training.reader.network import LAYERS

    class Both(torch.nn.Module):
        """The unit vector of each text, and the states that the reader goes on from."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found = self.transformer(input_ids=ids, attention_mask=mask, output_hidden_states=True)
            real = mask.unsqueeze(-1).to(found.last_hidden_state.dtype)
            mean = (found.last_hidden_state * real).sum(1) / real.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1), found.hidden_states[-1 - LAYERS]

    sample = torch.tensor([[0, 2, 3, 2], [0, 3, 2, 1]]), torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    tokens = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its own successor, which needs another package
        torch.onnx.export(
            Both(),
            sample,
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors", "states"],
            dynamic_axes={"input_ids": tokens, "attention_mask": tokens, "vectors": {0: "batch"}, "states": tokens},
            dynamo=False,
            opset_version=17,
        )
